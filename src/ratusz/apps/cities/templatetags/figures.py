"""What stands beside a figure."""

from django import template

from ratusz.apps.cities.bdl_flags import NAMES
from ratusz.apps.cities.models import Indicator
from ratusz.apps.core.templatetags.formats import number

register = template.Library()


@register.filter
def flag_name(flag: str) -> str:
    """The flag of a figure in the reader's language; a flag typed by hand stays as it is."""
    return str(NAMES.get(flag, flag))


@register.filter
def published(value: float | None, indicator: Indicator) -> str:
    """A figure as its source gives it: a count that is divided only for comparing stays whole; "–" for none."""
    if value is None:
        return number(None)
    whole = indicator.per_capita_base and value == int(value)
    return number(value, 0 if whole else indicator.decimals)
