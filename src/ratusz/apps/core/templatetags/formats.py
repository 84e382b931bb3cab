"""Numbers as a reader of the page's language writes them."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

register = template.Library()

NBSP = "\u00a0"


@register.filter
def number(value: float | None, decimals: int = 0) -> str:
    """`1863845` as `1 863 845` (Polish, no-break space) or `1,863,845` (English); "–" for nothing."""
    if value is None or value != value:
        return "–"
    # As people round by hand: 7.25 is 7.3, and nothing is "minus zero".
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{exact or abs(exact):,f}".replace("-", "\u2212")
    if (get_language() or "pl").startswith("en"):
        return text
    return text.replace(",", NBSP).replace(".", ",")


@register.filter
def percent(share: float | None, decimals: int = 0) -> str:
    """A share `0.86` as `86 %` (Polish) or `86%` (English)."""
    if share is None or share != share:
        return "–"
    english = (get_language() or "pl").startswith("en")
    return number(share * 100, decimals) + ("%" if english else f"{NBSP}%")


@register.filter
def moment(value: datetime | None) -> str:
    """A moment with day, hour and zone: "28 marca 2026, 12:00 (CEST)"; "–" for none."""
    if value is None:
        return "–"
    local = timezone.localtime(value)
    return f"{_day(local)}, {local:%H:%M} ({local:%Z})"


@register.filter
def until(closes: datetime | None) -> str:
    """What closes at a moment lasts "do 16 grudnia 2026, 15:00 (CET)", or "do końca 16 grudnia 2026 (CET)".

    Midnight belongs to the day that it ends: nobody reads "17 grudnia, 00:00" as the night before.
    """
    if closes is None:
        return "–"
    local = timezone.localtime(closes)
    english = (get_language() or "pl").startswith("en")
    if local.hour or local.minute:
        return f"{'until' if english else 'do'} {moment(closes)}"
    return f"{'to the end of' if english else 'do końca'} {_day(last_day(closes))} ({local:%Z})"


def last_day(closes: datetime) -> date:
    """The last day of what closes at a moment: the day before, where that is midnight."""
    return timezone.localtime(closes - timedelta(microseconds=1)).date()


def _day(day: date) -> str:
    english = (get_language() or "pl").startswith("en")
    return date_format(day, "j F Y" if english else "j E Y")


@register.filter
def one_language(text: str) -> str:
    """The part of a text "polski / English" in the language of the page; Polish where there is one part."""
    polish, _between, english = text.partition(" / ")
    return (english if (get_language() or "pl").startswith("en") else "") or polish
