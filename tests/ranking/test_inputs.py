import numpy as np
import pytest

from ratusz.apps.cities.models import City
from ratusz.apps.ranking import queries, services
from ratusz.engines import composite
from tests.ranking import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ranking():
    edition = factories.edition()
    values = factories.random_values(12)
    values[1, :2] = np.nan
    factories.figures(edition, values)
    # Two cities of one name.
    cities = list(City.objects.order_by("pk")[2:4])
    City.objects.filter(pk=cities[1].pk).update(name=cities[0].name)
    return services.publish_ranking(ranking=factories.result(edition), by=factories.organiser(edition))


def test_inputs_give_the_frozen_scores_again(ranking):
    inputs = queries.inputs_of(ranking)
    again = composite.rank(inputs.table, inputs.method, runs=0)
    slugs = dict(zip(inputs.table.units, inputs.slugs, strict=True))
    found = {
        slugs[unit]: (rank, index)
        for unit, rank, index in zip(again.units, again.ranks, again.index, strict=True)
    }
    kept = ranking.rows.filter(rank__isnull=False).values_list("slug", "rank", "score")
    assert found.keys() == {slug for slug, _rank, _score in kept}
    for slug, rank, score in kept:
        assert found[slug][0] == rank
        assert found[slug][1] == pytest.approx(score, abs=1e-9)


def test_inputs_know_every_city_by_its_slug(ranking):
    inputs = queries.inputs_of(ranking)
    assert set(inputs.slugs) == set(ranking.rows.values_list("slug", flat=True))
    assert inputs.unit_of[inputs.slugs[3]] == inputs.table.units[3]
