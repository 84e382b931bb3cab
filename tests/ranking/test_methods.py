import numpy as np
import pytest
from django.db import Error, transaction

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.models import AuditEntry
from ratusz.apps.editions.models import Role
from ratusz.apps.ranking import rules, services
from ratusz.apps.ranking.models import Method
from ratusz.engines import composite
from tests.ranking import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    found = factories.edition()
    factories.figures(found, factories.random_values(12))
    return found


def refused(code, call, **kwargs):
    with pytest.raises(DomainError) as caught:
        call(**kwargs)
    assert caught.value.code == code
    return caught.value


def test_hash_is_the_engines_hash_and_stays(edition):
    method = factories.locked(edition)
    again = composite.Method.from_toml(factories.METHOD)
    assert method.hash == again.hash() == composite.Method.from_toml(method.toml).hash()
    # A blank line, a comment or another order of the keys is the same method.
    spaced = "# comment\n" + factories.METHOD.replace("runs = 200\nseed = 7", "seed = 7\n\nruns = 200")
    assert composite.Method.from_toml(spaced).hash() == method.hash


def test_hash_changes_with_one_weight(edition):
    other = factories.METHOD.replace("weight = 70", "weight = 71").replace("weight = 30", "weight = 29")
    assert composite.Method.from_toml(other).hash() != composite.Method.from_toml(factories.METHOD).hash()


def test_locking_records_who_when_and_the_hash(edition):
    method = factories.locked(edition)
    assert (method.state, method.version, method.locked_by.email) == ("locked", 1, "organiser@example.org")
    entry = AuditEntry.objects.filter(action="ranking.lock_method").get()
    assert entry.data == {"version": 1, "hash": method.hash}


def test_locked_method_is_refused_by_the_services(edition):
    method = factories.locked(edition)
    by = factories.organiser(edition)
    refused("locked", services.save_draft, method=method, name_pl="x", name_en="", toml=method.toml, by=by)
    refused("locked", services.discard_draft, method=method, by=by)
    refused("locked", services.lock_method, method=method, by=by)


@pytest.mark.parametrize("change", [{"toml": "x"}, {"hash": "0" * 64}, {"state": "draft"}, {"name_pl": "x"}])
def test_locked_method_is_refused_by_the_database(edition, change):
    method = factories.locked(edition)
    with pytest.raises(Error), transaction.atomic():
        Method.objects.filter(pk=method.pk).update(**change)
    with pytest.raises(Error), transaction.atomic():
        Method.objects.filter(pk=method.pk).delete()


def test_change_after_the_lock_is_the_next_version(edition):
    first = factories.locked(edition)
    by = factories.organiser(edition)
    draft = services.start_draft(edition=edition, by=by)
    assert (draft.version, draft.toml, draft.hash) == (2, first.toml, "")
    assert services.start_draft(edition=edition, by=by) == draft
    refused("note_required", services.lock_method, method=draft, by=by)
    second = services.lock_method(method=draft, note_pl="Poprawiono wagi.", note_en="Weights.", by=by)
    first.refresh_from_db()
    assert (first.state, second.state) == ("retired", "locked")
    assert (second.note_pl, second.note_en) == ("Poprawiono wagi.", "Weights.")


def test_cities_are_told_of_a_new_version(edition, mailoutbox):
    from ratusz.apps.ranking import notices

    polish = factories.person("lodz@example.org", edition, Role.CITY)
    english = factories.person("krakow@example.org", edition, Role.CITY)
    english.language = "en"
    english.save()
    factories.person("juror@example.org", edition, Role.JUROR)
    factories.locked(edition)
    method = factories.locked(edition)
    assert notices.tell_cities_of_new_version(method_id=method.pk) == 2
    texts = {mail.to[0]: mail.subject + mail.body for mail in mailoutbox}
    assert set(texts) == {polish.email, english.email}
    assert "Zmiana próbna." in texts[polish.email]
    assert "/pl/ranking/2026/method/" in texts[polish.email]
    assert "A trial change." in texts[english.email]
    assert "version 2" in texts[english.email]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("weight = 70", "weight = 69", "99"),
        ('parent = "people"\nweight = 30', 'parent = "peple"\nweight = 30', "peple"),
        ('code = "nurseries"', 'code = "no-such"', "no-such"),
        ("direction = -1", "direction = 2", "2"),
        ("[uncertainty]", "[uncertaintie]", "uncertaintie"),
        ('class = "class"', 'class = "size"', "size"),
    ],
)
def test_bad_method_file_is_refused_with_the_value(edition, old, new, words):
    by = factories.organiser(edition)
    draft = services.start_draft(edition=edition, by=by)
    assert old in factories.METHOD
    bad = factories.METHOD.replace(old, new)
    check = rules.check_method(bad, edition)
    assert len(check.problems) == 1
    assert words in str(check.problems[0])
    assert draft.state == "draft"


def test_weight_on_an_indicator_with_little_data_blocks_the_lock(edition):
    other = factories.edition(2027, current=False)
    values = factories.random_values(12)
    values[:8, 3] = np.nan
    for city_year in (2025,):
        factories.figures(other, values, year=city_year)
    check = rules.check_method(factories.METHOD, other)
    # The figures of 2024 cover everyone: the year with most figures is taken.
    assert check.problems == []


def test_little_data_and_no_data_are_named_at_the_indicator():
    edition = factories.edition()
    values = factories.random_values(10)
    values[:6, 3] = np.nan
    values[:, 2] = np.nan
    factories.figures(edition, values)
    check = rules.check_method(factories.METHOD, edition)
    assert {(p.field, p.code) for p in check.problems} == {
        ("nurseries", "low_coverage"),
        ("turnout", "no_reference_year"),
    }
    by = factories.organiser(edition)
    draft = services.start_draft(edition=edition, by=by)
    services.save_draft(method=draft, name_pl="R", name_en="", toml=factories.METHOD, by=by)
    with pytest.raises(DomainError):
        services.lock_method(method=draft, by=by)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_check_names_the_cities_left_out():
    edition = factories.edition()
    values = factories.random_values(10)
    values[0, 0] = np.nan
    factories.figures(edition, values)
    check = rules.check_method(factories.METHOD, edition)
    assert [(c.name, c.coverage, len(c.missing)) for c in check.unclassified] == [("Łódź", 0.75, 1)]
    assert (check.classified, check.total) == (9, 10)
    assert [c.known for c in check.indicators] == [9, 10, 10, 10]


@pytest.mark.parametrize("role", [None, Role.JUROR, Role.CITY, Role.SECRETARY, Role.PROVIDER])
def test_only_organisers_work_on_the_method(edition, role):
    user = factories.person("other@example.org", edition, *([role] if role else []))
    with pytest.raises(NotAllowed):
        services.start_draft(edition=edition, by=user)
    draft = services.start_draft(edition=edition, by=factories.organiser(edition))
    for service, more in (
        (services.save_draft, {"name_pl": "x", "name_en": "", "toml": factories.METHOD}),
        (services.discard_draft, {}),
        (services.lock_method, {}),
        (services.request_run, {}),
    ):
        with pytest.raises(NotAllowed):
            service(method=draft, by=user, **more)


@pytest.mark.parametrize(
    "phase", ["measure", "verify", "rank", "call", "judge", "convene", "consult", "follow_up"]
)
def test_method_changes_only_in_its_phases(phase):
    edition = factories.edition(phases=[phase])
    factories.figures(edition, factories.random_values(12))
    by = factories.organiser(edition)
    if phase in {"measure", "verify", "rank"}:
        factories.locked(edition)
    else:
        with pytest.raises(NotAllowed) as caught:
            services.start_draft(edition=edition, by=by)
        assert caught.value.code == "wrong_phase"
