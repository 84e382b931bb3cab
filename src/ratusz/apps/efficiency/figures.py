"""The figures of a study as the engine takes them: complete cities only, every column in the form that was chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ratusz.apps.cities import queries as cities
from ratusz.apps.cities.rules import unit_names
from ratusz.apps.editions.models import Edition
from ratusz.apps.efficiency.models import Study
from ratusz.engines import efficiency

# A column that is turned or shifted begins a hundredth of its range above zero, so that no city stands at nothing.
ABOVE_ZERO = 0.01


@dataclass(frozen=True)
class Figures:
    """The edition's figures for the columns of a study: inputs first, then outputs."""

    columns: list[dict[str, Any]]
    source: cities.IndicatorTable

    @cached_property
    def complete(self) -> np.ndarray:
        """(cities,) True where every figure is published."""
        return ~np.isnan(self.source.values).any(axis=1)

    @cached_property
    def position(self) -> np.ndarray:
        """(compared,) the row in the source of each city that is compared."""
        return np.flatnonzero(self.complete)

    @cached_property
    def published(self) -> np.ndarray:
        """(compared, columns) the figures of the compared cities as they are published."""
        return self.source.values[self.position]

    @cached_property
    def units(self) -> tuple[str, ...]:
        """The engine's names of the compared cities."""
        names = unit_names(self.source.names, self.source.units)
        return tuple(names[k] for k in self.position)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns' names in the file of data: the indicator's code, with the form where it is not plain."""
        return tuple(column_name(c) for c in self.columns)

    @cached_property
    def used(self) -> np.ndarray:
        """(compared, columns) the figures as the engine takes them."""
        values = self.published.copy()
        for k, column in enumerate(self.columns):
            if column["form"] != Study.Form.PLAIN:
                sign, offset = self._form(k)
                values[:, k] = offset + sign * values[:, k]
        return values

    def _form(self, k: int) -> tuple[int, float]:
        """Sign and offset that lead from the published figures of a column to the used ones."""
        form = self.columns[k]["form"]
        if form == Study.Form.PLAIN or not self.position.size:
            return 1, 0.0
        low, high = float(self.published[:, k].min()), float(self.published[:, k].max())
        step = ABOVE_ZERO * (high - low)
        return (-1, high + step) if form == Study.Form.TURNED else (1, step - low)

    def as_published(self, k: int, values: np.ndarray) -> np.ndarray:
        """Used values of a column, such as targets, on the published scale."""
        sign, offset = self._form(k)
        return (values - offset) * sign

    @property
    def inputs(self) -> int:
        """How many of the columns are inputs: they come first."""
        return sum(c["kind"] == Study.Kind.INPUT for c in self.columns)

    def sample(self) -> efficiency.Sample:
        """What the engine is asked about; raises its EngineError."""
        m = self.inputs
        return efficiency.Sample(
            self.units, self.names[:m], self.names[m:], self.used[:, :m], self.used[:, m:]
        )

    def missing_of(self, row: int) -> list[str]:
        """Codes of the columns for which a city has no figure."""
        return [
            c["code"]
            for c, value in zip(self.columns, self.source.values[row], strict=True)
            if np.isnan(value)
        ]


def figures_for(columns: Sequence[dict[str, Any]], edition: Edition) -> Figures:
    """The figures for the chosen columns; one reference year for each indicator."""
    ordered = sorted(columns, key=lambda c: c["kind"] != Study.Kind.INPUT)
    source = cities.indicator_table(
        edition=edition, indicator_codes=[c["code"] for c in ordered], year_rule="same_year"
    )
    return Figures(ordered, source)


def column_name(column: dict[str, Any]) -> str:
    """The column's name in the file of data.

    >>> column_name({"code": "unemployed", "form": "turned"})
    'unemployed_turned'
    """
    return column["code"] if column["form"] == Study.Form.PLAIN else f"{column['code']}_{column['form']}"
