"""Numbers as a reader of the page's language writes them."""

from datetime import datetime

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
    text = f"{value:,.{decimals}f}".replace("-", "\u2212")
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
    english = (get_language() or "pl").startswith("en")
    return f"{date_format(local, 'j F Y' if english else 'j E Y')}, {local:%H:%M} ({local:%Z})"
