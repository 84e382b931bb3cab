import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratusz.apps.accounts.rules import NIP_WEIGHTS, clean_nip, clean_teryt
from ratusz.apps.core.errors import DomainError


@pytest.mark.parametrize("typed", ["1061011", " 1061011 ", "106101_1", "1061 011"])
def test_clean_teryt_reads_what_people_type(typed):
    assert clean_teryt(typed) == "1061011"


@pytest.mark.parametrize("typed", ["", "106101", "10610111", "1161011", "1061018", "abcdefg", "٣061011"])
def test_clean_teryt_refuses_what_is_no_gmina(typed):
    with pytest.raises(DomainError) as caught:
        clean_teryt(typed)
    assert (caught.value.field, caught.value.code) == ("teryt", "teryt_invalid")


def test_clean_teryt_names_the_lost_zero():
    with pytest.raises(DomainError) as caught:
        clean_teryt("201011")
    assert caught.value.code == "teryt_lost_zero"
    assert "201011" in str(caught.value.message)
    assert "0201011" in str(caught.value.next_step)


@pytest.mark.parametrize("typed", ["7250028902", "725-002-89-02", "PL 725 002 89 02", "pl7250028902"])
def test_clean_nip_reads_what_people_type(typed):
    assert clean_nip(typed) == "7250028902"


@given(st.lists(st.integers(0, 9), min_size=9, max_size=9), st.integers(0, 8), st.integers(1, 9))
def test_clean_nip_finds_any_single_wrong_digit(digits, place, shift):
    check = sum(w * d for w, d in zip(NIP_WEIGHTS, digits, strict=True)) % 11
    if check == 10:
        return
    right = "".join(map(str, [*digits, check]))
    assert clean_nip(right) == right
    digits[place] = (digits[place] + shift) % 10
    with pytest.raises(DomainError) as caught:
        clean_nip("".join(map(str, [*digits, check])))
    assert caught.value.code == "nip_check_digit"


@pytest.mark.parametrize("typed", ["", "725002890", "72500289021", "725002890x"])
def test_clean_nip_counts_the_digits(typed):
    with pytest.raises(DomainError) as caught:
        clean_nip(typed)
    assert caught.value.code == "nip_invalid"
