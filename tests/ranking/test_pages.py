import pytest
from django.urls import reverse
from django.utils import translation

from tests.ranking import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ranking():
    return factories.published_ranking(20)


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize(
    "name",
    ["ranking", "embed", "compare", "method", "method_toml", "verify", "csv", "xlsx", "json", "bundle"],
)
def test_page_answers(client, ranking, name, language):
    with translation.override(language):
        assert client.get(reverse(f"ranking:{name}", args=[2026])).status_code == 200


@pytest.mark.parametrize("language", ["pl", "en"])
def test_city_page_answers(client, ranking, language):
    with translation.override(language):
        for row in ranking.rows.all()[:3]:
            assert client.get(reverse("ranking:city", args=[2026, row.slug])).status_code == 200
