"""What the check says before anything is computed."""

import numpy as np
import pytest
from django.utils import translation

from ratusz.apps.core.errors import DomainError
from ratusz.apps.efficiency import rules, services
from ratusz.apps.efficiency.models import Study
from tests.efficiency import factories
from tests.efficiency.factories import column

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def edition():
    found = factories.edition()
    factories.figures(found, factories.random_values(24))
    return found


def check(edition, *columns, returns="vrs", orientation="input"):
    return rules.check_study(
        Study(edition=edition, columns=list(columns), returns=returns, orientation=orientation)
    )


def codes(found):
    return [problem.code for problem in found.problems]


def test_sound_study_has_no_problem(edition):
    found = check(edition, *factories.COLUMNS)
    assert (found.problems, found.warnings) == ([], [])
    assert (found.compared, found.total, found.needed) == (24, 24, 9)
    assert [(a.code, b.code) for a, b, _r in found.correlations] == [
        ("money", "nurseries"),
        ("money", "paths"),
    ]


def test_inputs_and_outputs_are_both_needed(edition):
    assert codes(check(edition)) == ["no_input", "no_output"]
    assert codes(check(edition, column("money", "input"))) == ["no_output"]
    assert "no_input" in codes(check(edition, column("paths", "output")))


def test_reason_is_needed_in_both_languages(edition):
    wordless = column("money", "input") | {"reason_en": ""}
    found = check(edition, wordless, column("paths", "output"))
    assert [(p.code, p.field) for p in found.problems] == [("no_reason", "reason_en_money")]


def test_output_of_which_less_is_better_must_be_turned(edition):
    found = check(edition, column("money", "input"), column("unemployed", "output"))
    assert codes(found) == ["wrong_direction"]
    assert codes(check(edition, column("money", "input"), column("unemployed", "output", "turned"))) == []
    assert codes(check(edition, column("unemployed", "input"), column("paths", "output"))) == []


def test_output_of_which_more_is_better_is_not_turned(edition):
    found = check(edition, column("money", "input"), column("paths", "output", "turned"))
    assert codes(found) == ["turned_needlessly"]


@pytest.mark.parametrize(("returns", "orientation"), [("crs", "input"), ("vrs", "output")])
def test_moved_zero_needs_variable_returns_and_less_for_the_same(edition, returns, orientation):
    found = check(
        edition, column("money", "input"), column("unemployed", "output", "turned"),
        returns=returns, orientation=orientation,
    )  # fmt: skip
    assert codes(found) == ["form_moves_zero"]


def test_input_is_used_as_published(edition):
    found = check(edition, column("money", "input", "turned"), column("paths", "output"))
    assert codes(found) == ["form_of_input"]


def test_negative_figures_are_refused_or_shifted(edition):
    assert codes(check(edition, column("money", "input"), column("migration", "output"))) == ["negative"]
    assert codes(check(edition, column("migration", "input"), column("paths", "output"))) == ["negative"]
    assert codes(check(edition, column("money", "input"), column("migration", "output", "shifted"))) == []


def test_unknown_indicator_is_named(edition):
    assert "unknown_indicator" in codes(check(edition, column("gold", "input"), column("paths", "output")))


def test_constant_and_zero_columns_are_refused():
    edition = factories.edition()
    values = factories.random_values(24)
    values[:, 1] = 5
    values[2, 2] = 0
    factories.figures(edition, values)
    assert codes(check(edition, column("money", "input"), column("nurseries", "output"))) == ["constant"]
    assert codes(check(edition, column("money", "input"), column("paths", "output"))) == ["zero"]


def test_few_cities_are_a_problem_and_not_many_a_warning():
    edition = factories.edition()
    values = factories.random_values(24)
    values[6:, 0] = np.nan
    factories.figures(edition, values)
    found = check(edition, *factories.COLUMNS)
    assert found.problems == []
    assert "three for each" in found.warnings[0]
    assert len(found.left_out) == 18
    values_of_two = check(
        edition, column("money", "input"), column("unemployed", "input"), column("nurseries", "output"),
        column("paths", "output"), column("migration", "output", "shifted"),
    )  # fmt: skip
    assert codes(values_of_two) == ["few_cities"]


def test_volumes_beside_ratios_and_ratios_at_constant_returns_are_warned_of(edition):
    from ratusz.apps.cities.models import Observation

    for row in edition.cities.select_related("population"):
        Observation.objects.filter(city=row.city_id, indicator__code="money").update(
            value=row.population.people * 1.5
        )
    found = check(edition, *factories.COLUMNS, returns="crs")
    assert any("Volumes and ratios are mixed" in words for words in found.warnings)
    assert any("Variable returns suit ratios better" in words for words in found.warnings)


def test_input_that_does_not_serve_the_output_is_warned_of():
    edition = factories.edition()
    values = factories.random_values(24)
    values[:, 1] = 100 - values[:, 0] / 40
    factories.figures(edition, values)
    found = check(edition, column("money", "input"), column("nurseries", "output"))
    assert any("does the one really serve the other?" in words for words in found.warnings)


@pytest.mark.parametrize("repetitions", [0, 199, 10_001])
def test_repetitions_have_bounds(edition, repetitions):
    with pytest.raises(DomainError) as caught:
        factories.draft(edition, repetitions=repetitions)
    assert caught.value.field == "repetitions"


def test_run_of_an_unsound_study_is_refused(edition):
    study = factories.draft(edition, columns=[column("money", "input"), column("migration", "output")])
    with pytest.raises(DomainError) as caught:
        services.request_run(study=study, by=factories.organiser(edition))
    assert caught.value.code == "negative"


def test_too_many_columns_are_refused(edition):
    with pytest.raises(DomainError) as caught:
        factories.draft(edition, columns=[column(f"c{k}", "input") for k in range(11)])
    assert caught.value.code == "many_columns"
