"""What the Dialogue Session keeps about a person, for the export of one's own data and for the erasure."""

from typing import Any

from django.db.models import Q

from ratusz.apps.accounts import privacy
from ratusz.apps.accounts.models import User
from ratusz.apps.dialogue.models import Contact, FeedbackGiven


def contacts(user: User) -> list[dict[str, Any]]:
    """The contacts that the person asked for or was asked for; the other's address is the other's datum."""
    found = Contact.objects.filter(Q(asker__user=user) | Q(asked__user=user))
    return [
        {
            "edition": contact.asker.session.edition.year,
            "with": (contact.asked if contact.asker.user_id == user.pk else contact.asker).name,
            "asked_by_me": contact.asker.user_id == user.pk,
            "asked": contact.asked_at,
            "agreed": contact.agreed_at,
            "ended": contact.ended_at,
        }
        for contact in found.select_related("asker__session__edition", "asked")
    ]


def forget_contacts(user: User) -> None:
    """Deletes the contacts of the person, and that the person gave feedback."""
    Contact.objects.filter(Q(asker__user=user) | Q(asked__user=user)).delete()
    FeedbackGiven.objects.filter(registration__user=user).delete()


def register() -> None:
    """Adds each part to the export and to the erasure."""
    privacy.register_exporter("session_contacts", contacts)
    privacy.register_eraser("session_contacts", forget_contacts)
