"""From the first choice to a publication that nothing can change, and what stands in the way."""

import io
import zipfile

import numpy as np
import pytest
from django.db import DatabaseError, transaction
from typer.testing import CliRunner

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.models import AuditEntry
from ratusz.apps.editions.models import Phase, Role
from ratusz.apps.efficiency import queries, services
from ratusz.apps.efficiency.models import StudiedCity, Study
from ratusz.apps.efficiency.services import runs
from ratusz.cli.main import app
from ratusz.engines import efficiency
from tests.efficiency import factories
from tests.efficiency.factories import column

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    found = factories.edition()
    values = factories.random_values(24)
    values[3, 1] = np.nan
    factories.figures(found, values)
    return found


def files(study):
    archive = zipfile.ZipFile(io.BytesIO(queries.bundle_of(None, study)))
    return {name: archive.read(name).decode() for name in archive.namelist()}


# Life of a study


def test_study_from_the_first_choice_to_its_publication(edition):
    by = factories.organiser(edition)
    study = factories.published(edition)
    assert (study.number, study.state, study.computations) == (1, "published", 1)
    assert queries.published(edition) == study
    assert study.summary["compared"] == 23
    assert AuditEntry.objects.filter(action__startswith="efficiency.").count() == 5
    services.withdraw_study(study=study, reason_pl="Błąd.", by=by)
    assert queries.published(edition) is None


def test_edition_has_one_study_in_work(edition):
    factories.draft(edition)
    with pytest.raises(DomainError) as caught:
        services.start_study(edition=edition, by=factories.organiser(edition))
    assert caught.value.code == "in_work"


def test_next_study_begins_with_the_choices_of_the_published_one(edition):
    first = factories.published(edition)
    second = services.start_study(edition=edition, by=factories.organiser(edition))
    assert (second.columns, second.name_pl, second.seed) == (first.columns, first.name_pl, 7)


def test_second_publication_needs_a_note(edition):
    factories.published(edition)
    study = factories.computed(edition)
    by = factories.organiser(edition)
    with pytest.raises(DomainError) as caught:
        services.publish_study(study=study, by=by)
    assert (caught.value.code, caught.value.field) == ("note_required", "note_pl")
    assert services.publish_study(study=study, note_pl="Poprawka.", by=by).number == 2
    assert queries.published(edition) == study


def test_saving_again_deletes_the_result_and_keeps_the_count(edition):
    study = factories.computed(edition)
    by = factories.organiser(edition)
    chosen = {name: getattr(study, name) for name in services.studies.COPIED}
    study = services.save_study(study=study, by=by, **chosen | {"seed": 8})
    assert (study.state, study.summary, study.rows.count()) == ("draft", None, 0)
    with pytest.raises(DomainError) as caught:
        services.publish_study(study=study, by=by)
    assert caught.value.code == "not_computed"
    services.request_run(study=study, by=by)
    assert services.execute_run(study_id=study.pk).computations == 2


def test_published_study_is_frozen_by_the_database(edition):
    study = factories.published(edition)
    row = study.rows.first()
    for act in (
        lambda: Study.objects.filter(pk=study.pk).update(name_pl="Inna"),
        lambda: Study.objects.filter(pk=study.pk).update(summary={}),
        lambda: Study.objects.filter(pk=study.pk).update(published_at=None, number=None, state="computed"),
        lambda: StudiedCity.objects.filter(pk=row.pk).update(score=0.1),
        lambda: StudiedCity.objects.filter(pk=row.pk).delete(),
        lambda: StudiedCity.objects.create(study=study, city=row.city, slug="x"),
        study.delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    by = factories.organiser(edition)
    for act in (
        lambda: services.discard_study(study=study, by=by),
        lambda: services.request_run(study=study, by=by),
        lambda: services.publish_study(study=study, by=by),
    ):
        with pytest.raises(DomainError) as caught:
            act()
        assert caught.value.code == "published"


def test_withdrawal_needs_a_reason_and_comes_once(edition):
    study, by = factories.published(edition), factories.organiser(edition)
    with pytest.raises(DomainError) as caught:
        services.withdraw_study(study=study, reason_pl=" ", by=by)
    assert caught.value.field == "reason_pl"
    services.withdraw_study(study=study, reason_pl="Błąd.", by=by)
    with pytest.raises(DomainError):
        services.withdraw_study(study=study, reason_pl="Jeszcze raz.", by=by)


@pytest.mark.parametrize("role", [None, Role.CITY, Role.JUROR, Role.SECRETARY, Role.PARTICIPANT])
def test_services_refuse_other_roles(edition, role):
    study = factories.computed(edition)
    by = factories.person("other@example.org", edition, *([role] if role else []))
    chosen = {name: getattr(study, name) for name in services.studies.COPIED}
    for act in (
        lambda: services.start_study(edition=edition, by=by),
        lambda: services.save_study(study=study, by=by, **chosen),
        lambda: services.request_run(study=study, by=by),
        lambda: services.stop_run(study=study, by=by),
        lambda: services.publish_study(study=study, by=by),
        lambda: services.withdraw_study(study=study, reason_pl="x", by=by),
        lambda: services.discard_study(study=study, by=by),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_services_refuse_an_organiser_in_another_phase():
    edition = factories.edition(phases=(Phase.Kind.COMMIT,))
    by = factories.organiser(edition)
    with pytest.raises(NotAllowed) as caught:
        services.start_study(edition=edition, by=by)
    assert caught.value.code == "wrong_phase"


# The result


def test_rows_say_what_the_engine_found(edition):
    study = factories.computed(edition)
    sample = efficiency.Sample.from_csv(
        zipfile.ZipFile(io.BytesIO(study.bundle)).read("data.csv"), ["money"], ["nurseries", "paths"]
    )
    scores = efficiency.radial(sample, returns="vrs", orientation="input")
    assert efficiency.verify(scores).proved
    rows = {row.name: row for row in study.rows.filter(score__isnull=False)}
    assert len(rows) == 23
    for unit, name in enumerate(sample.units):
        row = rows[name]
        assert row.score == scores.score[unit]
        assert row.efficient == scores.efficient[unit]
        assert row.low <= row.high
        assert row.low <= row.corrected <= row.score
        named = {peer["name"]: peer["share"] for peer in row.peers}
        assert named == {n: v for n, v in scores.peers_of(name).items() if n != name}
        assert row.example_for == sum(
            name in scores.peers_of(other) for other in sample.units if other != name
        )
        goals = [*scores.input_targets[unit], *scores.output_targets[unit]]
        assert [t["target"] for t in row.targets] == pytest.approx(goals, rel=1e-6)
    assert study.summary["efficient"] == int(scores.efficient.sum())


def test_city_with_a_missing_figure_is_left_out_and_named(edition):
    study = factories.published(edition)
    left = study.rows.get(score__isnull=True)
    assert (left.name, left.missing, left.targets) == ("Żory", ["nurseries"], [])
    assert queries.city_result(study, left.slug) == left
    assert queries.city_result(study, "atlantyda") is None


def test_output_orientation_gives_shares_too(edition):
    study = factories.computed(edition, orientation="output")
    for row in study.rows.filter(score__isnull=False):
        assert 0 < row.low <= row.high
        assert row.score <= 1 + 1e-9
        assert row.targets[0]["change"] == pytest.approx(0, abs=1e-9) or row.targets[0]["slack"] > 0


@pytest.mark.parametrize("orientation", ["input", "output"])
def test_command_of_the_bundle_writes_the_same_scores(edition, tmp_path, orientation):
    study = factories.published(edition, orientation=orientation)
    found = files(study)
    command = next(line for line in found["README.txt"].splitlines() if line.strip().startswith("ratusz "))
    (tmp_path / "data.csv").write_text(found["data.csv"], encoding="utf-8")
    words = [str(tmp_path / w) if w.endswith(".csv") else w for w in command.split()[1:]]
    answer = CliRunner().invoke(app, words)
    assert answer.exit_code == 0, answer.output
    assert (tmp_path / "again.csv").read_text(encoding="utf-8") == found["scores.csv"]


def test_same_study_gives_the_same_bytes(edition):
    one = factories.published(edition)
    two = factories.published(edition, note="Jeszcze raz.")
    assert one.bundle_sha256 == two.bundle_sha256


def test_turned_and_shifted_outputs_come_back_as_published(edition):
    columns = [
        column("money", "input"),
        column("nurseries", "output"),
        column("unemployed", "output", "turned"),
        column("migration", "output", "shifted"),
    ]
    study = factories.computed(edition, columns=columns)
    published = {
        (row.city.slug, o.indicator.code): o.value
        for row in study.rows.select_related("city")
        for o in row.city.observations.select_related("indicator")
    }
    for row in study.rows.filter(score__isnull=False):
        for item in row.targets:
            assert item["now"] == published[row.slug, item["code"]]
            if item["code"] == "unemployed":
                assert item["target"] <= item["now"] + 1e-9
            elif item["kind"] == "output":
                assert item["target"] >= item["now"] - 1e-9
    header = zipfile.ZipFile(io.BytesIO(study.bundle)).read("data.csv").decode().splitlines()[0]
    assert header == "unit,money,nurseries,unemployed,unemployed_turned,migration,migration_shifted"


# The computation


def test_computation_that_nobody_wants_any_more_saves_nothing(edition):
    by = factories.organiser(edition)
    study = services.request_run(study=factories.draft(edition), by=by)
    with pytest.raises(DomainError):
        services.request_run(study=study, by=by)
    with pytest.raises(DomainError) as caught:
        services.discard_study(study=study, by=by)
    assert caught.value.code == "active"
    study = services.stop_run(study=study, by=by)
    assert (study.state, study.error) == ("draft", runs.STOPPED)
    assert services.execute_run(study_id=study.pk).state == "draft"
    assert not study.rows.exists()


def test_study_whose_worker_died_is_given_back(edition):
    study = services.request_run(study=factories.draft(edition), by=factories.organiser(edition))
    Study.objects.filter(pk=study.pk).update(state="running")
    assert services.mark_stale_runs() == 1
    study.refresh_from_db()
    assert (study.state, study.error) == ("draft", runs.INTERRUPTED)


def test_nearly_all_efficient_is_explained():
    edition = factories.edition()
    values = factories.random_values(8)
    values[:, 0] = np.arange(1, 9) * 100
    values[:, 1] = np.arange(1, 9) * 10.0
    values[:, 2] = np.arange(1, 9) * 2.0
    factories.figures(edition, values)
    study = services.request_run(study=factories.draft(edition), by=factories.organiser(edition))
    study = services.execute_run(study_id=study.pk)
    assert study.state == "draft"
    assert study.error


# Change since the edition before


def test_change_since_the_edition_before_is_frozen_with_the_later_study():
    earlier = factories.edition(2025, current=False)
    factories.figures(earlier, factories.random_values(20), year=2023)
    factories.published(earlier)
    later = factories.edition(2026)
    factories.figures(later, factories.random_values(20, seed=2), year=2024)
    study = factories.published(later)
    change = study.summary["change"]
    assert (change["reason"], change["since"], change["cities"], change["same_years"]) == ("", 2025, 20, [])
    found = files(study)
    names = {"inputs": ["money"], "outputs": ["nurseries", "paths"]}
    new = efficiency.Sample.from_csv(found["data.csv"], **names)
    old = efficiency.Sample.from_csv(found["before.csv"], **names)
    old = old.take([old.units.index(unit) for unit in new.units])
    expected = efficiency.malmquist({"2025": old, "2026": new})
    for unit, name in enumerate(new.units):
        own = study.rows.get(name=name).change
        assert own["index"] == pytest.approx(expected.index[unit, 0], abs=1e-12)
        assert own["catching_up"] * own["frontier"] == pytest.approx(own["index"])
        assert own["since"] == 2025


def test_change_is_not_told_of_other_columns():
    earlier = factories.edition(2025, current=False)
    factories.figures(earlier, factories.random_values(20), year=2023)
    factories.published(earlier)
    later = factories.edition(2026)
    factories.figures(later, factories.random_values(20, seed=2), year=2024)
    study = factories.published(later, columns=factories.COLUMNS[:2])
    assert study.summary["change"] == {
        "reason": "other_columns", "since": 2025, "publication": 1, "cities": 0, "gained": 0, "lost": 0,
        "median": None, "same_years": [], "bundle": queries.published(earlier).bundle_sha256,
    }  # fmt: skip
    assert study.rows.first().change is None


def test_change_is_not_told_where_nothing_new_is_published():
    earlier = factories.edition(2025, current=False)
    factories.figures(earlier, factories.random_values(20), year=2023)
    factories.published(earlier)
    later = factories.edition(2026)
    from ratusz.apps.cities.models import City, CityInEdition

    CityInEdition.objects.bulk_create(CityInEdition(edition=later, city=c) for c in City.objects.all())
    assert factories.published(later).summary["change"]["reason"] == "same_years"
