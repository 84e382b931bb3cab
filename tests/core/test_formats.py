from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from ratusz.apps.core.bilingual import Bilingual
from ratusz.apps.core.templatetags.formats import last_day, moment, number, percent, until
from ratusz.apps.core.templatetags.language import told


@pytest.mark.parametrize(
    ("value", "decimals", "pl", "en"),
    [(1863845, 0, "1\u00a0863\u00a0845", "1,863,845"),
     (1234.5, 1, "1\u00a0234,5", "1,234.5"), (-3.25, 2, "\u22123,25", "\u22123.25"),
     (None, 0, "–", "–"), (float("nan"), 0, "–", "–"), (0, 0, "0", "0"),
     (7.25, 1, "7,3", "7.3"), (1560.5, 0, "1\u00a0561", "1,561"), (-0.04, 1, "0,0", "0.0")],
)  # fmt: skip
def test_number_in_each_language(value, decimals, pl, en):
    with translation.override("pl"):
        assert number(value, decimals) == pl
    with translation.override("en"):
        assert number(value, decimals) == en


class Noted:
    note_pl, note_en = "Poprawiono <dane>.", ""
    note = Bilingual("note")


def test_told_marks_polish_where_english_is_missing():
    noted = Noted()
    with translation.override("pl"):
        assert told(noted, "note") == "Poprawiono <dane>."
    with translation.override("en"):
        assert told(noted, "note") == '<span lang="pl">Poprawiono &lt;dane&gt;.</span>'
        noted.note_en = "Corrected."
        assert told(noted, "note") == "Corrected."


def test_percent_in_each_language():
    with translation.override("pl"):
        assert (percent(0.865, 1), percent(None)) == ("86,5\u00a0%", "–")
    with translation.override("en"):
        assert percent(0.865, 1) == "86.5%"


def test_closing_at_midnight_is_the_end_of_the_day_before():
    noon, winter, summer = (
        datetime(2026, 12, 16, 11, tzinfo=UTC),
        datetime(2026, 12, 16, 23, tzinfo=UTC),
        datetime(2026, 7, 16, 22, tzinfo=UTC),
    )
    with translation.override("pl"):
        assert [until(one) for one in (noon, winter, summer, None)] == [
            "do 16 grudnia 2026, 12:00 (CET)",
            "do końca 16 grudnia 2026 (CET)",
            "do końca 16 lipca 2026 (CEST)",
            "–",
        ]
    with translation.override("en"):
        assert until(noon) == "until 16 December 2026, 12:00 (CET)"
        assert until(winter) == "to the end of 16 December 2026 (CET)"
    assert [last_day(one) for one in (noon, winter, summer)] == [
        date(2026, 12, 16),
        date(2026, 12, 16),
        date(2026, 7, 16),
    ]


def test_moment_shows_day_hour_and_zone():
    winter, summer = datetime(2026, 3, 28, 11, tzinfo=UTC), datetime(2026, 3, 30, 22, tzinfo=UTC)
    with translation.override("pl"):
        assert (moment(winter), moment(summer)) == (
            "28 marca 2026, 12:00 (CET)",
            "31 marca 2026, 00:00 (CEST)",
        )
    with translation.override("en"):
        assert (moment(winter), moment(None)) == ("28 March 2026, 12:00 (CET)", "–")


class Thing:
    name_pl, name_en = "Łódź", ""
    name = Bilingual("name")


def test_bilingual_reads_the_language_and_falls_back_to_polish():
    thing = Thing()
    with translation.override("en"):
        assert thing.name == "Łódź"
        thing.name_en = "Lodz"
        assert thing.name == "Lodz"
    with translation.override("pl"):
        assert thing.name == "Łódź"
