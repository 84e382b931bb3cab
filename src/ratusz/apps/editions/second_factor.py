"""A second factor for all who run or judge an edition: without one they reach the set-up page and nothing else."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin

from ratusz.apps.editions.models import Role

ROLES = (Role.ORGANISER, Role.SECRETARY, Role.JUROR)
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
NEXT = "second_factor_next"
# What a person without a second factor still reaches: signing in and out, setting it up, its files.
OPEN_NAMES = {"second_factor", "media", "wagtailadmin_logout"}
OPEN_PREFIXES = ("account_", "mfa_", "demo_")


def is_required_of(user: Any) -> bool:
    """True for administrators and for organisers, secretaries and jurors of any edition."""
    return user.is_superuser or user.is_staff or user.edition_roles.filter(role__in=ROLES).exists()


def has_one(user: Any) -> bool:
    """True when the person has an authenticator app or a passkey; sign-in then always asks for it."""
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


def counts_as_done(request: HttpRequest) -> bool:
    """True for a session that the demo signed in with one click, in demo mode alone."""
    return bool(settings.DEMO and request.session.get("demo_signed_in"))


class RequireSecondFactor(MiddlewareMixin):
    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Leads to the set-up page and remembers where the person was going."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or self.is_open(request):
            return None
        user = request.user
        if not user.is_authenticated or counts_as_done(request) or not is_required_of(user) or has_one(user):
            return None
        target = reverse("second_factor")
        if request.method == "GET" and not request.headers.get("HX-Request"):
            target += "?" + urlencode({"next": request.get_full_path()})
        return redirect(target)

    def is_open(self, request: HttpRequest) -> bool:
        match = request.resolver_match
        name = match.url_name or ""
        return (
            not match.namespaces and (name in OPEN_NAMES or name.startswith(OPEN_PREFIXES))
        ) or "demo" in match.namespaces


class MFAAdapter(DefaultMFAAdapter):
    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Refuses to remove the last factor of a person who must have one."""
        if authenticator.type not in FACTORS or not is_required_of(authenticator.user):
            return True
        others = Authenticator.objects.filter(user=authenticator.user, type__in=FACTORS).exclude(
            pk=authenticator.pk
        )
        return others.exists()
