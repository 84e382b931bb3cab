"""What django-allauth asks of the project: mails in the reader's language and with the project's name."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.utils import translation

# What a mail tells when it lets its reader in: django-allauth's names.
SECRETS = {"activate_url", "code", "password_reset_url"}


class AccountAdapter(DefaultAccountAdapter):
    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Asks for the passkey first where the person has no app to read a code from."""
        ways = super().get_reauthentication_methods(user)
        if user.is_authenticated and not is_mfa_enabled(user, [Authenticator.Type.TOTP]):
            ways.sort(key=lambda way: way["id"] != "mfa_reauthenticate:webauthn")
        return ways

    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: Any = None
    ) -> Any:
        """The mail, marked as one that carries a code: its text is not kept once it is sent."""
        message = super().render_mail(template_prefix, email, context, headers)
        message.secret = bool(SECRETS & context.keys())
        return message

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sends in the language of the account, where there is one, else of the page."""
        user = context.get("user")
        language = getattr(user, "language", None) or translation.get_language()
        with translation.override(language):
            super().send_mail(template_prefix, email, context | {"base_url": settings.BASE_URL})
