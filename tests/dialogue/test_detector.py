"""Names in a note are noticed in every case of Polish, and plain words are left alone."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratusz.apps.dialogue.detector import Finding, findings, known, stems

NAMES = [
    *known("Marek Nowak", "person", "ktoś", parts=True),
    *known("Agnieszka Kubicka-Łoś", "person", "ktoś", parts=True),
    *(
        one
        for city in (
            "Łódź",
            "Gdynia",
            "Zielona Góra",
            "Sopot",
            "Kraków",
            "Katowice",
            "Tychy",
            "Białystok",
            "Żory",
        )
        for one in known(city, "city", "jedno z miast")
    ),
    *known("Ciepło Lokalne", "organisation", "ktoś z biznesu"),
]


def found(text: str) -> list[str]:
    return [one.found for one in findings(text, NAMES)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nowakowi się to nie podoba.", ["Nowakowi"]),
        ("Zapytać Marka i Agnieszkę Kubicką.", ["Marka", "Agnieszkę", "Kubicką"]),
        ("Propozycja Kubickiej.", ["Kubickiej"]),
        ("W Łodzi, Gdyni i Zielonej Górze jest tak samo.", ["Łodzi", "Gdyni", "Zielonej Górze"]),
        ("jak w Sopocie, Krakowie, Katowicach i Tychach", ["Sopocie", "Krakowie", "Katowicach", "Tychach"]),
        ("w Białymstoku i w Żorach", ["Białymstoku", "Żorach"]),
        ("prezydent Sopotu obiecał", ["prezydent Sopotu"]),
        ("the mayor of Gdynia said", ["mayor of Gdynia"]),
        ("firma Ciepło Lokalne liczy inaczej", ["Ciepło Lokalne"]),
        ("pisać na jan.k@firma.pl albo +48 600-700-800", ["jan.k@firma.pl", "+48 600-700-800"]),
    ],
)
def test_names_are_noticed(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Taryfa na ciepło lokalne nie pokrywa wymiany sieci.",
        "Nowa ulica, łódź wiosłowa i góra problemów.",
        "Marzec był zimny.",
        "Koszt 120 000 zł w 2027 r., 12 345 678 zł razem.",
        "Dyrektor szkoły zna każdą piwnicę.",
        "",
    ],
)
def test_plain_words_are_left_alone(text):
    assert found(text) == []


def test_offer_stands_with_the_place():
    assert findings("W Łodzi.", NAMES) == [Finding(2, 7, "Łodzi", "city", "jedno z miast")]


def test_short_names_have_no_stem_that_finds_everything():
    assert stems("Ewa") == ()
    assert known("Ewa Ik", "person", "ktoś", parts=True) == []


@given(st.text(max_size=200))
def test_findings_are_apart_in_order_and_what_they_say(text):
    result = findings(text, NAMES)
    assert all(text[one.start : one.end] == one.found for one in result)
    assert all(one.end <= other.start for one, other in itertools.pairwise(result))
