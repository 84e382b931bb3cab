"""Indicators left out, profiles, and what it would take: each against the plain way of computing it."""

from dataclasses import replace

import numpy as np
import pytest

from ratusz.engines.composite import EngineError, Framework, Method, Screening, Table, Uncertainty, rank
from ratusz.engines.composite.influence import leave_one_out, profile
from ratusz.engines.composite.reach import what_would_it_take


def test_each_indicator_left_out_as_a_method_without_it(towns, town_method):
    found = leave_one_out(towns, town_method)
    framework = town_method.framework
    assert found.nominal.tolist() == rank(towns, town_method, runs=0).ranks.tolist()
    for j, code in enumerate(found.codes):
        rest = tuple(i for i in framework.indicators if i.code != code)
        method = replace(town_method, framework=Framework(rest, framework.aggregates), screening=Screening(0))
        assert rank(towns, method, runs=0).ranks.tolist() == found.ranks[:, j].tolist()
    shift = np.abs(found.ranks - found.nominal[:, None])
    assert found.mean_shift.tolist() == shift.mean(axis=0).tolist()
    assert found.largest_shift.tolist() == shift.max(axis=0).tolist()
    leader = found.nominal.tolist().index(1)
    assert found.leader_kept.tolist() == (found.ranks[leader] == 1).tolist()


def test_left_out_ranks_on_the_asem_data(table_b, method_b):
    found = leave_one_out(table_b, method_b)
    assert found.ranks.shape == (51, 49)
    assert found.mean_shift.max() < 5
    with pytest.raises(EngineError, match="one indicator"):
        leave_one_out(
            Table(("u", "v"), ("a", "b"), np.array([[1.0, np.nan], [2.0, 3.0]])),
            Method.from_toml(
                '[screening]\ncoverage = 0\n[[aggregate]]\ncode = "I"\n'
                '[[indicator]]\ncode = "a"\nparent = "I"\n[[indicator]]\ncode = "b"\nparent = "I"\n'
            ),
        )


def test_profile_names_places_strengths_and_weaknesses(towns, town_method):
    table = replace(towns, labels={"size": ("a", "b", "a", "b", "a", "b")})
    result = rank(table, replace(town_method, class_column="size"), runs=0)
    found = profile(result, "Łódź")
    by_code = {s.code: s for s in found.standings}
    assert (by_code["Income"].place, by_code["Income"].percentile) == (1, 100)
    assert (by_code["Trees"].place, by_code["Trees"].among, by_code["Trees"].percentile) == (5, 5, 0)
    assert by_code["Index"].place == result.ranks[3]
    assert by_code["Index"].weight == 1
    assert found.strengths[0].code == "Income"
    assert found.weaknesses[0].code == "Trees"
    assert all(s.percentile > 50 for s in found.strengths)
    assert {s.code for s in found.strengths} <= set(result.indicators)
    own = {s.code: s for s in profile(result, "Łódź", within_class=True).standings}
    assert own["Income"].among == 3
    assert "Trees" not in {s.code for s in profile(result, "Żory").standings}
    with pytest.raises(EngineError, match="Gotham"):
        profile(result, "Gotham")


@pytest.mark.parametrize("together", [(), ("Income", "Parks")])
def test_what_it_takes_is_the_least_that_does(towns, town_method, together):
    start = rank(towns, town_method, runs=0).ranks[0]
    changes = what_would_it_take(towns, town_method, "Bytom", together=together)
    assert changes
    reachable = [c for c in changes if c.share is not None]
    assert reachable
    assert [c.share for c in reachable] == sorted(c.share for c in reachable)
    assert changes[: len(reachable)] == tuple(reachable)

    def place(change, values):
        changed = towns.values.copy()
        for code, value in zip(change.codes, values, strict=True):
            changed[0, towns.columns.index(code)] = value
        return rank(replace(towns, values=changed), town_method, runs=0).ranks[0]

    for change in reachable:
        assert place(change, change.needed) == change.rank <= start - 1
        less = [n + (v - n) * (1 - 1e-4) for n, v in zip(change.now, change.needed, strict=True)]
        assert place(change, less) > start - 1
    for change in changes:
        if change.share is None:
            assert change.needed is None
            assert change.rank is None


def test_what_it_takes_is_told_in_the_data_before_the_denominator():
    method = Method.from_toml(
        '[[aggregate]]\ncode = "I"\n[[indicator]]\ncode = "beds"\nparent = "I"\ndenominator = "people"\n'
    )
    table = Table(("u", "v", "w"), ("beds", "people"), np.array([[10.0, 10], [30, 10], [80, 20]]))
    (change,) = what_would_it_take(table, method, "u")
    assert change.codes == ("beds",)
    assert change.needed[0] == pytest.approx(30, rel=1e-6)


def test_goals_that_are_none_are_refused(towns, town_method):
    result = rank(towns, town_method, runs=0)
    leader = result.units[result.ranks.tolist().index(1)]
    with pytest.raises(EngineError, match="from place 1"):
        what_would_it_take(towns, town_method, leader)
    last = result.units[result.ranks.tolist().index(6)]
    with pytest.raises(EngineError, match="Beauty"):
        what_would_it_take(towns, town_method, last, together=("Beauty",))
    with pytest.raises(EngineError, match="Gotham"):
        what_would_it_take(towns, replace(town_method, uncertainty=Uncertainty()), "Gotham")
