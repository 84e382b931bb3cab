"""Mails about contacts, each in the language of its reader."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_noop as _

from ratusz.apps.dialogue.models import Contact, Registration


def asked(contact: Contact) -> None:
    """Tells a person who asks for the exchange of addresses; the asker's address is not in the mail."""
    _send(contact.asked, contact.asker, "contact_asked", _("%(name)s would like to keep in touch"))


def agreed(contact: Contact) -> None:
    """Tells the asker that the other person agreed."""
    _send(contact.asker, contact.asked, "contact_agreed", _("%(name)s agreed to keep in touch"))


def _send(reader: Registration, other: Registration, template: str, title: str) -> None:
    with translation.override(reader.user.language):
        page = settings.BASE_URL + reverse("dialogue:people_met", args=[reader.session.edition.year])
        text = render_to_string(f"dialogue/mail/{template}.txt", {"other": other, "page": page})
        send_mail(translation.gettext(title) % {"name": other.name}, text, None, [reader.user.email])
