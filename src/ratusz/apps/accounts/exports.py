"""The sections of one's own data that accounts keep."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Q

from ratusz.apps.accounts import privacy
from ratusz.apps.accounts.models import Consent, Mandate, User
from ratusz.apps.core.models import AuditEntry, Mail


def person(user: User) -> dict[str, Any]:
    """The account itself."""
    return {
        "email": user.email,
        "other_emails": list(
            EmailAddress.objects.filter(user=user).exclude(email=user.email).values("email", "verified")
        ),
        "full_name": user.full_name,
        "language": user.language,
        "joined": user.date_joined,
        "last_sign_in": user.last_login,
    }


def mandates(user: User) -> list[dict[str, Any]]:
    """The organisations that the person acted for."""
    return [
        {
            "organisation": mandate.organisation.name,
            "teryt": mandate.organisation.teryt,
            "nip": mandate.organisation.nip,
            "position": mandate.position,
            "from": mandate.valid_from,
            "to": mandate.valid_to,
        }
        for mandate in Mandate.objects.filter(user=user).select_related("organisation")
    ]


def consents(user: User) -> list[dict[str, Any]]:
    """The person's consents with the very words."""
    return [
        {
            "purpose": consent.text.purpose,
            "version": consent.text.version,
            "title": consent.text.title,
            "text": consent.text.text,
            "given": consent.given_at,
            "withdrawn": consent.withdrawn_at,
        }
        for consent in Consent.objects.filter(user=user).select_related("text")
    ]


def second_factors(user: User) -> list[dict[str, Any]]:
    """What protects the account, without the secrets."""
    return list(Authenticator.objects.filter(user=user).values("type", "created_at", "last_used_at"))


def own_actions(user: User) -> list[dict[str, Any]]:
    """What the audit log says that the person did, and what it says about the person."""
    about = Q(subject_type="accounts.User", subject_id=str(user.pk))
    entries = AuditEntry.objects.filter(Q(actor=user) | about).values(
        "at", "action", "subject_type", "subject_label", "data"
    )
    return list(entries)


def mails(user: User) -> list[dict[str, Any]]:
    """Mails that the system keeps and that went to the person."""
    kept = Mail.objects.filter(to__icontains=user.email).values(
        "created_at", "to", "subject", "body", "sent_at"
    )
    return [mail for mail in kept if user.email in {one.strip().lower() for one in mail["to"].split(",")}]


def register() -> None:
    """Adds these sections to the export."""
    for name, function in (
        ("person", person),
        ("mandates", mandates),
        ("consents", consents),
        ("second_factors", second_factors),
        ("mails", mails),
        ("audit_log", own_actions),
    ):
        privacy.register_exporter(name, function)
