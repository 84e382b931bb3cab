"""Words and addresses of a study in templates."""

from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse

from ratusz.apps.efficiency import wording

register = template.Library()
register.filter("said", wording.said)
register.filter("unit", wording.unit)
register.filter("people", wording.people)
register.filter("signed", wording.signed)
register.filter("names_of", wording.names)


@register.simple_tag(takes_context=True)
def study_url(context: Context, name: str, *args: Any, **query: Any) -> str:
    """The address of a page of the study being read: an older publication or a preview stays chosen."""
    address = reverse(f"efficiency:{name}", args=[context["year"], *args])
    pairs = [f"{key}={value}" for key, value in query.items() if value not in (None, "")]
    if keep := context.get("publication"):
        pairs.append(f"publication={keep}")
    return f"{address}?{'&'.join(pairs)}" if pairs else address


@register.filter
def for_city(address: str, slug: str) -> str:
    """The address of a city from a pattern: resolving a hundred takes longer than the query of their rows."""
    return address.replace("SLUG", slug)


@register.filter
def lookup(mapping: dict[Any, Any] | None, key: Any) -> Any:
    """The value at a key, or nothing."""
    return (mapping or {}).get(key)


@register.filter
def change(index: float | None) -> str:
    """An index of change as a signed share: 1.04 is "+4 %"."""
    return wording.signed(None if index is None else index - 1, 1)
