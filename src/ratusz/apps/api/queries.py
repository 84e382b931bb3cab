"""What is offered as files: for each public edition its tables, how long and how large they are."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import Max, Min

from ratusz.apps.api import exports, tasks
from ratusz.apps.api.tables import counted, tables, tag_of
from ratusz.apps.cities import queries as cities
from ratusz.apps.core.public_data import Table
from ratusz.apps.editions import queries as editions
from ratusz.apps.editions.models import Edition
from ratusz.apps.ranking import queries as rankings

FRESH = 60  # seconds for which the list of offers is kept
MEASURED = 30 * 24 * 3600


@dataclass(frozen=True)
class Offer:
    """A table of an edition as it is now; `sizes` are bytes by ending, and empty until they are measured."""

    code: str
    rows: int
    tag: str
    sizes: dict[str, int]
    records: int | None

    @property
    def table(self) -> Table:
        return tables()[self.code]


@dataclass(frozen=True)
class Shelf:
    """The files of an edition."""

    edition: Edition
    offers: list[Offer]
    issued: datetime | None
    modified: datetime | None


def shelves() -> list[Shelf]:
    """The files of every public edition, the newest first."""
    return [shelf_of(edition) for edition in editions.visible_to(None).order_by("-year", "pk")]


def shelf_of(edition: Edition) -> Shelf:
    """The files of an edition; counted at most once a minute."""
    name = f"open-data:shelf:{edition.pk}"
    kept = cache.get(name)
    if kept is None:
        found = _offers(edition)
        kept = ([asdict(offer) for offer in found], *_dates(edition))
        cache.set(name, kept, FRESH)
    offers, issued, modified = kept
    return Shelf(edition, [Offer(**offer) for offer in offers], issued, modified)


def _offers(edition: Edition) -> list[Offer]:
    found = {}
    for table in tables().values():
        if (rows := table.rows(edition)) is not None:
            count, value = counted(rows)
            found[table.code] = (count, tag_of(table, value))
    measured = _measured(edition, found)
    return [Offer(code, count, tag, *measured.get(code, ({}, None))) for code, (count, tag) in found.items()]


def _measured(edition: Edition, found: dict[str, tuple[int, str]]) -> dict[str, tuple[dict[str, int], int]]:
    """Sizes and records of the tables; the worker measures them once for each content, so that nobody waits."""
    kept = cache.get(_name(edition)) or {}
    if kept.keys() == found.keys() and all(kept[code][0] == tag for code, (_count, tag) in found.items()):
        return {code: (sizes, records) for code, (_tag, sizes, records) in kept.items()}
    tasks.measure_later(edition.year)
    return {}


def measure(edition: Edition) -> None:
    """Writes every file of the edition to nowhere, and keeps how long each is."""
    kept = {}
    for table in tables().values():
        rows = table.rows(edition)
        if rows is not None:
            sizes = {
                ending: sum(map(len, exports.pieces_of(table, rows, ending, about(table, edition))))
                for ending in exports.KINDS
            }
            records = sum(1 for _record in exports.records_of(table, rows))
            kept[table.code] = (tag_of(table, counted(rows)[1]), sizes, records)
    cache.set(_name(edition), kept, MEASURED)
    cache.delete(f"open-data:shelf:{edition.pk}")


def _name(edition: Edition) -> str:
    return f"open-data:sizes:{edition.pk}"


def about(table: Table, edition: Edition) -> dict[str, object]:
    """What stands at the head of a table's JSON."""
    return {"edition": edition.year, "table": table.code, "key": list(table.key)}


def _dates(edition: Edition) -> tuple[datetime | None, datetime | None]:
    """When the edition's data first came out, and when they last changed."""
    figures = cities.observations_visible_to(None).filter(
        city__editions__edition=edition, year__lte=edition.year
    )
    span = figures.order_by().aggregate(first=Min("updated_at"), last=Max("updated_at"))
    publications = rankings.visible_to(None).filter(edition=edition)
    moves = [span["last"]]
    for published, withdrawn in publications.values_list("published_at", "withdrawn_at"):
        moves += [published, withdrawn]
    moves = [moment for moment in moves if moment is not None]
    return span["first"] or (min(moves) if moves else None), max(moves) if moves else None
