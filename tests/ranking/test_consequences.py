import pytest

from ratusz.apps.cities import consequences
from ratusz.apps.ranking import services
from tests.ranking import factories

pytestmark = pytest.mark.django_db


def test_a_changed_figure_follows_into_results_and_publications():
    edition = factories.edition()
    factories.figures(edition, factories.random_values(12))
    organiser = factories.organiser(edition)
    assert consequences.of(edition) == []
    result = factories.result(edition)
    assert "przed publikacją" in str(consequences.of(edition)[0])
    services.publish_ranking(ranking=result, by=organiser)
    assert "opublikowany" in str(consequences.of(edition)[0])
