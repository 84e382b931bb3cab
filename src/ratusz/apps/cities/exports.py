"""Files for those who want to check or use the figures: comma, UTF-8, decimal point, the order always the same."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone

from ratusz.apps.accounts import privacy
from ratusz.apps.accounts.models import User
from ratusz.apps.cities.models import City, CityReview, Correction, Indicator, Objection, Observation
from ratusz.apps.cities.queries.own import OwnFigure
from ratusz.apps.core.open_data import guarded
from ratusz.apps.editions.models import Edition

FIGURES = ["teryt", "city", "indicator", "year", "value", "unit", "flag", "source", "licence"]
CORRECTIONS = [
    "edition", "teryt", "city", "indicator", "year", "decision", "old_value", "new_value", "unit", "decided_on",
    "decided_by", "source", "source_url", "reason_pl", "reason_en",
]  # fmt: skip
OWN = [
    "edition", "teryt", "city", "indicator", "name", "year", "value", "unit", "source", "compared_value",
    "class_median", "place_in_class", "cities_in_class",
]  # fmt: skip
OBJECTIONS = [
    "number", "edition", "teryt", "city", "indicator", "state", "old_value", "old_year", "proposed_value",
    "proposed_year", "source", "source_url", "grounds", "document", "sent_at", "decided_at", "new_value",
    "reason_pl", "reason_en",
]  # fmt: skip


class Echo:
    """A file that gives back what is written to it."""

    def write(self, value: str) -> str:
        return value


def figures_csv(indicator: Indicator, figures: QuerySet[Observation]) -> StreamingHttpResponse:
    """Every figure of an indicator."""
    rows = figures.order_by("city__teryt", "year").values_list(
        "city__teryt", "city__name", "indicator__code", "year", "value", "indicator__unit_pl", "flag",
        "source__name_pl", "source__licence",
    )  # fmt: skip
    return _file(f"{indicator.code}.csv", FIGURES, rows.iterator(2000))


def corrections_csv(
    corrections: Iterable[Correction], rejections: Iterable[Objection]
) -> StreamingHttpResponse:
    """Corrections and rejected objections; the organiser decides, and no person is named."""
    return _file(
        "corrections.csv", CORRECTIONS, chain(map(_correction, corrections), map(_rejection, rejections))
    )


def _correction(one: Correction) -> list[Any]:
    figure = one.observation
    return [
        *_where(one.edition, figure.city, figure.indicator), figure.year,
        "accepted" if hasattr(one, "objection") else "corrected", one.old_value, one.new_value,
        figure.indicator.unit_pl, timezone.localdate(one.at),
        one.edition.programme.organiser if one.edition else None, one.source_named, one.source_address,
        one.reason_pl, one.reason_en,
    ]  # fmt: skip


def _rejection(one: Objection) -> list[Any]:
    return [
        *_where(one.edition, one.city, one.indicator), one.year, "rejected", None, None, one.indicator.unit_pl,
        timezone.localdate(one.decided_at), one.edition.programme.organiser, None, None, one.reason_pl,
        one.reason_en,
    ]  # fmt: skip


def _where(edition: Edition | None, city: City, indicator: Indicator) -> list[Any]:
    return [edition.year if edition else None, city.teryt, city.name, indicator.code]


def own_figures_csv(edition: Edition, city: City, figures: Sequence[OwnFigure]) -> StreamingHttpResponse:
    """A city's figures, missing ones too, with its place in the class."""
    rows = (
        [
            *_where(edition, city, one.indicator), one.indicator.name,
            one.observation.year if one.observation else None, one.observation.value if one.observation else None,
            one.indicator.unit, one.observation.source.name if one.observation else None, one.compared,
            one.standing.median, one.standing.place, one.standing.count,
        ]
        for one in figures
    )  # fmt: skip
    return _file(f"{city.slug}-{edition.year}.csv", OWN, rows)


def objections_csv(city: City, objections: Iterable[Objection]) -> StreamingHttpResponse:
    """A city's objections, for its team."""
    rows = (
        [
            one.pk, one.edition.year, city.teryt, city.name, one.indicator.code, one.state, one.old_value,
            one.old_year, one.value, one.year, one.source_name, one.source_url, one.grounds,
            one.document.name if hasattr(one, "document") else None, one.sent_at, one.decided_at,
            one.correction.new_value if one.correction else None, one.reason_pl, one.reason_en,
        ]
        for one in objections
    )  # fmt: skip
    return _file(f"objections-{city.slug}.csv", OBJECTIONS, rows)


def _file(name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    def lines() -> Iterator[str]:
        writer = csv.writer(Echo(), lineterminator="\n")
        yield writer.writerow(columns)
        for row in rows:
            yield writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def dialogue(user: User) -> list[dict[str, Any]]:
    """What the data dialogue keeps of a person's work: objections written, figures confirmed."""
    objections = Objection.objects.filter(by=user).select_related("city", "indicator", "edition", "document")
    written = [
        {
            "objection": one.pk, "year": one.edition.year, "city": one.city.name, "indicator": one.indicator.code,
            "state": one.state, "proposed": one.typed, "reference_year": one.year, "source": one.source_name,
            "source_url": one.source_url, "grounds": one.grounds, "sent": one.sent_at, "decided": one.decided_at,
            "document": one.document.name if hasattr(one, "document") else None,
        }
        for one in objections.defer("document__data")
    ]  # fmt: skip
    confirmed = [
        {"confirmed": one.confirmed_at, "year": one.edition.year, "city": one.city.name}
        for one in CityReview.objects.filter(confirmed_by=user).select_related("city", "edition")
    ]
    return written + confirmed


def erase_drafts(user: User) -> None:
    """Deletes what the person had not sent; a sent objection is the city's, and stays without the name."""
    Objection.objects.filter(by=user, state=Objection.State.DRAFT).delete()


def register() -> None:
    """Adds the data dialogue to the export of one's own data and to the erasure."""
    privacy.register_exporter("data_dialogue", dialogue)
    privacy.register_eraser("data_dialogue", erase_drafts)
