from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ratusz.apps.core.pictures import Picture
from ratusz.apps.ranking import queries, wording
from ratusz.apps.ranking.models import Ranking

MOST_CHOSEN = 12


@dataclass(frozen=True)
class Chart:
    """A picture, and its data as plain values: the names of the columns and the records."""

    name: str
    picture: Picture
    fields: tuple[str, ...]
    records: list[tuple[Any, ...]]
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Scope:
    """What of a ranking is drawn: for whom, which class, which cities by name, how many from the top."""

    user: Any
    ranking: Ranking
    size_class: int = 0
    chosen: tuple[str, ...] = ()
    top: int = 10

    @cached_property
    def rows(self) -> list[queries.Standing]:
        """The classified cities of the class, from the best."""
        found = [row for row in queries.standings_of(self.ranking) if row.rank is not None]
        if self.size_class:
            found = [row for row in found if row.size_class == self.size_class]
        return found

    @property
    def class_name(self) -> str:
        """The class in words."""
        return wording.class_name(self.ranking.summary["classes"], self.size_class)

    @property
    def year(self) -> str:
        """The year as text: a template would write the number with a space."""
        return str(self.ranking.edition.year)

    def place(self, row: queries.Standing) -> int:
        """The place of a city in what is drawn."""
        return row.class_rank if self.size_class else row.rank

    def written(self, row: queries.Standing) -> str:
        """The same, as "3" or "3="."""
        return wording.place(self.place(row), row.class_tied if self.size_class else row.tied)

    def bounds(self, row: queries.Standing) -> tuple[float | None, float | None]:
        """The interval of the place in what is drawn."""
        return (row.class_p05, row.class_p95) if self.size_class else (row.p05, row.p95)

    def first(self, count: int) -> list[queries.Standing]:
        """The best `count` cities, then those that were chosen."""
        best = self.rows[:count]
        have = {row.slug for row in best}
        return best + [row for row in self.rows if row.slug in self.chosen and row.slug not in have]
