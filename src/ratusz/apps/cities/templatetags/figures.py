"""What stands beside a figure."""

from django import template

from ratusz.apps.cities.bdl_flags import NAMES

register = template.Library()


@register.filter
def flag_name(flag: str) -> str:
    """The flag of a figure in the reader's language; a flag typed by hand stays as it is."""
    return str(NAMES.get(flag, flag))
