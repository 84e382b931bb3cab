import pytest

from ratusz.apps.cities.plausibility import Context, doubts


def context(**fields) -> Context:
    return Context(
        **{
            "unit": "%",
            "decimals": 1,
            "zero_means_missing": False,
            "before": 12.4,
            "least": 4.0,
            "median": 10.0,
        }
        | fields
    )


@pytest.mark.parametrize(
    ("value", "fields", "word"),
    [
        (124, {}, "10 razy"),
        (1240, {"unit": "zł"}, "100 razy"),
        (0.124, {}, "1/100"),
        (104, {"before": 60}, "100\u00a0%"),
        (-3, {}, "ujemna"),
        (40, {"unit": "zł"}, "trzykrotnie"),
        (0, {"zero_means_missing": True}, "brak"),
        (900_000, {"unit": "zł", "before": None}, "daleko"),
    ],
)
def test_suspicious_value_is_named(value, fields, word):
    assert word in " ".join(doubts(value, context(**fields)))


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        (13.1, {}),
        (12.4, {"before": None}),
        (-3, {"least": -9.0, "unit": "osoby"}),
        (-3, {"before": -2.0, "unit": "osoby"}),
        (0, {"before": 3}),
    ],
)
def test_ordinary_value_is_not_doubted(value, fields):
    assert doubts(value, context(**fields)) == []


def test_percent_sign_on_another_unit_is_doubted():
    assert doubts(12.0, context(unit="zł"), percent=True)
    assert not doubts(12.0, context(), percent=True)


def test_missing_figure_is_held_against_the_class_as_it_is_compared():
    counts = context(unit="osoby", before=None, per_capita=1 / 1000, median=12.0)
    assert not doubts(11_000, counts)
    assert doubts(9_000_000, counts)
