import pytest

from tests.ranking import factories

pytestmark = pytest.mark.django_db


def test_published_ranking_has_a_row_for_every_city():
    ranking = factories.published_ranking(20)
    assert ranking.number == 1
    assert ranking.rows.count() == 20
    assert list(ranking.rows.values_list("rank", flat=True)) == list(range(1, 21))
