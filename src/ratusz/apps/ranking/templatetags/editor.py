"""Numbers of the method editor in templates."""

from django import template

from ratusz.apps.ranking.editor import numbers

register = template.Library()


@register.filter
def plain(value: float | None) -> str:
    """A number with only the digits that it needs."""
    return numbers.written(None if value is None else round(value, 8))


@register.filter
def signed(value: float | None) -> str:
    """A difference with its sign: "+3", "−2", "0", and a dash for none."""
    if value is None or value != value:
        return "–"
    text = plain(abs(value))
    return f"+{text}" if value > 0 else f"\u2212{text}" if value < 0 else text
