"""Writes sign-ins, sign-outs and changes of the sign-in itself into the audit log."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.account.signals import (
    authentication_step_completed,
    email_changed,
    login_code_rejected,
    user_signed_up,
)
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit


@receiver(user_logged_in)
def record_sign_in(sender: Any, user: User, **kwargs: Any) -> None:
    audit.record(by=user, action="accounts.sign_in", subject=user)


@receiver(user_logged_out)
def record_sign_out(sender: Any, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        audit.record(by=user, action="accounts.sign_out", subject=user)


@receiver(user_signed_up)
def record_sign_up(sender: Any, user: User, **kwargs: Any) -> None:
    audit.record(by=user, action="accounts.sign_up", subject=user)


@receiver(login_code_rejected)
@receiver(authentication_failed)
def record_failure(sender: Any, user: User | None, **kwargs: Any) -> None:
    """A wrong code or passkey for a known account; whoever typed it is not known."""
    if user is not None and user.pk:
        audit.record(by=None, action="accounts.sign_in_failed", subject=user)


@receiver(email_changed)
def record_email_change(sender: Any, user: User, from_email_address: Any = None, **kwargs: Any) -> None:
    if from_email_address is not None:  # the first address, confirmed at sign-up, is no change
        audit.record(by=user, action="accounts.change_email", subject=user)


@receiver(authenticator_added)
def record_factor_added(sender: Any, request: Any, user: User, authenticator: Any, **kwargs: Any) -> None:
    # Whoever has just used the new factor need not prove it again to see the recovery codes.
    if authenticator.type != authenticator.Type.RECOVERY_CODES and request.user == user:
        record_authentication(request, user, method="mfa", type=authenticator.type, reauthenticated=True)
    audit.record(by=user, action="accounts.add_second_factor", subject=user, type=authenticator.type)


@receiver(authenticator_removed)
@receiver(authenticator_reset)
def record_factor_removed(sender: Any, user: User, authenticator: Any, **kwargs: Any) -> None:
    audit.record(by=user, action="accounts.change_second_factor", subject=user, type=authenticator.type)


@receiver(authentication_step_completed)
def confirm_address(sender: Any, user: User, method: str, email: str | None = None, **kwargs: Any) -> None:
    """A right code proves the address: who was added by an organiser need not confirm it a second time."""
    if method == "code" and email and email == user.email:
        EmailAddress.objects.get_or_create(
            user=user, email=email, defaults={"primary": True, "verified": True}
        )
