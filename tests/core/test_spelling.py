import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from ratusz.apps.core.spelling import read_number, spelled


@pytest.mark.parametrize(
    ("language", "typed", "value"),
    [
        ("pl", "12,5", 12.5), ("pl", "2,520", 2.52), ("pl", "1 234,5", 1234.5), ("pl", "1.234,5", 1234.5),
        ("en", "12,5", 12.5), ("en", "2,520", 2520), ("en", "1,234.5", 1234.5), ("en", "-1,234", -1234),
        ("en", "12.5", 12.5), ("pl", "12.5", 12.5), ("pl", "1,234.5", 1234.5),
    ],
)  # fmt: skip
def test_number_is_read_in_the_language_of_the_page(language, typed, value):
    with override(language):
        assert read_number(typed).value == value


@given(
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12),
    st.sampled_from(["pl", "en"]),
)
def test_spelled_value_is_read_back_exactly(value, language):
    with override(language):
        assert read_number(spelled(value)).value == value
