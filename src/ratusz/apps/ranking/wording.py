"""How places, intervals and chances are written: the same words on pages, in pictures and in exports."""

import math
from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext as _

from ratusz.apps.core.templatetags.formats import number, percent
from ratusz.apps.ranking.models import RankedCity


def place(rank: int | None, tied: bool) -> str:
    """ "3", or "3=" where cities share the place; a dash for a city that is not classified."""
    return "–" if rank is None else f"{rank}=" if tied else str(rank)


def bounds(low: float | None, high: float | None) -> tuple[int, int] | None:
    """The interval in whole places, rounded outwards so that it never promises too much."""
    if low is None or high is None:
        return None
    return math.floor(low + 1e-9), math.ceil(high - 1e-9)


def interval(low: float | None, high: float | None) -> str:
    """ "4–10", or "4" where it is one place."""
    if (found := bounds(low, high)) is None:
        return "–"
    first, last = found
    return str(first) if first == last else f"{first}–{last}"


def chance(share: float | None) -> str:
    """A share of variants: "86 %", "< 1 %", "> 99 %", and a dash for never."""
    if not share:
        return "–"
    if share < 0.005:
        return f"<\u00a0{percent(0.01)}"
    if 0.995 < share < 1:
        return f">\u00a0{percent(0.99)}"
    return percent(share)


def names(of: Sequence[str], most: int = 3) -> str:
    """ "Kraków, Łódź and 4 more"."""
    if len(of) <= most + 1:
        return ", ".join(of)
    more = len(of) - most
    return ngettext("%(names)s and %(count)d more", "%(names)s and %(count)d more", more) % {
        "names": ", ".join(of[:most]),
        "count": more,
    }


def not_apart(row: RankedCity, size_class: int = 0) -> list[str] | None:
    """The cities (of the class) that the variants cannot tell from this one; None where pairs were not counted."""
    if row.not_apart is None:
        return None
    return [name for _slug, name, number_ in row.not_apart if not size_class or number_ == size_class]


def class_name(classes: list[dict[str, Any]], size_class: int) -> str:
    """The class's name in the active language; for 0 all cities."""
    for item in classes:
        if item["number"] == size_class:
            english = (get_language() or "pl").startswith("en")
            return (english and item["name_en"]) or item["name_pl"]
    return gettext("All cities")


def people(count: int | None) -> str:
    """ "645 693 people" with spaces that do not break."""
    if count is None:
        return ""
    return _("%(people)s\u00a0people") % {"people": number(count)}
