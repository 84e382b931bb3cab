import hashlib

import numpy as np
import pytest
from django.db import Error, transaction

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.editions.models import Phase
from ratusz.apps.ranking import queries, services
from ratusz.apps.ranking.models import RankedCity, Ranking, Run
from ratusz.engines import composite
from tests.ranking import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    found = factories.edition()
    factories.figures(found, factories.random_values(20))
    return found


def test_run_saves_a_row_for_every_city_and_a_bundle_that_verifies(edition):
    ranking = factories.result(edition)
    assert list(ranking.rows.values_list("rank", flat=True)) == list(range(1, 21))
    assert ranking.bundle_sha256 == hashlib.sha256(bytes(ranking.bundle)).hexdigest()
    assert composite.verify_bundle(bytes(ranking.bundle)).reproduced
    assert ranking.run.input_hash == ranking.summary["provenance"]["input_hash"]


def test_same_seed_gives_the_same_bytes(edition):
    one = factories.result(edition)
    other = factories.result(edition)
    assert one.bundle_sha256 == other.bundle_sha256


def test_draft_cannot_be_run(edition):
    by = factories.organiser(edition)
    draft = services.start_draft(edition=edition, by=by)
    with pytest.raises(DomainError) as caught:
        services.request_run(method=draft, by=by)
    assert caught.value.code == "not_locked"


def test_second_run_waits_for_the_first(edition):
    method = factories.locked(edition)
    by = factories.organiser(edition)
    run = services.request_run(method=method, by=by)
    with pytest.raises(DomainError) as caught:
        services.request_run(method=method, by=by)
    assert caught.value.code == "already_running"
    services.stop_run(run=run, by=by)
    assert services.request_run(method=method, by=by).state == Run.State.QUEUED


def test_stopped_run_saves_nothing(edition):
    method = factories.locked(edition)
    by = factories.organiser(edition)
    run = services.request_run(method=method, by=by)
    services.stop_run(run=run, by=by)
    assert services.execute_run(run_id=run.pk).state == Run.State.INTERRUPTED
    assert not Ranking.objects.exists()


def test_run_that_cannot_be_computed_fails_with_the_reason(edition):
    method = factories.locked(edition)
    run = services.request_run(method=method, by=factories.organiser(edition))
    from ratusz.apps.cities.models import Observation

    Observation.objects.filter(indicator__code="wage").update(value=5)
    run = services.execute_run(run_id=run.pk)
    assert run.state == Run.State.FAILED
    assert "wage" in run.error
    assert not Ranking.objects.exists()


def test_running_run_without_a_worker_is_interrupted(edition):
    method = factories.locked(edition)
    run = services.request_run(method=method, by=factories.organiser(edition))
    Run.objects.filter(pk=run.pk).update(state=Run.State.RUNNING)
    assert services.mark_stale_runs() == 1
    run.refresh_from_db()
    assert run.state == Run.State.INTERRUPTED
    assert services.mark_stale_runs() == 0


def test_unclassified_city_is_in_the_result_without_a_place():
    edition = factories.edition()
    values = factories.random_values(12)
    values[0, :2] = np.nan
    factories.figures(edition, values)
    ranking = factories.result(edition)
    row = ranking.rows.get(name="Łódź")
    assert (row.rank, row.score) == (None, None)
    assert "2" in row.reason_pl
    assert "50%" in row.reason_en
    assert ranking.summary["classified"] == 11


# Publication


def test_publishing_counts_and_freezes(edition):
    by = factories.organiser(edition)
    ranking = services.publish_ranking(ranking=factories.result(edition), by=by)
    assert ranking.number == 1
    assert queries.published(edition) == ranking
    row = ranking.rows.first()
    for change in ({"score": 1.0}, {"rank": 2}, {"name": "x"}):
        with pytest.raises(Error), transaction.atomic():
            RankedCity.objects.filter(pk=row.pk).update(**change)
    for change in ({"summary": {}}, {"bundle": b""}, {"number": 5}, {"published_at": None}, {"note_pl": "x"}):
        with pytest.raises(Error), transaction.atomic():
            Ranking.objects.filter(pk=ranking.pk).update(**change)
    with pytest.raises(Error), transaction.atomic():
        RankedCity.objects.filter(pk=row.pk).delete()
    row.pk = None
    with pytest.raises(Error), transaction.atomic():
        RankedCity.objects.bulk_create([row])
    with pytest.raises(Error), transaction.atomic():
        Ranking.objects.filter(pk=ranking.pk).delete()


def test_later_change_of_figures_changes_no_published_row(edition):
    from ratusz.apps.cities.models import City, Observation

    ranking = services.publish_ranking(ranking=factories.result(edition), by=factories.organiser(edition))
    before = list(ranking.rows.order_by("pk").values())
    Observation.objects.update(value=1)
    City.objects.filter(name="Łódź").update(name="Litzmannstadt")
    assert list(ranking.rows.order_by("pk").values()) == before


def test_correction_is_a_new_publication_with_a_note(edition):
    by = factories.organiser(edition)
    first = services.publish_ranking(ranking=factories.result(edition), by=by)
    second = factories.result(edition)
    with pytest.raises(DomainError) as caught:
        services.publish_ranking(ranking=second, by=by)
    assert (caught.value.code, caught.value.field) == ("note_required", "note_pl")
    second = services.publish_ranking(ranking=second, note_pl="Poprawiono liczbę.", by=by)
    assert (second.number, queries.published(edition)) == (2, second)
    services.withdraw_ranking(ranking=second, reason_pl="Błąd źródła.", by=by)
    assert queries.published(edition) == first
    assert queries.visible_to(None).filter(pk=second.pk).exists()


def test_result_of_a_replaced_method_is_not_published(edition):
    by = factories.organiser(edition)
    old = factories.result(edition)
    factories.locked(edition)
    with pytest.raises(DomainError) as caught:
        services.publish_ranking(ranking=old, by=by)
    assert caught.value.code == "old_method"


def test_unpublished_result_can_be_discarded(edition):
    by = factories.organiser(edition)
    ranking = factories.result(edition)
    services.discard_result(ranking=ranking, by=by)
    assert not Ranking.objects.exists()
    assert not RankedCity.objects.exists()


@pytest.mark.parametrize("phase", Phase.Kind.values)
def test_publishing_only_in_its_phases(edition, phase):
    ranking = factories.result(edition)
    edition.phases.exclude(kind=phase).delete()
    fresh = Ranking.objects.get(pk=ranking.pk)
    if phase in {"rank", "call", "judge", "convene"}:
        assert services.publish_ranking(ranking=fresh, by=factories.organiser(edition)).number == 1
    else:
        with pytest.raises(NotAllowed):
            services.publish_ranking(ranking=fresh, by=factories.organiser(edition))
