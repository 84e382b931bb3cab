"""The figures that answer critics, counted by hand for a small ranking."""

from types import SimpleNamespace

import pytest
from django.core.cache import cache

from ratusz.apps.ranking import critics


def city(rank: int, name: str, apart_from: str | None, values: tuple[float | None, float | None]):
    return SimpleNamespace(
        classified=True, rank=rank, name=name, p05=rank, p95=rank + rank % 3, coverage=0.5 + 0.5 * (None not in values),
        not_apart=[] if apart_from is None else [("slug", apart_from, 1)],
        indicators=[{"code": c, "normalised": v} for c, v in zip("ab", values, strict=True)],
    )  # fmt: skip


@pytest.fixture
def ranking():
    cards = [{"code": "a", "year": 2020, "share": 0.6}, {"code": "b", "year": 2024, "share": 0.4}]
    return SimpleNamespace(pk=-1, summary={"indicators": cards})


@pytest.fixture
def rows():
    found = [city(k, f"City {k}", None, (float(k), float(-k))) for k in range(1, 13)]
    found[0].not_apart = [("slug", "City 2", 1)]
    found[11].indicators[0]["normalised"] = None
    found[11].coverage = 0.5
    return found


@pytest.mark.django_db
def test_facts_are_counted_from_the_rows_and_kept(ranking, rows):
    cache.delete("ranking.critics.-1")
    facts = critics.facts(ranking, rows)
    assert facts["typical"] == 2
    assert facts["widest"] == {"name": "City 2", "from": 2, "to": 4}
    assert facts["neighbours"] == {"pairs": 11, "apart": 10}
    assert (facts["oldest"], facts["newest"]) == (
        {"year": "2020", "codes": ["a"]},
        {"year": "2024", "codes": ["b"]},
    )
    assert facts["incomplete"] == ["City 12"]
    assert facts["closest"] == {"a": "a", "b": "b", "r": pytest.approx(-1)}
    assert facts["heaviest"] == "a"
    assert critics.facts(ranking, []) == facts
    cache.delete("ranking.critics.-1")


def test_neighbours_are_not_counted_where_pairs_were_not(ranking, rows):
    rows[0].not_apart = None
    assert critics._neighbours(rows) is None
