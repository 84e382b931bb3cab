import numpy as np
import pytest

from ratusz.apps.cities import queries, services
from ratusz.apps.cities.models import City, Population
from ratusz.apps.cities.services import Figure
from ratusz.apps.core.errors import DomainError
from tests.cities.conftest import make_indicator

pytestmark = pytest.mark.django_db


def test_search_without_diacritics_finds_the_city(cities66):
    assert [c.name for c in queries.search(queries.visible_to(None), "lodz")] == ["Łódź"]


def test_cities_come_in_polish_order(cities66):
    names = [city.name for city in queries.visible_to(None)]
    assert names.index("Lublin") < names.index("Łódź") < names.index("Nowy Sącz")
    assert names[-1] == "Żory"


def table_of(edition, indicators, **options):
    return queries.indicator_table(edition=edition, indicator_codes=[i.code for i in indicators], **options)


def test_indicator_table_takes_the_newest_year_of_each_city(edition, cities66, unemployment, source):
    lodz, warsaw = City.objects.get(slug="lodz"), City.objects.get(slug="warszawa")
    services.choose_cities(by=None, edition=edition, cities=[lodz, warsaw])
    services.store_figures(
        by=None,
        indicator=unemployment,
        source=source,
        figures=[Figure("1061011", 2022, 4.7), Figure("1061011", 2021, 5.9), Figure("1465011", 2021, 1.8)],
    )
    table = table_of(edition, [unemployment])
    assert table.units == ["1061011", "1465011"]
    assert table.values.tolist() == [[4.7], [1.8]]
    assert table.years.tolist() == [[2022], [2021]]
    assert table.populations.tolist() == [645693, 1863845]


def test_indicator_table_same_year_never_mixes_years(edition, cities66, unemployment, source):
    lodz, warsaw = City.objects.get(slug="lodz"), City.objects.get(slug="warszawa")
    services.choose_cities(by=None, edition=edition, cities=[lodz, warsaw])
    services.store_figures(
        by=None,
        indicator=unemployment,
        source=source,
        figures=[Figure("1061011", 2022, 4.7), Figure("1061011", 2021, 5.9), Figure("1465011", 2021, 1.8)],
    )
    assert table_of(edition, [unemployment], year_rule="same_year").years.tolist() == [[2021], [2021]]
    only = table_of(edition, [unemployment], year_rule=2022)
    assert only.years.tolist() == [[2022], [0]]
    assert np.isnan(only.values[1, 0])


def test_indicator_table_divides_by_the_population_of_the_nearest_year(edition, cities66, source):
    lodz = City.objects.get(slug="lodz")
    services.choose_cities(by=None, edition=edition, cities=[lodz])
    Population.objects.create(city=lodz, year=2020, people=600_000, source=source)
    firms = make_indicator("firms", source, per_capita_base=1000)
    services.store_figures(
        by=None, indicator=firms, source=source, figures=[Figure("1061011", 2021, 60_000.0)]
    )
    assert table_of(edition, [firms]).values.tolist() == [[100.0]]


def test_indicator_table_of_an_unknown_code_names_it(edition):
    with pytest.raises(DomainError, match="nonsense"):
        queries.indicator_table(edition=edition, indicator_codes=["nonsense"])


@pytest.mark.parametrize("count", [2, 66])
def test_indicator_table_asks_four_queries_whatever_the_size(
    edition, cities66, unemployment, wage, source, count, django_assert_num_queries
):
    services.choose_cities(by=None, edition=edition, cities=cities66[:count])
    for indicator in (unemployment, wage):
        services.store_figures(
            by=None,
            indicator=indicator,
            source=source,
            figures=[Figure(c.teryt, 2022, 1.5) for c in cities66],
        )
    with django_assert_num_queries(4):
        table = table_of(edition, [unemployment, wage])
    assert table.values.shape == (count, 2)
