"""Indices that others publish, by their own formulae: what the method file can express, to the last digit."""

from math import log

import numpy as np
import pytest

from ratusz.engines.composite import Method, Table, rank, verify

HUMAN_DEVELOPMENT = """
name = "Human Development Index"
[normalisation]
method = "goalposts"
lower = 0
upper = 1
[aggregation]
mean = "geometric"
[uncertainty]
leave_one_out = false
weights = {}
[[aggregate]]
code = "HDI"
[[aggregate]]
code = "Health"
parent = "HDI"
[[aggregate]]
code = "Education"
parent = "HDI"
mean = "arithmetic"
[[aggregate]]
code = "Income"
parent = "HDI"
[[indicator]]
code = "LE"
parent = "Health"
goalposts = [20, 85]
[[indicator]]
code = "EYS"
parent = "Education"
goalposts = [0, 18]
[[indicator]]
code = "MYS"
parent = "Education"
goalposts = [0, 15]
[[indicator]]
code = "GNI"
parent = "Income"
goalposts = [100, 75000]
transform = "log"
"""
# Human Development Report 2019, table 1 (figures of 2018): the inputs as printed, and the printed index.
COUNTRIES = {
    "Norway": (82.3, 18.1, 12.6, 68059, 0.954),
    "Germany": (81.2, 17.1, 14.1, 46946, 0.939),
    "Niger": (62.0, 6.5, 2.0, 912, 0.377),
}


def test_human_development_index_by_its_technical_note():
    method = Method.from_toml(HUMAN_DEVELOPMENT)
    values = np.array([row[:4] for row in COUNTRIES.values()])
    table = Table(tuple(COUNTRIES), ("LE", "EYS", "MYS", "GNI"), values)
    result = rank(table, method)
    for i, (life, expected, mean, income, printed) in enumerate(COUNTRIES.values()):
        health = (life - 20) / (85 - 20)
        education = (min(expected / 18, 1) + mean / 15) / 2
        money = (log(income) - log(100)) / (log(75000) - log(100))
        assert result.index[i] == pytest.approx((health * education * money) ** (1 / 3), abs=1e-12)
        assert result.index[i] == pytest.approx(printed, abs=0.001)  # inputs are printed rounded
    assert result.ranks.tolist() == [1, 2, 3]
    assert verify(table, result) == ()


def test_adjusted_mazziotta_pareto_index_by_hand():
    """Mazziotta, Pareto 2016: 70 to 130 between goalposts that put the reference year at 100, less s²/mean (by n)."""
    method = Method.from_toml(
        '[normalisation]\nmethod = "goalposts"\nlower = 70\nupper = 130\nbeyond = true\n'
        '[aggregation]\nmean = "adjusted Mazziotta-Pareto"\n[uncertainty]\nleave_one_out = false\n'
        '[[aggregate]]\ncode = "AMPI"\n'
        '[[indicator]]\ncode = "Jobs"\nparent = "AMPI"\ngoalposts = [40, 80]\n'
        '[[indicator]]\ncode = "Smog"\nparent = "AMPI"\ngoalposts = [10, 50]\ndirection = -1\n'
    )
    table = Table(("A", "B", "C"), ("Jobs", "Smog"), np.array([[60.0, 30], [90, 40], [50, 5]]))
    result = rank(table, method, runs=64)
    np.testing.assert_allclose(result.normalised, [[100, 100], [145, 85], [85, 137.5]])
    means, spreads = np.array([100, 115, 111.25]), np.array([0, 30, 26.25])
    np.testing.assert_allclose(result.index, means - spreads**2 / means)
    assert verify(table, result) == ()


def test_technology_index_of_the_handbook_by_hand():
    """As the Technology Achievement Index: four pillars of two, logarithms in one, equal weights."""
    text = '[screening]\ncoverage = 0.5\n[aggregation]\nmean = "arithmetic"\n[normalisation]\nlower = 0\nupper = 1\n'
    text += '[[aggregate]]\ncode = "TAI"\n'
    values = np.array(
        [
            [187, 2.7, 80, 24, 454, 1000, 12, 23],
            [289, 156.6, 232, 51, 993, 1300, 12, 27],
            [42, 13, 22, 39, 200, 600, 8, 6.0],
        ]
    )
    codes = ("Patents", "Royalties", "Hosts", "Exports", "Phones", "Power", "School", "Science")
    for k, code in enumerate(codes):
        pillar = ("Creation", "New", "Old", "Skills")[k // 2]
        if k % 2 == 0:
            text += f'[[aggregate]]\ncode = "{pillar}"\nparent = "TAI"\n'
        transform = 'transform = "log"\n' if pillar == "Old" else ""
        text += f'[[indicator]]\ncode = "{code}"\nparent = "{pillar}"\n{transform}'
    method = Method.from_toml(text)
    table = Table(("A", "B", "C"), codes, values)
    result = rank(table, method, runs=32)
    x = values.copy()
    x[:, 4:6] = np.log(x[:, 4:6])
    expected = ((x - x.min(axis=0)) / (x.max(axis=0) - x.min(axis=0))).mean(axis=1)
    np.testing.assert_allclose(result.index, expected, rtol=1e-12)
    assert verify(table, result) == ()
