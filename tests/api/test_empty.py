"""A site before its first edition."""

import pytest

pytestmark = pytest.mark.django_db


def test_page_is_ready_for_a_site_without_an_edition(client):
    assert "Nie ma jeszcze żadnej edycji" in client.get("/pl/open-data/").content.decode()
    assert client.get("/open-data/catalog.jsonld").status_code == 404
    assert client.get("/api/v1/editions").json()["items"] == []
    assert client.get("/api/v1/rankings/2026/latest").status_code == 404
