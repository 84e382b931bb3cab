"""Several editions on one scale, so that a score of this year can be compared with one of last year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ratusz.engines.composite import ranks
from ratusz.engines.composite.method import Method
from ratusz.engines.composite.ranking import Ranking, rank
from ratusz.engines.composite.table import Table
from ratusz.engines.contracts import EngineError

FILLS = ("none", "latest", "linear")


@dataclass(frozen=True)
class Panel:
    """Editions ranked on a common scale, in the order of `editions`.

    units (n,) of any edition; levels (q,); scores (t, n, q) and ranks (t, n) among the units of each edition,
    NaN and 0 where a unit is not classified; pooled = the ranking of all units of all editions together.
    """

    editions: tuple[str, ...]
    units: tuple[str, ...]
    levels: tuple[str, ...]
    scores: np.ndarray
    ranks: np.ndarray
    pooled: Ranking

    @property
    def change(self) -> np.ndarray:
        """Scores less those of the edition before, (t - 1, n, q)."""
        return np.diff(self.scores, axis=0)


def rank_panel(tables: Mapping[str, Table], method: Method, *, fill: str = "none") -> Panel:
    """Return all editions ranked by one method on one scale, tables by edition in the order of time.

    Outliers, minimum, maximum, means and imputation are those of all unit-years together; ranks are given
    within each edition. `fill`: "latest" carries a unit's own last known value on, "linear" also draws a line
    between two known ones (editions count as equally far apart); what is left follows the method.
    """
    editions = tuple(tables)
    if not editions:
        raise EngineError("Panel", "no edition", "at least one is needed", "add a table")
    chosen = [table.select(method) for table in tables.values()]
    units = tuple(dict.fromkeys(unit for table in chosen for unit in table.units))
    chosen = fill_panel(chosen, units, fill)
    rows = [(t, unit) for t, table in enumerate(chosen) for unit in table.units]
    names = tuple(f"{unit} ({editions[t]})" for t, unit in rows)
    labels = {c: tuple(x for table in chosen for x in table.labels[c]) for c in method.label_columns}
    stacked = Table(names, chosen[0].columns, np.vstack([table.values for table in chosen]), labels)
    pooled = rank(stacked, method, runs=0)
    where = dict(zip(names, rows, strict=True))
    scores = np.full((len(editions), len(units), len(pooled.levels)), np.nan)
    places = np.zeros((len(editions), len(units)), dtype=np.int64)
    edition = np.array([where[name][0] for name in pooled.units])
    column = np.array([units.index(where[name][1]) for name in pooled.units])
    within = ranks.rank(pooled.index, edition)[1]
    scores[edition, column] = pooled.scores
    places[edition, column] = within
    return Panel(editions, units, pooled.levels, scores, places, pooled)


def fill_panel(tables: list[Table], units: tuple[str, ...], how: str) -> list[Table]:
    """Return tables of the same columns with gaps filled from the unit's own other editions."""
    if how not in FILLS:
        raise EngineError("Panel", repr(how), "it must be one of " + ", ".join(FILLS), "correct it")
    for table in tables:
        if table.columns != tables[0].columns:
            raise EngineError(
                "Panel", "tables of different columns", "all editions share them", "select them"
            )
    if how == "none":
        return tables
    cube = np.full((len(tables), len(units), len(tables[0].columns)), np.nan)
    place = {unit: k for k, unit in enumerate(units)}
    rows = [np.array([place[unit] for unit in table.units]) for table in tables]
    for t, table in enumerate(tables):
        cube[t, rows[t]] = table.values
    times = np.arange(len(tables))
    for i, j in np.argwhere(np.isnan(cube).any(axis=0) & ~np.isnan(cube).all(axis=0)):
        series = cube[:, i, j]
        known = np.flatnonzero(~np.isnan(series))
        if how == "linear":
            inner = slice(known[0], known[-1] + 1)
            series[inner] = np.interp(times[inner], known, series[known])
        before = np.searchsorted(known, times, side="right") - 1
        gaps = np.isnan(series) & (before >= 0)
        series[gaps] = series[known[before[gaps]]]
    return [replace(table, values=cube[t, rows[t]]) for t, table in enumerate(tables)]
