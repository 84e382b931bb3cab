import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from ratusz.apps.ranking.editor import numbers


@pytest.mark.parametrize(
    ("language", "typed", "value"),
    [
        ("pl", "12,5", 12.5), ("pl", "1 234,5", 1234.5), ("en", "2,520", 2520), ("pl", "2,520", 2.52),
        ("en", "12.5 %", 12.5), ("pl", " ", None), ("pl", "1,5e+12", 1.5e12),
    ],
)  # fmt: skip
def test_number_is_read_in_the_language_of_the_editor(language, typed, value):
    with override(language):
        assert numbers.read(typed) == value


@pytest.mark.parametrize("typed", ["dużo", "-", "nan", "inf", "1e999", "1,2,3"])
def test_what_is_no_number_is_refused(typed):
    with override("pl"), pytest.raises(ValueError, match=typed):
        numbers.read(typed)


@given(st.floats(min_value=-1e60, max_value=1e60), st.sampled_from(["pl", "en"]))
def test_written_number_is_read_back(value, language):
    with override(language):
        text = numbers.written(value)
        assert numbers.read(text) == float(format(value, ".10g"))
