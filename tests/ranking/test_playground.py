"""The playground: an address gives a choice and back, the engine computes it, and the honest line is honest."""

import dataclasses
from urllib.parse import parse_qsl, urlencode

import numpy as np
import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from ratusz.apps.core import ratelimit
from ratusz.apps.ranking import playground as play
from ratusz.apps.ranking import queries
from ratusz.engines import composite
from tests.ranking import factories

METHOD = composite.Method.from_toml(factories.METHOD)
BOARD = play.board_of(METHOD)
CODES = ("economy", "people", "wage", "unemployed", "turnout", "nurseries")


def read(query: str) -> tuple[play.Choice, list[str]]:
    return play.read_choice(dict(parse_qsl(query, keep_blank_values=True)), BOARD, {})


# ---------- the address ----------


def test_board_has_a_slider_for_each_weight_from_the_top():
    assert [(s.code, s.points) for s in BOARD.top] == [("economy", 60), ("people", 40)]
    assert {s.code: s.points for s in BOARD.below} == {
        "wage": 50,
        "unemployed": 50,
        "turnout": 70,
        "nurseries": 30,
    }


def test_board_offers_what_was_not_published():
    others = {switch.name: switch.others for switch in BOARD.switches}
    assert others == {
        "scale": ("z-score", "rank"),
        "mean": ("geometric", "harmonic"),
        "outliers": ("winsorise",),
        "missing": ("mean", "median", "group median"),
    }


def choices() -> st.SearchStrategy[play.Choice]:
    weights = st.dictionaries(st.sampled_from(CODES), st.integers(0, 100)).map(
        lambda found: tuple(
            (code, found[code])
            for code in BOARD.sliders
            if code in found and found[code] != BOARD.sliders[code].points
        )
    )
    named = {switch.name: st.sampled_from(("", *switch.others)) for switch in BOARD.switches}
    return st.builds(play.Choice, weights=weights, without=st.sampled_from(("", *BOARD.indicators)), **named)


@given(choices())
def test_address_gives_the_choice_back(choice):
    again, problems = read(choice.query())
    assert (again, problems) == (choice, [])
    assert again.query() == choice.query()


@given(st.dictionaries(st.text(max_size=12), st.text(max_size=60), max_size=8))
def test_any_address_is_read_without_a_crash(asked):
    choice, _problems = play.read_choice(asked, BOARD, {})
    assert read(choice.query())[0] == choice


@pytest.mark.parametrize(
    "query", ["", "w-economy=60&w-people=40", "scale=min-max&mean=arithmetic", "w-wage=50&without="]
)
def test_address_of_the_published_method_is_empty(query):
    choice, problems = read(query)
    assert not choice
    assert problems == []
    assert choice.query() == ""


@pytest.mark.parametrize(
    "query",
    [
        "w-economy=101",
        "w-economy=-1",
        "w-economy=4.5",
        "w-economy=²",
        "w-economy=1e2",
        "w-unknown=10",
        "scale=zzz",
        "without=zzz",
        "mean=" + "x" * 5000,
    ],
)
def test_bad_value_gets_one_plain_line_and_the_published_one(query):
    choice, problems = read(query)
    assert not choice
    assert len(problems) == 1
    assert len(problems[0]) < 200


# ---------- the method ----------


def test_no_choice_is_the_published_method_itself():
    assert play.method_of(play.AS_PUBLISHED, METHOD) is METHOD


def test_weights_are_those_of_the_reader():
    method = play.method_of(read("w-economy=10&w-people=30")[0], METHOD)
    assert {a.code: a.weight for a in method.framework.aggregates} == {
        "index": None,
        "economy": 10.0,
        "people": 30.0,
    }
    assert {i.code: i.weight for i in method.framework.indicators} == {
        "wage": 50.0,
        "unemployed": 50.0,
        "turnout": 70.0,
        "nurseries": 30.0,
    }
    assert composite.Method.from_toml(method.to_toml()) == method


@pytest.mark.parametrize(
    "query", ["w-people=0", "w-turnout=0&w-nurseries=0", "without=turnout&w-nurseries=0"]
)
def test_weight_of_nothing_leaves_the_branch_out(query):
    method = play.method_of(read(query)[0], METHOD)
    assert method.framework.codes == ("wage", "unemployed")
    assert [a.code for a in method.framework.aggregates] == ["index", "economy"]


def test_all_weights_of_nothing_are_refused():
    with pytest.raises(play.NothingLeft):
        play.method_of(read("w-economy=0&w-people=0")[0], METHOD)


@given(choices())
def test_every_choice_is_a_method_that_can_be_written(choice):
    try:
        method = play.method_of(choice, METHOD)
    except play.NothingLeft:
        return
    assert composite.Method.from_toml(method.to_toml()) == method
    chosen = method.normalisation.method
    assert chosen == (choice.scale or "min-max")
    assert chosen in {n.method for n in method.uncertainty.normalisation}


def test_geometric_mean_gets_a_scale_above_zero():
    method = play.method_of(read("mean=geometric&scale=z-score")[0], METHOD)
    assert (method.normalisation.mean, method.normalisation.sd) == (100.0, 10.0)
    assert [n.lower for n in method.uncertainty.normalisation if n.method == "min-max"] == [1.0]


def test_weight_sets_make_way_for_the_readers_weights():
    sets = dataclasses.replace(
        METHOD.uncertainty, weights=composite.Noise(sets=((("economy", 10.0), ("people", 90.0)),))
    )
    method = play.method_of(read("w-economy=10")[0], dataclasses.replace(METHOD, uncertainty=sets))
    assert method.uncertainty.weights == composite.Noise(spread=0.25)


# ---------- the places and the honest line ----------

# wage, unemployed, turnout, nurseries. On min-max scales, with 60:40 between the pillars:
# Łódź    economy (100 + 100) / 2 = 100, people 0                       → 60
# Kraków  economy (  0 +   0) / 2 =   0, people 100                     → 40
# Gdynia  economy ( 50 +  50) / 2 =  50, people .7 · 50 + .3 · 50 = 50  → 50
SMALL = np.array([[9000.0, 2, 50, 20], [5000, 10, 70, 40], [7000, 6, 60, 30]])


@pytest.fixture
def small(db):
    return factories.published_ranking(3, values=SMALL)


def said(ranking, query, size_class=0):
    choice, problems = read(query)
    assert problems == []
    played = play.play(ranking, choice, variants=64)
    published = play.play(ranking, play.AS_PUBLISHED, variants=0)
    members = {row.slug for row in queries.standings_of(ranking)}
    return choice, played, play.verdict(played, published, size_class=size_class, members=members)


def names(ranking, slugs):
    found = {row.slug: row.name for row in queries.standings_of(ranking)}
    return tuple(found[slug] for slug in slugs)


def test_published_places_are_not_computed_again(small):
    _choice, played, found = said(small, "")
    assert not found.changed
    assert names(small, found.now) == ("Łódź",)
    assert played.variants == small.summary["variants"]
    rows = {row.slug: row for row in small.rows.all()}
    assert {s: (p.rank, p.low, p.high, p.first) for s, p in played.overall.items()} == {
        s: (r.rank, r.p05, r.p95, r.p_first) for s, r in rows.items()
    }


def test_weights_that_change_the_winner(small):
    choice, played, found = said(small, "w-economy=40&w-people=60")
    assert choice.only_weights
    assert found.changed
    assert (names(small, found.now), names(small, found.before)) == (("Kraków",), ("Łódź",))
    assert {names(small, (slug,))[0]: round(p.score, 6) for slug, p in played.overall.items()} == {
        "Łódź": 40,
        "Kraków": 60,
        "Gdynia": 50,
    }
    assert found.share_now > 0.5 > found.share_before


def test_weights_that_do_not_change_the_winner(small):
    _choice, _played, found = said(small, "w-economy=51&w-people=49")
    assert not found.changed


def test_winner_who_has_to_share_the_place_is_a_change(small):
    _choice, played, found = said(small, "w-economy=50&w-people=50")
    assert found.changed
    assert set(names(small, found.now)) == {"Łódź", "Kraków", "Gdynia"}
    assert all(place.rank == 1 and place.tied for place in played.overall.values())


def test_distance_counts_weight_and_places(small):
    choice, played, _found = said(small, "w-economy=40&w-people=60")
    far = play.distance(small, choice, played)
    # 60:40 became 40:60, so a fifth of the weight changed hands; Łódź and Kraków changed places.
    assert far.weight == pytest.approx(0.2)
    assert far.places == pytest.approx(4 / 3)
    assert (far.most, set(far.who)) == (2, {"Łódź", "Kraków"})


def test_choice_gives_what_its_own_method_file_gives(small):
    choice, played, _found = said(small, "w-economy=35&scale=rank&missing=median")
    inputs = queries.inputs_of(small)
    method = composite.Method.from_toml(play.method_of(choice, inputs.method).to_toml())
    again = composite.rank(inputs.table, method, runs=64)
    slugs = dict(zip(inputs.table.units, inputs.slugs, strict=True))
    assert {slugs[u]: r for u, r in zip(again.units, again.ranks.tolist(), strict=True)} == {
        slug: place.rank for slug, place in played.overall.items()
    }
    assert [p.first for p in played.overall.values()] == again.spread.p_first.tolist()


# ---------- the page ----------


@pytest.fixture
def ranking(db):
    return factories.published_ranking(20)


def page(client, query="", *, name="playground", language="en", **headers):
    with translation.override(language):
        address = reverse(f"ranking:{name}", args=[2026])
    return client.get(f"{address}?{query}" if query else address, headers=headers)


def test_page_says_that_it_is_not_the_ranking(client, ranking):
    answer = page(client).content.decode()
    assert "This is not the ranking." in answer
    assert "This is the published method." in answer


def test_form_without_a_script_leads_to_the_short_address(client, ranking):
    every = {f"w-{s.code}": s.points for s in BOARD.sliders.values()} | {
        "scale": "",
        "without": "",
        "class": "",
    }
    answer = page(client, urlencode(every | {"w-economy": 10}))
    assert answer.status_code == 302
    assert answer.url == "/en/ranking/2026/playground/?w-economy=10"
    answer = client.get(answer.url)
    assert answer.status_code == 200
    assert "the winner:" in answer.content.decode()


def test_part_of_the_page_says_its_address(client, ranking):
    answer = page(client, "w-people=40&w-economy=10&class=1", name="playground_places", hx_request="true")
    assert answer["HX-Replace-Url"] == "/en/ranking/2026/playground/?w-economy=10&class=1"
    assert "<html" not in answer.content.decode()
    assert 'hx-swap-oob="innerHTML:#verdict"' in answer.content.decode()


def test_bad_address_keeps_the_page_and_says_so(client, ranking):
    answer = page(client, "w-economy=abc&class=77&page=zz&scale=1")
    assert answer.status_code == 200
    assert "Economy: the weight “abc” is no whole number from 0 to 100" in answer.content.decode()


def test_nothing_left_shows_the_published_method(client, ranking):
    answer = page(client, "w-economy=0&w-people=0").content.decode()
    assert "Every indicator has a weight of 0" in answer
    assert "This is the published method." in answer


def test_words_are_escaped(client, ranking):
    answer = page(client, urlencode({"w-economy": "<script>alert(1)</script>"})).content.decode()
    assert "<script>alert" not in answer


def test_polish_page_is_polish(client, ranking):
    answer = page(client, "w-economy=10", language="pl").content.decode()
    assert "To nie jest ranking." in answer
    assert "zwycięzc" in answer


def test_method_of_the_choice_can_be_taken_along(client, ranking):
    answer = page(client, "w-economy=10", name="playground_method")
    text = answer.content.decode()
    assert text.startswith("# A reader's own choice, not the published method")
    assert composite.Method.from_toml(text) == play.method_of(
        read("w-economy=10")[0], queries.inputs_of(ranking).method
    )
    assert page(client, "w-economy=0&w-people=0", name="playground_method").status_code == 404


@pytest.mark.parametrize("name", ["playground", "playground_places", "playground_method"])
def test_unpublished_ranking_is_not_there(client, db, name):
    where = factories.edition()
    factories.figures(where, factories.random_values(6))
    unpublished = factories.result(where)
    assert page(client, name=name).status_code == 404
    assert page(client, f"publication={unpublished.pk}", name=name).status_code == 404
    client.force_login(factories.organiser(where))
    assert page(client, f"publication={unpublished.pk}", name=name).status_code == 200


def test_too_many_requests_are_held_back(client, ranking, monkeypatch):
    monkeypatch.setattr(ratelimit, "take", lambda key, rate: 7.0)
    assert page(client, "w-economy=10", name="playground_places").status_code == 429


def test_nothing_is_stored(client, ranking, django_assert_max_num_queries):
    page(client, "w-economy=11", name="playground_places")
    with django_assert_max_num_queries(6) as queries_made:
        page(client, "w-economy=12", name="playground_places")
    writing = [q["sql"] for q in queries_made if not q["sql"].lstrip().upper().startswith("SELECT")]
    assert [sql for sql in writing if "core_rate_bucket" not in sql] == []


def test_many_cities_get_places_at_once_and_intervals_when_asked(client, db):
    factories.published_ranking(301, variants=20)
    at_once = page(client, "w-economy=10").content.decode()
    assert "Count the intervals too" in at_once
    assert "of 128 variants" not in at_once.replace("\n", " ").lower()
    counted = page(client, "w-economy=10&intervals=1").content.decode()
    assert "Of 128 variants around your choice" in counted
    assert 'aria-current="page">1<' in counted
