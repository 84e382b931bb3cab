"""What a frozen ranking was computed from: the engine's own table and method, out of its bundle."""

import io
import zipfile
from dataclasses import dataclass, fields
from functools import lru_cache

from django.db.models import F

from ratusz.apps.ranking import rules
from ratusz.apps.ranking.models import RankedCity, Ranking
from ratusz.engines import composite


@dataclass(frozen=True, eq=False)
class Inputs:
    """The table and the method of a frozen ranking; `slugs` are those of the table's units, in its order.

    One object for each ranking: results computed from it may be kept by it.
    """

    table: composite.Table
    method: composite.Method
    slugs: tuple[str, ...]

    @property
    def unit_of(self) -> dict[str, str]:
        """The table's name of each city, by slug."""
        return dict(zip(self.slugs, self.table.units, strict=True))


def inputs_of(ranking: Ranking) -> Inputs:
    """The inputs of a ranking that the caller may see; kept, because a frozen bundle never changes."""
    return _read(ranking.pk, ranking.bundle_sha256)


@lru_cache(maxsize=16)
def _read(pk: int, _sha256: str) -> Inputs:
    content = bytes(Ranking.objects.values_list("bundle", flat=True).get(pk=pk))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        method = composite.Method.from_toml(archive.read("method.toml").decode())
        table = composite.Table.from_csv(archive.read("data.csv"), method)
    names, teryts, slugs = zip(
        *RankedCity.objects.filter(ranking=pk).values_list("name", "teryt", "slug"), strict=True
    )
    slug_of = dict(zip(rules.unit_names(names, teryts), slugs, strict=True))
    return Inputs(table, method, tuple(slug_of[unit] for unit in table.units))


@dataclass(frozen=True, slots=True)
class Standing:
    """What a frozen ranking says of one city, as far as the figures of other methods are set beside it."""

    city_id: int
    slug: str
    name: str
    voivodeship: str
    population: int | None
    size_class: int
    score: float | None
    rank: int | None
    tied: bool
    p05: float | None
    p95: float | None
    p_first: float | None
    class_rank: int | None
    class_tied: bool
    class_p05: float | None
    class_p95: float | None
    class_p_first: float | None


def standings_of(ranking: Ranking) -> tuple[Standing, ...]:
    """The rows of a ranking that the caller may see, from the best; kept, because frozen rows never change."""
    return _standings(ranking.pk, ranking.bundle_sha256)


@lru_cache(maxsize=16)
def _standings(pk: int, _sha256: str) -> tuple[Standing, ...]:
    rows = RankedCity.objects.filter(ranking=pk).order_by(F("rank").asc(nulls_last=True), "sort_key", "teryt")
    return tuple(Standing(*values) for values in rows.values_list(*(f.name for f in fields(Standing))))
