"""Role × phase × action, against a table written out here and derived from nothing."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from ratusz.apps.core.errors import NotAllowed
from ratusz.apps.editions.models import Phase
from ratusz.apps.editions.permissions import ACTIONS, may, require
from tests.editions.factories import make_edition, make_user

pytestmark = pytest.mark.django_db

ROLES = ["organiser", "secretary", "juror", "moderator", "steward", "city", "provider", "participant"]
PHASES = [
    "measure",
    "verify",
    "rank",
    "call",
    "judge",
    "convene",
    "recommend",
    "commit",
    "consult",
    "follow_up",
]
ALWAYS = "always"
ANYBODY = " ".join(ROLES)
# action: (roles that may, phases in which it is open)
EXPECTED = {
    "accounts.manage_people": ("organiser", ALWAYS),
    "editions.create_edition": ("organiser", ALWAYS),
    "editions.change_edition": ("organiser", ALWAYS),
    "editions.assign_role": ("organiser", ALWAYS),
    "core.view_audit": ("organiser secretary", ALWAYS),
    "core.view_mail": ("organiser", ALWAYS),
    "cities.import": ("organiser", "measure verify"),
    "cities.change_indicator": ("organiser", "measure verify"),
    "cities.correct_observation": ("organiser", "measure verify"),
    "cities.freeze_classes": ("organiser", "measure verify"),
    "cities.invite_cities": ("organiser", "measure verify"),
    "cities.object": ("city", "verify"),
    "cities.withdraw_objection": ("city", "verify rank"),
    "cities.decide_objection": ("organiser", "verify rank"),
    "ranking.change_method": ("organiser", "measure verify rank"),
    "ranking.lock_method": ("organiser", "measure verify rank"),
    "ranking.run": ("organiser", "verify rank"),
    "ranking.publish": ("organiser", "rank call judge convene"),
    "ranking.view_unpublished": ("organiser", ALWAYS),
    "ranking.ask_for_seat": ("city", "rank call judge convene"),
    "ranking.view_seat_requests": ("organiser", ALWAYS),
    "efficiency.change_study": ("organiser", "measure verify rank call judge convene"),
    "efficiency.run": ("organiser", "verify rank call judge convene"),
    "efficiency.publish": ("organiser", "rank call judge convene"),
    "efficiency.view_unpublished": ("organiser", ALWAYS),
    "dialogue.view_unpublished": ("organiser", ALWAYS),
    "dialogue.change_session": ("organiser", "measure verify rank call judge convene"),
    "dialogue.bring_questions": ("city", "rank call judge convene"),
    "dialogue.register": (ANYBODY, "call judge convene"),
    "dialogue.manage_registrations": ("organiser", "call judge convene"),
    "dialogue.view_needs": ("organiser", "call judge convene"),
    "dialogue.plan_seats": ("organiser", "call judge convene"),
    "dialogue.print": ("organiser", "call judge convene"),
    "dialogue.check_in": ("organiser steward", "convene"),
    "dialogue.run_day": ("organiser", "convene"),
    "dialogue.write_notes": (ANYBODY, "convene recommend"),
    "dialogue.harvest": ("organiser", "convene recommend"),
    "dialogue.follow_up": (ANYBODY, "convene recommend commit consult"),
    "debate.view_unpublished": ("organiser", ALWAYS),
    "debate.change": ("organiser", "call judge convene recommend commit consult"),
    "debate.moderate": ("organiser", "call judge convene recommend commit consult"),
    "partners.change": ("organiser", ALWAYS),
    "website.change_laureates": ("organiser secretary", ALWAYS),
}


@pytest.fixture
def edition():
    """Ten phases, one after the other, a day each; the first opens a day from now."""
    edition = make_edition()
    start = timezone.now() + timedelta(days=1)
    Phase.objects.bulk_create(
        Phase(
            edition=edition,
            kind=kind,
            opens_at=start + timedelta(days=day),
            closes_at=start + timedelta(days=day + 1),
        )
        for day, kind in enumerate(PHASES)
    )
    return edition


def moments(edition) -> dict[str, object]:
    """One moment before the river, in the middle of each phase, and after it."""
    phases = {phase.kind: phase for phase in edition.phases.all()}
    inside = {kind: phases[kind].opens_at + timedelta(hours=12) for kind in PHASES}
    return {
        "before": phases["measure"].opens_at - timedelta(seconds=1),
        **inside,
        "after": phases["follow_up"].closes_at,
    }


def allowed(action: str, roles: set[str], when: str) -> bool:
    who, phases = EXPECTED[action]
    return bool(roles & set(who.split())) and (phases == ALWAYS or when in phases.split())


def test_table_is_complete():
    assert set(EXPECTED) == set(ACTIONS)


@pytest.mark.parametrize("role", ROLES)
def test_may_for_each_role_before_during_and_after(edition, role):
    user = make_user(role, edition=edition)
    edition = type(edition).objects.prefetch_related("phases").get(pk=edition.pk)
    got = {
        (action, when): may(user, action, edition, at)
        for action in EXPECTED
        for when, at in moments(edition).items()
    }
    assert got == {(action, when): allowed(action, {role}, when) for action, when in got}


def test_may_for_administrator_is_an_organisers_right_in_the_same_phases(edition):
    user = make_user(is_superuser=True)
    got = {
        (action, when): may(user, action, edition, at)
        for action in EXPECTED
        for when, at in moments(edition).items()
    }
    assert got == {(action, when): allowed(action, {"organiser"}, when) for action, when in got}


@pytest.mark.parametrize(
    "kind", ["nobody", "anonymous", "inactive", "no role", "role elsewhere", "inactive administrator"]
)
def test_a_stranger_may_at_most_what_everybody_with_an_account_may(edition, kind):
    other = make_edition(2025, current=False)
    user = {
        "nobody": lambda: None,
        "anonymous": AnonymousUser,
        "inactive": lambda: make_user("organiser", edition=edition, is_active=False),
        "no role": make_user,
        "role elsewhere": lambda: make_user(*ROLES, edition=other),
        "inactive administrator": lambda: make_user(is_superuser=True, is_active=False),
    }[kind]()
    got = {
        (action, when): may(user, action, edition, at)
        for action in EXPECTED
        for when, at in moments(edition).items()
    }
    has_an_account = kind in ("no role", "role elsewhere")
    assert got == {
        (action, when): has_an_account
        and EXPECTED[action][0] == ANYBODY
        and allowed(action, set(ROLES), when)
        for action, when in got
    }


def test_may_without_an_edition_is_false_even_for_an_administrator_in_a_phase_bound_action(edition):
    assert not may(make_user("organiser", edition=edition), "core.view_audit", None)
    assert not may(make_user(is_superuser=True), "ranking.run", None)


def test_phase_is_open_from_its_first_moment_up_to_its_last(edition):
    user = make_user("organiser", edition=edition)
    measure = edition.phases.get(kind="measure")
    second = timedelta(microseconds=1)
    assert [may(user, "cities.import", edition, at) for at in
            (measure.opens_at - second, measure.opens_at, edition.phases.get(kind="verify").closes_at - second,
             edition.phases.get(kind="verify").closes_at)] == [False, True, True, False]  # fmt: skip


def test_require_names_the_phase_to_the_right_role_and_the_role_to_everybody_else(edition):
    with pytest.raises(NotAllowed) as wrong_phase:
        require(make_user("organiser", edition=edition), "ranking.run", edition)
    with pytest.raises(NotAllowed) as wrong_role:
        require(make_user("juror", edition=edition), "ranking.run", edition)
    assert (wrong_phase.value.code, wrong_role.value.code) == ("wrong_phase", "not_allowed")
    assert wrong_phase.value.next_step
    assert wrong_role.value.next_step
