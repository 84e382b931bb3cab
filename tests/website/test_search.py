import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from ratusz.apps.core.text import fold
from ratusz.apps.website.highlight import excerpt, highlighted, spans


@pytest.mark.parametrize("query", ["lodzi", "ŁODZI", "łodzi  spotkały"])
def test_search_folds_case_and_diacritics(client: Client, translated, query: str) -> None:
    page = client.get("/pl/search/", {"q": query}).content.decode()
    assert "<mark>Łodzi</mark>" in page


def test_search_finds_words_in_the_body(client: Client, translated) -> None:
    assert "<mark>Żółte</mark>" in client.get("/pl/search/?q=zolte").content.decode()


def test_search_speaks_the_language_of_the_page(client: Client, translated, polish_only) -> None:
    english = client.get("/en/search/?q=cities met").content.decode()
    assert "/en/news/miasta-spotkaly-sie-w-lodzi/" in english
    marked = client.get("/en/search/?q=nabor").content.decode()
    assert '<li lang="pl">' in marked


def test_search_without_words_asks_for_some(client: Client, edition) -> None:
    for query in ("", "   ", "\u0301"):
        assert client.get("/pl/search/", {"q": query}).status_code == 200


def test_search_that_finds_nothing_says_so(client: Client, edition) -> None:
    assert "Nic nie znaleziono" in client.get("/pl/search/?q=nosorozec").content.decode()


def test_search_escapes_what_was_typed(client: Client, edition) -> None:
    page = client.get("/pl/search/", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in page


def test_search_is_not_for_indexing_and_is_limited(client: Client, edition) -> None:
    assert '<meta name="robots" content="noindex">' in client.get("/pl/search/?q=a").content.decode()
    answers = {client.get("/pl/search/?q=a").status_code for _ in range(40)}
    assert answers == {200, 429}


def test_search_cuts_a_long_query(client: Client, edition) -> None:
    assert "100" in client.get("/pl/search/", {"q": "a" * 5000}).content.decode()


def test_highlight_marks_the_text_as_written() -> None:
    assert (
        highlighted("Łódź & Zduńska Wola", ["lodz", "wola"])
        == "<mark>Łódź</mark> &amp; Zduńska <mark>Wola</mark>"
    )
    assert highlighted("straße", ["ss"]) == "stra<mark>ß</mark>e"


def test_excerpt_is_cut_at_words() -> None:
    text = "słowo " * 60 + "Łódź " + "słowo " * 60
    found = excerpt(text, ["lodz"])
    assert found.startswith("… słowo")
    assert found.endswith("słowo …")
    assert "<mark>Łódź</mark>" in found


@given(st.text(), st.text(min_size=1, max_size=3))
def test_spans_are_ordered_and_inside(text: str, word: str) -> None:
    last = 0
    for begin, end in spans(text, fold(word).split()):
        assert last <= begin < end <= len(text)
        last = end
