"""The way into a conversation on paper: its short address, and a poster with a QR code."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ratusz.apps.core.documents import make_pdf
from ratusz.apps.debate.models import Conversation
from ratusz.apps.dialogue.pictures import qr_for_paper


def short_address(conversation: Conversation) -> str:
    """The short address, with its scheme."""
    return settings.BASE_URL + reverse("debate_short", args=[conversation.pk])


def poster_pdf(conversation: Conversation, language: str) -> bytes:
    """One A4 page with the question, the QR code and the short address, in the language."""
    with translation.override(language):
        address = short_address(conversation)
        closes = timezone.localtime(conversation.closes_at)
        by_key = conversation.audience == Conversation.Audience.INVITATION
        facts = {
            "title": conversation.question,
            "language": language if language == "pl" or conversation.question_en else "pl",
            "description": _("Poster of a conversation"),
            "event": str(conversation.edition.name),
            "address": address.partition("://")[2],
            "qr": qr_for_paper(address),
            "words": {
                "qr": _("QR code that leads to %(address)s") % {"address": address},
                "how": _("Point your phone at the code, type your key, and say whether you agree.")
                if by_key
                else _(
                    "Point your phone at the code, read one statement at a time, and say whether you agree."
                ),
                "until": _("Open until %(moment)s")
                % {"moment": date_format(closes, "DATETIME_FORMAT").replace(" ", "\N{NO-BREAK SPACE}")},
            },
        }
        return make_pdf("debate/typst/poster.typ", facts, created=timezone.now())
