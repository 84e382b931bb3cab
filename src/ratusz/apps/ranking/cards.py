"""What a reader must know of each pillar and indicator: bilingual, taken from the method and the registry.

A name in a method file may be in two languages, "Gospodarka / Economy": Polish first.
"""

from typing import Any

from django.utils.translation import get_language

from ratusz.apps.cities import queries as cities
from ratusz.engines import composite
from ratusz.engines.composite import weights

BETWEEN = " / "


def two_names(name: str) -> tuple[str, str]:
    """The Polish and the English part of a name in a method file; the English is empty if there is one part."""
    polish, _, english = name.partition(BETWEEN)
    return polish.strip(), english.strip()


def one_name(name_pl: str, name_en: str) -> str:
    """The name as a method file writes it."""
    return BETWEEN.join(part.strip() for part in (name_pl, name_en) if part.strip())


def said(card: dict[str, Any], key: str) -> str:
    """The card's text in the active language, with Polish where English is empty."""
    english = (get_language() or "pl").startswith("en")
    return (english and card.get(f"{key}_en")) or card.get(f"{key}_pl") or ""


def pillars(method: composite.Method) -> list[dict[str, Any]]:
    """The aggregates right under the index, with their share of it."""
    framework = method.framework
    shares = effective_weights(method)
    found = []
    for node in framework.aggregates:
        if node.parent == framework.root.code:
            name_pl, name_en = two_names(node.name or node.code)
            found.append(
                {
                    "code": node.code,
                    "name_pl": name_pl,
                    "name_en": name_en,
                    "weight": node.weight,
                    "share": shares[node.code],
                    "mean": node.mean or method.mean,
                }
            )
    return found


def effective_weights(method: composite.Method) -> dict[str, float]:
    """Each node's share of the index, by code."""
    framework = method.framework
    shares = weights.effective(framework, weights.resolve(framework, method.scheme))
    return {node.code: float(share) for node, share in zip(framework.nodes, shares, strict=True)}


def indicator_cards(method: composite.Method) -> list[dict[str, Any]]:
    """The card of each indicator in the order of the method, with its weight and pillar."""
    framework = method.framework
    registry = {i.code: i for i in cities.indicators_visible_to(None).filter(code__in=framework.codes)}
    shares = effective_weights(method)
    parent = {a.code: a.parent for a in framework.aggregates}
    found = []
    for node in framework.indicators:
        pillar = node.parent
        while pillar is not None and parent[pillar] not in (framework.root.code, None):
            pillar = parent[pillar]
        card = registry[node.code]
        texts = {
            f"{key}_{language}": getattr(card, f"{key}_{language}")
            for key in ("name", "definition", "reason", "unit")
            for language in ("pl", "en")
        }
        found.append(
            texts
            | {
                "code": node.code,
                "pillar": pillar if pillar != framework.root.code else None,
                "direction": node.direction,
                "weight": node.weight,
                "share": shares[node.code],
                "per": card.per_capita_base,
                "decimals": card.decimals,
                "source": {
                    "name_pl": card.source.name_pl,
                    "name_en": card.source.name_en,
                    "publisher": card.source.publisher,
                    "url": card.source.url,
                    "licence": card.source.licence,
                    "attribution": card.source.attribution,
                },
            }
        )
    return found
