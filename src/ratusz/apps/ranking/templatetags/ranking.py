"""Words and addresses of the ranking in templates."""

from typing import Any

from django import template
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from ratusz.apps.core.templatetags.formats import number
from ratusz.apps.efficiency import queries as efficiency
from ratusz.apps.ranking import cards, wording
from ratusz.apps.ranking.models import RankedCity

register = template.Library()

PAGES = (
    ("ranking:ranking", _("Table")),
    ("ranking:charts", _("Charts")),
    ("ranking:playground", _("Playground")),
    ("ranking:compare", _("Compare")),
    ("efficiency:study", _("Efficiency")),
    ("ranking:method", _("Method")),
    ("ranking:verify", _("Verify")),
    ("open_data", _("Open data")),
)
OWN_PAGES = tuple(name.removeprefix("ranking:") for name, _label in PAGES if name.startswith("ranking:"))
register.filter("chance", wording.chance)
register.filter("said", cards.said)
register.filter("people", wording.people)


@register.simple_tag(takes_context=True)
def ranking_url(context: Context, name: str, *args: Any, **query: Any) -> str:
    """The address of a page of the ranking being read: an older publication or a preview stays chosen."""
    address = reverse(f"ranking:{name}", args=[context["year"], *args])
    pairs = [f"{key}={value}" for key, value in query.items() if value not in (None, "")]
    if keep := context.get("publication"):
        pairs.append(f"publication={keep}")
    return f"{address}?{'&'.join(pairs)}" if pairs else address


@register.simple_tag(takes_context=True)
def ranking_pages(context: Context) -> list[dict[str, Any]]:
    """The tabs of a ranking: address, label and whether it is the page being read."""
    match = getattr(context.get("request"), "resolver_match", None)
    here = match.view_name if match else ""
    addresses = {f"ranking:{name}": ranking_url(context, name) for name in OWN_PAGES}
    addresses["open_data"] = _address("open_data")
    if efficiency.published(context["edition"]) is not None:
        addresses["efficiency:study"] = _address("efficiency:study", context["year"])
    return [
        {"address": addresses[name], "label": label, "current": here == name}
        for name, label in PAGES
        if addresses.get(name)
    ]


def _address(name: str, *args: Any) -> str:
    """The address of a page of another app; nothing where that app is not installed."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@register.filter
def figure(item: dict[str, Any] | None, card: dict[str, Any]) -> str:
    """A figure of an indicator with its unit, in the decimals of its card."""
    written, measure = plain_figure(item, card), unit(card)
    if written == "–" or not measure:
        return written
    close = measure == "%" and (get_language() or "pl").startswith("en")
    return written + ("" if close else "\u00a0") + measure


@register.filter
def plain_figure(item: dict[str, Any] | float | None, card: dict[str, Any]) -> str:
    """A figure without its unit, in the decimals of its card; a dash where nothing was published."""
    return number(item.get("value") if isinstance(item, dict) else item, card["decimals"])


@register.filter
def unit(card: dict[str, Any]) -> str:
    """The unit of an indicator, with the base where counts are divided by population."""
    if not card["per"]:
        return cards.said(card, "unit")
    if card["per"] == 1:
        return gettext("%(unit)s per person") % {"unit": cards.said(card, "unit")}
    return gettext("%(unit)s per %(people)s residents") % {
        "unit": cards.said(card, "unit"),
        "people": number(card["per"]),
    }


@register.filter
def lookup(mapping: dict[Any, Any] | None, key: Any) -> Any:
    """The value at a key, or nothing."""
    return (mapping or {}).get(key)


@register.filter
def for_city(address: str, slug: str) -> str:
    """The address of a city from a pattern: resolving a hundred takes longer than the query of their rows."""
    return address.replace("SLUG", slug)


@register.filter
def others(group: list[str]) -> str:
    """The members of a group after its first."""
    return wording.names(group[1:], 5)


@register.filter
def interval_of(row: RankedCity) -> str:
    """The interval of a row's place among all cities."""
    return wording.interval(row.p05, row.p95)
