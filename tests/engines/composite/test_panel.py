"""Editions on one scale: what is comparable stays comparable, and gaps are filled from the unit's own past."""

import csv
from dataclasses import replace

import numpy as np
import pytest

from ratusz.engines.composite import EngineError, Screening, Table, rank
from ratusz.engines.composite.panel import fill_panel, rank_panel


def test_one_edition_is_the_plain_ranking(towns, town_method):
    found = rank_panel({"2025": towns}, town_method)
    plain = rank(towns, town_method, runs=0)
    np.testing.assert_array_equal(found.scores[0], plain.scores)
    assert found.ranks[0].tolist() == plain.ranks.tolist()


def test_same_figures_give_the_same_score_in_every_edition(towns, town_method):
    better = replace(towns, values=towns.values.copy())
    better.values[2, 0] = 6.0  # Ełk earns more
    found = rank_panel({"2024": towns, "2025": better}, town_method)
    change = found.change[0, :, -1]
    assert change[2] > 0
    np.testing.assert_allclose(np.delete(change, 2), 0)
    assert found.editions == ("2024", "2025")
    assert found.pooled.units[0] == "Bytom (2024)"


def test_units_may_come_and_go(towns, town_method):
    part = Table(towns.units[1:], towns.columns, towns.values[1:])
    found = rank_panel({"2024": part, "2025": towns}, town_method)
    assert found.units[-1] == "Bytom"
    assert found.ranks[0, -1] == 0
    assert np.isnan(found.scores[0, -1]).all()
    assert sorted(found.ranks[1]) == [1, 2, 3, 4, 5, 6]


def test_gaps_are_filled_from_the_own_past():
    nan = np.nan
    series = [[nan, 2.0], [1.0, nan], [nan, nan], [4.0, 8.0], [nan, nan]]
    tables = [Table(("u",), ("a", "b"), np.array([row])) for row in series]

    def filled(how):
        return np.array([t.values[0] for t in fill_panel(tables, ("u",), how)])

    np.testing.assert_array_equal(filled("latest"), [[nan, 2], [1, 2], [1, 2], [4, 8], [4, 8]])
    np.testing.assert_array_equal(filled("linear"), [[nan, 2], [1, 4], [2.5, 6], [4, 8], [4, 8]])
    np.testing.assert_array_equal(filled("none"), series)


def test_five_years_of_asem(asem, method_a):
    with (asem / "asem_iData_p.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = method_a.framework.codes
    tables = {}
    for year in sorted({row["Time"] for row in rows}):
        own = [row for row in rows if row["Time"] == year]
        values = [[float(row[c]) if row[c] not in ("", "NA") else np.nan for c in codes] for row in own]
        tables[year] = Table(tuple(row["uCode"] for row in own), codes, np.array(values))
    found = rank_panel(tables, replace(method_a, screening=Screening(0, 0, 0)), fill="linear")
    assert found.scores.shape == (5, 51, 11)
    assert all(min(row) == 1 for row in found.ranks)
    assert found.change.shape == (4, 51, 11)


def test_faults_are_named(towns, town_method):
    with pytest.raises(EngineError, match="no edition"):
        rank_panel({}, town_method)
    with pytest.raises(EngineError, match="spline"):
        rank_panel({"2025": towns}, town_method, fill="spline")
    other = Table(("u",), ("a",), np.ones((1, 1)))
    with pytest.raises(EngineError, match="different columns"):
        fill_panel([towns, other], ("u",), "latest")
