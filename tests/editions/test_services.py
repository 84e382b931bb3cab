from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.models import AuditEntry
from ratusz.apps.editions import queries, services
from ratusz.apps.editions.models import Edition, Phase, Role, RoleAssignment
from ratusz.apps.editions.signals import edition_opened
from tests.editions.factories import at, make_edition, make_programme, make_user

pytestmark = pytest.mark.django_db


def log():
    """The entries of our own services: making the site's first pages was logged as well."""
    return AuditEntry.objects.exclude(action__startswith="wagtail.")


def actions() -> list[str]:
    """What the log says, oldest first."""
    return list(log().order_by("id").values_list("action", flat=True))


def refused(call, **kwargs) -> DomainError:
    with pytest.raises(DomainError) as caught:
        call(**kwargs)
    return caught.value


def test_create_edition_copies_the_calendar_at_the_same_hour_of_the_clock(organiser, edition):
    # 28 March 2026 is before the change to summer time, 28 March 2027 is the day of it.
    Phase.objects.create(
        edition=edition, kind="rank", opens_at=at("2026-03-28T09:00"), closes_at=at("2026-07-01T12:00")
    )
    heard = []

    def listen(sender, **kwargs):
        heard.append((kwargs["edition"].year, kwargs["copied_from"].year))

    edition_opened.connect(listen)
    new = services.create_edition(
        programme=make_programme(), year=2027, name_pl="Edycja 2027", copy_from=edition, by=organiser
    )
    edition_opened.disconnect(listen)
    phase = new.phases.get()
    assert timezone.localtime(phase.opens_at).isoformat() == "2027-03-28T09:00:00+02:00"
    assert timezone.localtime(phase.closes_at).isoformat() == "2027-07-01T12:00:00+02:00"
    assert list(new.roles.values_list("user", "role")) == [(organiser.pk, "organiser")]
    assert (actions(), heard) == (["editions.create_edition"], [(2027, 2026)])


@pytest.mark.parametrize("role", [None, Role.SECRETARY, Role.CITY])
def test_create_edition_refuses_who_is_no_organiser(edition, role):
    user = make_user(*[role] if role else [], edition=edition)
    with pytest.raises(NotAllowed):
        services.create_edition(programme=make_programme(), year=2027, name_pl="X", by=user)
    assert Edition.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("year", 2026, "edition_year_taken"), ("session_number", 26, "edition_number_taken"),
     ("ranking_number", 24, "edition_number_taken")],
)  # fmt: skip
def test_create_edition_names_the_field_when_a_number_is_taken(organiser, field, value, code):
    numbers = {"year": 2027, "session_number": 27, "ranking_number": 25} | {field: value}
    error = refused(services.create_edition, programme=make_programme(), name_pl="X", by=organiser, **numbers)
    assert (error.field, error.code) == (field, code)
    assert str(value) in str(error.message)
    assert "2026" in str(error.message)
    assert error.next_step


def test_set_calendar_says_which_phase_closes_before_it_opens_in_both_languages(organiser, edition):
    calendar = {"judge": (at("2026-03-28T12:00"), at("2026-03-27T00:00"))}
    with translation.override("pl"):
        polish = str(refused(services.set_calendar, edition=edition, calendar=calendar, by=organiser))
    with translation.override("en"):
        error = refused(services.set_calendar, edition=edition, calendar=calendar, by=organiser)
        english = str(error)
    assert (error.field, error.code) == ("judge_closes", "phase_ends_before_start")
    assert "Chapter closes on 27 March 2026, 00:00 (CET)" in english
    assert "28 March 2026, 12:00 (CET)" in english
    assert "27 marca 2026, 00:00 (CET)" in polish
    assert "Kapituła" in polish
    assert Phase.objects.count() == 0


def test_set_calendar_saves_nothing_when_one_phase_is_wrong(organiser, edition):
    good = (at("2026-01-01T09:00"), at("2026-02-01T09:00"))
    refused(
        services.set_calendar, edition=edition, calendar={"measure": good, "rank": good[::-1]}, by=organiser
    )
    assert (Phase.objects.count(), actions()) == (0, [])


def test_set_calendar_changes_adds_and_takes_out(organiser, edition):
    first, second = (
        (at("2026-01-01T09:00"), at("2026-02-01T09:00")),
        (at("2026-02-01T09:00"), at("2026-03-01T09:00")),
    )
    services.set_calendar(edition=edition, calendar={"measure": first, "rank": second}, by=organiser)
    services.set_calendar(edition=edition, calendar={"measure": second, "rank": None}, by=organiser)
    services.set_calendar(edition=edition, calendar={"measure": second, "rank": None}, by=organiser)
    assert list(edition.phases.values_list("kind", "opens_at")) == [("measure", second[0])]
    assert actions() == ["editions.set_calendar", "editions.set_calendar"]


def test_set_current_moves_the_flag(organiser, edition):
    new = services.create_edition(programme=make_programme(), year=2027, name_pl="Y", by=organiser)
    assert queries.current_edition() == edition
    services.set_current(edition=new, by=organiser)
    assert queries.current_edition() == new
    assert Edition.objects.filter(is_current=True).count() == 1


def test_change_edition_writes_what_changed(organiser, edition):
    services.change_edition(edition=edition, venue_pl="Łódź", session_date=date(2026, 3, 28), by=organiser)
    entry = log().get()
    assert entry.data == {"changed": {"venue_pl": ["", "Łódź"], "session_date": [None, "2026-03-28"]}}
    assert entry.edition_id == edition.pk


def test_roles_are_given_once_and_the_last_organiser_stays(organiser, edition):
    other = make_user()
    for _ in range(2):
        services.assign_role(edition=edition, user=other, role=Role.JUROR, by=organiser)
    services.revoke_role(edition=edition, user=other, role=Role.JUROR, by=organiser)
    error = refused(services.revoke_role, edition=edition, user=organiser, role=Role.ORGANISER, by=organiser)
    assert error.code == "last_organiser"
    assert actions() == ["editions.assign_role", "editions.revoke_role"]
    assert RoleAssignment.objects.count() == 1


def test_roles_open_and_close_the_panel(organiser, edition):
    person = make_user()
    services.assign_role(edition=edition, user=person, role=Role.SECRETARY, by=organiser)
    person = type(person).objects.get(pk=person.pk)
    assert person.has_perm("wagtailadmin.access_admin")
    assert person.is_staff
    services.revoke_role(edition=edition, user=person, role=Role.SECRETARY, by=organiser)
    person = type(person).objects.get(pk=person.pk)
    assert not person.has_perm("wagtailadmin.access_admin")
    assert not person.is_staff


def test_inactive_person_gets_no_role(organiser, edition):
    error = refused(
        services.assign_role, edition=edition, user=make_user(is_active=False), role=Role.JUROR, by=organiser
    )
    assert (error.field, error.code) == ("user", "person_inactive")


def test_database_itself_refuses_two_current_editions(edition):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_edition(2027)


def test_visible_to_hides_an_edition_in_preparation(edition):
    past, ahead = make_edition(2025, current=False), make_edition(2027, current=False)
    helper = make_user(Role.MODERATOR, edition=ahead)
    assert list(queries.visible_to(None)) == [edition, past]
    assert list(queries.visible_to(make_user())) == [edition, past]
    assert list(queries.visible_to(helper)) == [ahead, edition, past]
    assert list(queries.visible_to(make_user(is_superuser=True))) == [ahead, edition, past]


def test_current_edition_is_asked_once_per_request(edition, rf, django_assert_num_queries):
    request = rf.get("/")
    with django_assert_num_queries(2):
        assert queries.current_edition(request) == edition
        assert queries.current_edition(request).open_phases() == set()


def test_audit_visible_to_shows_no_other_edition(organiser, edition):
    other = make_edition(2025, current=False)
    secretary = make_user(Role.SECRETARY, edition=other)
    services.change_edition(edition=edition, venue_pl="Łódź", by=organiser)
    services.change_edition(edition=other, venue_pl="Gdynia", by=make_user(is_superuser=True))
    AuditEntry.objects.create(action="wagtail.edit", subject_type="x", subject_id="1", subject_label="page")
    seen = {
        name: sorted(set(queries.audit_visible_to(user).values_list("edition_id", flat=True)), key=str)
        for name, user in {
            "organiser": organiser, "secretary": secretary, "juror": make_user(Role.JUROR, edition=edition),
            "nobody": None, "administrator": make_user(is_superuser=True),
        }.items()
    }  # fmt: skip
    assert seen["organiser"] == sorted([edition.pk, None], key=str)
    assert seen["secretary"] == [other.pk]
    assert seen["administrator"] == sorted([edition.pk, other.pk, None], key=str)
    assert (seen["juror"], seen["nobody"]) == ([], [])
