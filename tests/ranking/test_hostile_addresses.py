"""Addresses that nobody types: a page or a refusal answers them, never a fault, and never a stranger's words."""

import pytest
from django.urls import reverse
from django.utils import translation

from tests.ranking import factories

pytestmark = pytest.mark.django_db

VALUES = ["a\x00b", "²", "'\"><svg onload=x>", "9" * 18]
PUBLIC = [
    ("cities:cities", [], "q"), ("cities:indicator", ["wage"], "q"), ("search", [], "q"),
    ("ranking:ranking", [2026], "q"), ("ranking:ranking", [2026], "publication"), ("ranking:charts", [2026], "add"),
    ("ranking:charts", [2026], "city"), ("ranking:compare", [2026], "add"), ("ranking:compare", [2026], "city"),
    ("ranking:playground", [2026], "without"), ("ranking:playground", [2026], "scale"),
    ("ranking:city", [2026, "SLUG"], "gain"), ("efficiency:study", [2026], "publication"),
]  # fmt: skip
OUTSIDE = [
    "/api/v1/editions/99999999999999999999", "/api/v1/cities/%00", "/api/v1/cities?q=%00", "/api/v1/cities?lang=%00",
    "/api/v1/rankings/2026/99999999999999999999", "/api/v1/observations?teryt=%00",
    "/api/v1/observations?year=99999999999999999999", "/open-data/2026/%00.csv", "/open-data/0000/cities.csv",
    "/en/ranking/99999999999999999999/", "/en/ranking/2026/city/%00/", "/en/cities/%00/",
]  # fmt: skip
OWN = [
    "/en/my/2026/figures/%00/", "/en/my/2026/figures/0/%00/", "/en/my/99999999999999/figures/",
    "/en/my/2026/objections/99999999999999999999/document/",
]  # fmt: skip
PANEL = ["q=%00", "state=%00", "ordering=%00", "city=99999999999999999999", "p=9999999999", "reason=%00",
         "export=csv&q=%00"]  # fmt: skip


def test_no_address_breaks_a_page(client):
    """One world for all of them: to publish a ranking takes longer than to ask for a hundred pages."""
    ranking = factories.published_ranking(8, variants=10)
    client.raise_request_exception = False
    slug = ranking.rows.first().slug
    asked = []
    with translation.override("en"):
        for name, args, parameter in PUBLIC:
            page = reverse(name, args=[slug if one == "SLUG" else one for one in args])
            asked += [(page, {parameter: value}) for value in VALUES]
    found = [(path, data, client.get(path, data)) for path, data in asked]
    found += [(path, {}, client.get(path)) for path in OUTSIDE]
    client.force_login(factories.person("city@example.org", ranking.edition, "city"))
    found += [(path, {}, client.get(path)) for path in OWN]
    wish = f"/en/ranking/2026/city/{slug}/seat/"
    writes = [
        (wish, {"peer": "a\x00"}), ("/en/ranking/2026/seat/99999999999999999999/withdraw/", {}),
        ("/en/my/2026/objections/99999999999999999999/withdraw/", {}),
    ]  # fmt: skip
    found += [(path, data, client.post(path, data)) for path, data in writes]
    client.force_login(factories.organiser(ranking.edition))
    for name in ("objection_index", "seat_request_index"):
        found += [(name, query, client.get(f"{reverse(name)}?{query}")) for query in PANEL]
    compare = reverse("ranking_admin:compare", args=[2026])
    found += [
        (compare, query, client.get(f"{compare}?{query}"))
        for query in ("one=%00", "one=99999999999999999999")
    ]
    broken = [
        (path, data, answer.status_code)
        for path, data, answer in found
        if answer.status_code >= 500 or (not answer.streaming and b"<svg onload" in answer.content)
    ]
    assert broken == []


def test_null_character_is_refused_in_the_readers_language(client):
    answer = client.get("/pl/miasta/", {"q": "a\x00b"})
    assert answer.status_code == 400
    assert "DataError" not in answer.content.decode()
