"""The ranking as CSV, XLSX and JSON, with a dictionary of its fields; safe to open in a spreadsheet."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ratusz.apps.ranking import cards, wording
from ratusz.apps.ranking.models import RankedCity, Ranking

# A cell that begins so would run as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Field:
    """A column of the export: its name, what it means and its unit."""

    name: str
    meaning: str
    unit: str = ""


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


def write_csv(ranking: Ranking, rows: Iterable[RankedCity], *, polish: bool) -> bytes:
    """UTF-8 with a byte order mark. `polish`: semicolons and decimal commas, as a Polish spreadsheet expects."""
    names = [field.name for field in fields(ranking)]
    found = ([record.get(name) for name in names] for record in records(ranking, rows))
    return write_table(names, found, polish=polish)


def write_table(fields: Iterable[str], rows: Iterable[Iterable[Any]], *, polish: bool) -> bytes:
    """The data of a picture, in the same form as the ranking's CSV."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if polish else ",", lineterminator="\r\n")
    writer.writerow(fields)
    writer.writerows([_cell(value, polish=polish) for value in row] for row in rows)
    return ("\ufeff" + out.getvalue()).encode()


def _cell(value: Any, *, polish: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        text = repr(value)
        return text.replace(".", ",") if polish else text
    return guarded(_text(value))


def _text(value: Any) -> str:
    return "; ".join(value) if isinstance(value, list) else str(value)


def guarded(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def write_xlsx(ranking: Ranking, rows: Iterable[RankedCity], address: str) -> bytes:
    """A workbook: the ranking, the dictionary of its fields, and where it comes from."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Ranking"))
    sheet.freeze_panes = "C2"
    columns = fields(ranking)
    sheet.append([field.name for field in columns])
    for record in records(ranking, rows):
        sheet.append([_excel(record.get(field.name)) for field in columns])
    dictionary = book.create_sheet(_("Fields"))
    dictionary.append([_("field"), _("meaning"), _("unit")])
    for field in columns:
        dictionary.append([field.name, guarded(field.meaning), guarded(field.unit)])
    origin = book.create_sheet(_("Origin"))
    for key, value in about(ranking, address).items():
        origin.append(
            [key, guarded(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _excel(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return guarded(_text(value))


def write_json(ranking: Ranking, rows: Iterable[RankedCity], address: str) -> bytes:
    """One document: origin, dictionary of the fields, cities."""
    document = {
        "about": about(ranking, address),
        "fields": [
            {"name": field.name, "meaning": field.meaning, "unit": field.unit or None}
            for field in fields(ranking)
        ],
        "cities": list(records(ranking, rows)),
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()
