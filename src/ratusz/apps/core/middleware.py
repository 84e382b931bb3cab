"""What happens around every request: the policy of the admin, and a reason with every refusal."""

from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext_lazy as _
from django.views.defaults import permission_denied

from ratusz.apps.core.errors import NotAllowed


class ContentSecurityPolicy(CSPMiddleware):
    """Sends the strict policy of the site, or the one that Wagtail's admin needs on its own addresses."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if in_panel(request) and not report_only and parts.config is None:
            parts.config = settings.CONTENT_SECURITY_POLICY_OF_THE_ADMIN
        return parts


def in_panel(request: HttpRequest) -> bool:
    """True for the addresses of the panel, which carry no language."""
    return request.path_info.startswith(reverse("wagtailadmin_home"))


class NoNullCharacter(MiddlewareMixin):
    """Refuses an address with a null character: no person types one, and no text column can hold it."""

    def process_request(self, request: HttpRequest) -> None:
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("a null character in the address")


class LanguageOfThePanel(MiddlewareMixin):
    """Answers in the person's language where Wagtail does not: refusals, missing pages, the way to set-up."""

    def process_request(self, request: HttpRequest) -> None:
        if in_panel(request) and request.user.is_authenticated:
            profile = getattr(request.user, "wagtail_userprofile", None)
            language = (profile and profile.preferred_language) or request.user.language
            translation.activate(language)
            request.LANGUAGE_CODE = language


# What Wagtail's admin serves to anybody who is signed in, so that one can always leave.
OPEN_IN_ADMIN = {"wagtailadmin_login", "wagtailadmin_logout"}


class ReasonForRefusal(MiddlewareMixin):
    """Answers 403 with the reason and the next step where a service, or the whole panel, refuses the person."""

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Refuses the panel to who has no work there: Wagtail would send the person to sign in, for ever."""
        user = request.user
        if (
            not in_panel(request)
            or request.resolver_match.url_name in OPEN_IN_ADMIN
            or not user.is_authenticated
            or user.has_perm("wagtailadmin.access_admin")
        ):
            return None
        reason = _(
            "The panel is for those who run the edition: organisers, the secretary and administrators."
        )
        next_step = _("If you should work there, ask an organiser to give you the role.")
        refusal: Any = permission_denied(request, NotAllowed(reason, next_step=next_step))
        return refusal

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, NotAllowed):
            return None
        refusal: Any = permission_denied(request, exception)
        return refusal
