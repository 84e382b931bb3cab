import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratusz.apps.core.text import fold, polish_sort_key


@pytest.mark.parametrize(
    ("text", "key"),
    [("Łódź", "lodz"), ("  Świętochłowice ", "swietochlowice"), ("ŻORY", "zory"), ("Bielsko-Biała", "bielsko-biala"),
     ("Nowy  Sącz", "nowy sacz"), ("", "")],
)  # fmt: skip
def test_fold_finds_a_name_however_it_is_typed(text, key):
    assert fold(text) == key


def test_polish_sort_key_is_the_order_of_the_dictionary():
    names = ["Ełk", "Elbląg", "Łomża", "Łódź", "Lublin", "Nowa Sól", "Nowak", "Sopot", "Środa", "Świdnica", "Zabrze",
             "Zielona Góra", "Źdźbło", "Żory", "Ćmielów", "Czeladź"]  # fmt: skip
    assert sorted(names, key=polish_sort_key) == [
        "Czeladź", "Ćmielów", "Elbląg", "Ełk", "Lublin", "Łomża", "Łódź", "Nowa Sól", "Nowak", "Sopot", "Środa",
        "Świdnica", "Zabrze", "Zielona Góra", "Źdźbło", "Żory",
    ]  # fmt: skip


@given(st.text(max_size=30))
def test_fold_is_stable(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=30))
def test_polish_sort_key_is_ascii(text):
    assert polish_sort_key(text).isascii()
