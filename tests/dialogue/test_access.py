"""Whom the walls let in."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from ratusz.apps.dialogue import queries
from ratusz.apps.dialogue.models import Host, Profession, Registration, Seat, SeatingPlan, Stakeholder
from tests.dialogue.factories import make_circle, make_registration, make_round_tables, make_session
from tests.editions.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    return make_session()


@pytest.fixture
def blocks(session):
    return {
        "treasurers": make_circle(session, Profession.TREASURER),
        "all officials": make_circle(session, hour=10),
        "tables": make_round_tables(session),
    }


def open_to(user, session, blocks) -> set[str]:
    found = queries.blocks_open_to(user, session)
    return {name for name, block in blocks.items() if block in found}


@pytest.mark.parametrize(
    ("stakeholder", "profession", "expected"),
    [
        (Stakeholder.LOCAL_GOVERNMENT, Profession.TREASURER, {"treasurers", "all officials", "tables"}),
        (Stakeholder.LOCAL_GOVERNMENT, Profession.STRATEGY, {"all officials", "tables"}),
        (Stakeholder.BUSINESS, "", {"tables"}),
        (Stakeholder.NGO, "", {"tables"}),
        (Stakeholder.INSTITUTION, "", {"tables"}),
        (Stakeholder.EXPERT, "", {"tables"}),
    ],
)
def test_blocks_open_to_each_side(session, blocks, stakeholder, profession, expected):
    own = make_registration(session, stakeholder, profession=profession)
    assert open_to(own.user, session, blocks) == expected


def test_circle_is_closed_to_an_official_whose_city_is_not_confirmed(session, blocks):
    own = make_registration(session, verified_at=None)
    assert open_to(own.user, session, blocks) == {"tables"}


@pytest.mark.parametrize("state", ["invited", "waiting", "cancelled"])
def test_nothing_is_open_to_a_person_without_a_place(session, blocks, state):
    own = make_registration(session, state=state)
    assert open_to(own.user, session, blocks) == set()


def test_nothing_is_open_to_strangers(session, blocks):
    assert open_to(None, session, blocks) == set()
    assert open_to(AnonymousUser(), session, blocks) == set()
    assert open_to(make_user("provider", "city", edition=session.edition), session, blocks) == set()


def test_everything_is_open_to_organisers(session, blocks):
    assert open_to(make_user("organiser", edition=session.edition), session, blocks) == set(blocks)


def test_host_reads_the_own_circle_though_of_another_profession(session, blocks):
    own = make_registration(session, profession=Profession.STRATEGY)
    Host.objects.create(registration=own, table=blocks["treasurers"].tables.get())
    assert open_to(own.user, session, blocks) == set(blocks)
    assert list(queries.tables_hosted_by(own.user, session)) == [blocks["treasurers"].tables.get()]


def test_wall_holds_against_a_host_of_a_business(session, blocks):
    own = make_registration(session, Stakeholder.BUSINESS)
    Host.objects.create(registration=own, block=blocks["treasurers"])
    assert open_to(own.user, session, blocks) == {"tables"}


def test_host_without_a_place_hosts_nothing(session, blocks):
    own = make_registration(session, state=Registration.State.WAITING)
    Host.objects.create(registration=own, block=blocks["tables"])
    assert not queries.tables_hosted_by(own.user, session).exists()


def test_wall_holds_against_an_organiser_who_takes_part_for_a_business(session, blocks):
    user = make_user("organiser", edition=session.edition)
    make_registration(session, Stakeholder.BUSINESS, user=user)
    assert open_to(user, session, blocks) == {"tables"}
    assert not queries.tables_to_write(user, session).filter(block__in=[blocks["treasurers"]]).exists()


def test_seat_of_a_circle_is_not_shown_once_the_city_is_in_doubt(session, blocks):
    own = make_registration(session)
    plan = SeatingPlan.objects.create(
        session=session, number=1, state=SeatingPlan.State.PUBLISHED, published_at=timezone.now()
    )
    for block in (blocks["treasurers"], blocks["tables"]):
        Seat.objects.create(
            plan=plan, round=block.rounds.first(), table=block.tables.first(), registration=own
        )
    assert [seat.round.block for seat in queries.route_of(own)] == [blocks["treasurers"], blocks["tables"]]
    own.verified_at = None
    own.save()
    assert [seat.round.block for seat in queries.route_of(own)] == [blocks["tables"]]
