"""Hints on a city's question while it is written: never a refusal."""

import re

from django.utils.translation import gettext as _

_WHEN = re.compile(r"\b(20\d\d|do końca|w ciągu|rok|lat|miesi|by 20|within|year|month)", re.IGNORECASE)
_HOW = re.compile(r"\b(jak|od czego|co zrobić|któr|ile|how|what|which|where)", re.IGNORECASE)
_PERSONAL = re.compile(r"\b\d{11}\b|[\w.+-]+@[\w-]+\.\w+|\b(?:\+48 ?)?\d{3}[ -]?\d{3}[ -]?\d{3}\b")
_NO_PROBLEM = re.compile(r"\b(nie mamy problem|brak problem|no problems)", re.IGNORECASE)


def hints(text: str, background: str = "") -> list[str]:
    """What would make the question better, in words; empty when nothing stands out."""
    found = []
    if _PERSONAL.search(f"{text} {background}"):
        found.append(
            _(
                "There seems to be a number, an address or a telephone of a person. Leave it out: many will read this."
            )
        )
    if _NO_PROBLEM.search(text):
        found.append(
            _("Think of what a neighbour would ask you about. A question shows strength, not weakness.")
        )
    if "?" not in text or not _HOW.search(text):
        found.append(
            _("Begin with “How” or “Which”, and end with a question mark: a table answers no slogans.")
        )
    if not _WHEN.search(f"{text} {background}"):
        found.append(_("Say by when you need the answer, or over which years."))
    if len(text.split()) < 7:
        found.append(_("It is short. Whom does it concern, and how would you see that it worked?"))
    return found
