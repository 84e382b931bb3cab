"""The shade of a cell, for templates; whole pictures are drawn in views."""

from django import template

from ratusz.apps.core import pictures

register = template.Library()


@register.filter
def shade(score: float | None) -> str:
    """The class of a cell by its score from 0 to 100: `<td class="num {{ score|shade }}">`."""
    return pictures.shade(score)
