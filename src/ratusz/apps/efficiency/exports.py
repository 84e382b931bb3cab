"""What a study publishes as open data: its fields, its records, and where they come from."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ratusz.apps.core.open_data import Field
from ratusz.apps.efficiency import wording
from ratusz.apps.efficiency.models import StudiedCity, Study

AS_THEY_ARE = (
    "teryt",
    "voivodeship",
    "population",
    "score",
    "corrected",
    "low",
    "high",
    "efficient",
    "example_for",
)


def fields(study: Study) -> list[Field]:
    """The dictionary of the export's columns, in their order."""
    share = _("share, 0–1")
    found = [
        Field("teryt", _("TERYT code of the gmina, text of seven digits")),
        Field("city", _("name")),
        Field("voivodeship", _("voivodeship")),
        Field("population", _("population by which the size class was fixed"), _("people")),
        Field("class", _("size class")),
        Field("compared", _("false: a figure is missing, so there is no score")),
        Field("missing", _("indicators for which nothing is published")),
        Field("score", _("share of the best practice found; 1 is the most"), share),
        Field("corrected", _("the score less what a sample flatters, from the bootstrap"), share),
        Field("low", _("lower end of the 95% interval"), share),
        Field("high", _("upper end of the 95% interval"), share),
        Field("efficient", _("true: no mixture of cities does more with as little")),
        Field("example_for", _("how many other cities have this one as a peer"), _("cities")),
        Field("peers", _("peers with their shares")),
    ]
    if study.summary["change"].get("cities"):
        since = {"year": study.summary["change"]["since"]}
        found += [
            Field("change", _("change of productivity since %(year)s; above 1 is better") % since),
            Field("catching_up", _("of it: the city came closer to the best practice")),
            Field("frontier", _("of it: the best practice itself moved")),
        ]
    for card in study.summary["columns"]:
        name, unit = wording.said(card, "name"), wording.unit(card)
        found.append(Field(card["code"], f"{Study.Kind(card['kind']).label}: {name} ({card['year']})", unit))
        found.append(
            Field(f"{card['code']}_target", _("what the peers' mixture has: %(name)s") % {"name": name}, unit)
        )
    return found


def records(study: Study, rows: Iterable[StudiedCity]) -> Iterator[dict[str, Any]]:
    """A record of plain values for each city, keyed as in the dictionary."""
    classes = study.summary["classes"]
    for row in rows:
        record: dict[str, Any] = {name: getattr(row, name) for name in AS_THEY_ARE}
        record |= {
            "city": row.name,
            "class": wording.class_name(classes, row.size_class) if row.size_class else None,
            "compared": row.compared,
            "efficient": row.efficient if row.compared else None,
            "missing": row.missing,
            "peers": [f"{peer['name']}={peer['share']:.6g}" for peer in row.peers],
        }
        if row.change:
            record |= {
                "change": row.change["index"],
                "catching_up": row.change["catching_up"],
                "frontier": row.change["frontier"],
            }
        for item in row.targets:
            record[item["code"]] = item["now"]
            record[f"{item['code']}_target"] = item["target"]
        yield record


def about(study: Study, address: str) -> dict[str, Any]:
    """What the figures are and how they may be used."""
    provenance = study.summary["provenance"]
    return {
        "title": f"{study.edition.name}: {study.name}",
        "address": address,
        "language": get_language(),
        "publication": study.number,
        "published": study.published_at.isoformat() if study.published_at else None,
        "withdrawn": study.withdrawn_at.isoformat() if study.withdrawn_at else None,
        "note": study.note or None,
        "returns": study.returns,
        "orientation": study.orientation,
        "repetitions": provenance["repetitions"],
        "seed": provenance["seed"],
        "input_hash": provenance["input_hash"],
        "bundle_sha256": study.bundle_sha256,
        "sources": wording.sources(study),
    }
