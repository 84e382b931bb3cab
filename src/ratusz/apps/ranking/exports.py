"""What a ranking publishes as open data: its fields, its records, and where they come from."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ratusz.apps.core.open_data import Field
from ratusz.apps.ranking import cards, wording
from ratusz.apps.ranking.models import RankedCity, Ranking


def fields(ranking: Ranking) -> list[Field]:
    """The dictionary of the export's columns, in their order."""
    summary = ranking.summary
    share = _("share of the variants, 0–1")
    place = _("place")
    found = [
        Field("teryt", _("TERYT code of the gmina, text of seven digits")),
        Field("city", _("name")),
        Field("voivodeship", _("voivodeship")),
        Field("population", _("population by which the size class was fixed"), _("people")),
        Field("class", _("size class")),
        Field("classified", _("false: too few figures, so no place and no score")),
        Field("coverage", _("share of the indicators with a figure"), _("share, 0–1")),
        Field("rank", _("place among all cities, 1 is best; ties share the better place"), place),
        Field("score", _("index, before rounding")),
        Field("median", _("median place over the variants of the method"), place),
        Field("p05", _("5th percentile of the place over the variants"), place),
        Field("p95", _("95th percentile of the place over the variants"), place),
        Field("p_first", _("first among all cities"), share),
        Field("class_rank", _("place in the size class"), place),
        Field("class_median", _("median place in the size class over the variants"), place),
        Field("class_p05", _("5th percentile of the place in the size class"), place),
        Field("class_p95", _("95th percentile of the place in the size class"), place),
        Field("class_p_first", _("first in the size class"), share),
        Field("not_told_apart", _("cities that are not told apart from this one, by name")),
    ]
    found.extend(
        Field(
            f"pillar_{pillar['code']}",
            _("score of the pillar: %(name)s") % {"name": cards.said(pillar, "name")},
        )
        for pillar in summary["pillars"]
    )
    for card in summary["indicators"]:
        name = cards.said(card, "name")
        found.append(Field(card["code"], name, cards.said(card, "unit")))
        found.append(Field(f"{card['code']}_year", _("reference year: %(name)s") % {"name": name}))
        found.append(
            Field(
                f"{card['code']}_normalised",
                _("on the method's scale, more is better: %(name)s") % {"name": name},
            )
        )
    return found


def records(ranking: Ranking, rows: Iterable[RankedCity]) -> Iterator[dict[str, Any]]:
    """A record of plain values for each city, keyed as in the dictionary."""
    classes = ranking.summary["classes"]
    for row in rows:
        apart = wording.not_apart(row)
        record: dict[str, Any] = {
            "teryt": row.teryt,
            "city": row.name,
            "voivodeship": row.voivodeship,
            "population": row.population,
            "class": wording.class_name(classes, row.size_class) if row.size_class else None,
            "classified": row.classified,
            "coverage": row.coverage,
        }
        for name in (
            "rank", "score", "median", "p05", "p95", "p_first",
            "class_rank", "class_median", "class_p05", "class_p95", "class_p_first",
        ):  # fmt: skip
            record[name] = getattr(row, name)
        record["not_told_apart"] = apart
        for pillar in ranking.summary["pillars"]:
            record[f"pillar_{pillar['code']}"] = row.pillars.get(pillar["code"])
        for item in row.indicators:
            record[item["code"]] = item["value"]
            record[f"{item['code']}_year"] = item["year"]
            record[f"{item['code']}_normalised"] = item["normalised"]
        yield record


def about(ranking: Ranking, address: str) -> dict[str, Any]:
    """What the figures are and how they may be used."""
    provenance = ranking.summary["provenance"]
    return {
        "title": f"{ranking.edition.name}: {_('Ranking')}",
        "address": address,
        "language": get_language(),
        "publication": ranking.number,
        "published": ranking.published_at.isoformat() if ranking.published_at else None,
        "withdrawn": ranking.withdrawn_at.isoformat() if ranking.withdrawn_at else None,
        "note": ranking.note or None,
        "method": {
            "version": ranking.method.version,
            "hash": ranking.method.hash,
            "locked": ranking.method.locked_at.isoformat() if ranking.method.locked_at else None,
        },
        "variants": ranking.summary["variants"],
        "first_place_kept": ranking.summary["kept"],
        "seed": provenance["seed"],
        "input_hash": provenance["input_hash"],
        "bundle_sha256": ranking.bundle_sha256,
        "sources": sources(ranking),
    }


def sources(ranking: Ranking) -> list[str]:
    """Attributions of the figures, each once, as their licences ask."""
    found = dict.fromkeys(
        card["source"]["attribution"]
        or f"{card['source']['publisher']}, {cards.said(card['source'], 'name')}"
        for card in ranking.summary["indicators"]
    )
    return list(found)
