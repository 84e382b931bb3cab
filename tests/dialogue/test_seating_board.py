"""The planner's screens: the board, moves without JavaScript and with it, files, a participant's way."""

import datetime as dt
import re
import uuid
from pathlib import Path

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, override

from ratusz.apps.dialogue import services
from ratusz.apps.dialogue.models import CheckIn, Profession, SeatingPlan
from ratusz.engines.seating.explain import templates
from tests.dialogue.factories import make_circle, make_people, make_round_tables, make_session
from tests.ranking.factories import organiser

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    return make_session(day=timezone.localdate() + dt.timedelta(days=1))


@pytest.fixture
def boss(session, client):
    user = organiser(session.edition)
    client.force_login(user)
    return user


@pytest.fixture
def plan(session, boss):
    """A searched draft: a circle, then two rounds at three tables, ten people."""
    make_circle(session, Profession.TREASURER)
    make_round_tables(session, rounds=2, tables=3, seats=4)
    make_people(session, 10)
    plan = services.make_plan(by=boss, session=session, name="Pierwszy")
    services.set_settings(by=boss, plan=plan, seconds=1)
    services.search_plan(by=boss, plan=plan)
    return services.execute_search(plan_id=plan.pk)


def at(plan, name, *args):
    return reverse(f"dialogue_admin:{name}", args=[plan.session.edition.year, *args])


def test_every_screen_opens(plan, client):
    other = services.copy_plan(by=plan.by, plan=plan)
    services.publish_plan(by=plan.by, plan=plan)
    screens = [
        at(plan, "seating"),
        at(plan, "seating_board", plan.pk),
        at(plan, "seating_board", other.pk) + "?round=2",
        at(plan, "seating_board", other.pk) + "?round=2&part=state",
        at(plan, "seating_settings", other.pk),
        at(plan, "seating_publish", other.pk),
        at(plan, "seating_compare", plan.pk, other.pk),
        at(plan, "seating_repair"),
        at(plan, "seating_tables", plan.pk),
        at(plan, "seating_people", plan.pk),
        at(plan, "seats_file", plan.pk, "csv"),
        at(plan, "seats_file", plan.pk, "xlsx"),
    ]
    for screen in screens:
        assert client.get(screen).status_code == 200, screen
    rows = client.get(at(plan, "seats_file", plan.pk, "csv") + "?format=plain").content.decode().splitlines()
    assert len(rows) == plan.seats.count() + 1


def test_move_by_form_and_by_script(plan, client):
    seat = plan.seats.filter(round__block__kind="round_tables", round__number=1).first()
    table = seat.round.block.tables.exclude(pk=seat.table_id).first()
    act = at(plan, "seating_act", plan.pk)
    fields = {"do": "move", "round": "2", "person": str(seat.registration_id), "table": str(table.pk)}
    answer = client.post(act, fields)
    assert answer.status_code == 302
    assert plan.seats.get(round=seat.round, registration=seat.registration).table == table
    late = client.post(act, fields | {"version": "1"}, headers={"X-Planner": "1"})
    assert late.status_code == 409
    undone = client.post(act, {"do": "undo", "round": "2"}, headers={"X-Planner": "1"})
    assert undone.status_code == 200
    page = undone.content.decode()
    assert page.count('class="planner-card') == 3
    touched = client.post(
        act, fields | {"touched": f"{seat.table_id},{table.pk}"}, headers={"X-Planner": "1"}
    ).content.decode()
    assert touched.count('class="planner-card') == 2


def test_price_is_told_before_a_move(plan, client):
    seat = plan.seats.filter(round__block__kind="round_tables", round__number=1).first()
    query = {"round": "2", "person": str(seat.registration_id), "table": ""}
    answer = client.get(at(plan, "seating_what_if", plan.pk), query).json()
    assert answer["bad"] is True or answer["words"]
    page = client.get(at(plan, "seating_person", plan.pk), query)
    assert seat.registration.name in page.content.decode()


def test_board_needs_a_fixed_number_of_queries(plan, client, session, django_assert_max_num_queries):
    cache.clear()
    board = at(plan, "seating_board", plan.pk) + "?round=2&part=state"
    client.get(board)
    with django_assert_max_num_queries(32):
        client.get(board)
    make_people(session, 15)
    with django_assert_max_num_queries(32):
        client.get(board)


def test_running_search_is_shown_and_stopped(plan, client):
    SeatingPlan.objects.filter(pk=plan.pk).update(search="queued", progress={"share": 0.5})
    board = at(plan, "seating_board", plan.pk)
    assert 'data-searching="yes"' in client.get(board).content.decode()
    client.post(at(plan, "seating_act", plan.pk), {"do": "stop"})
    assert 'data-searching="no"' in client.get(board).content.decode()


def test_settings_and_publication_by_form(plan, client):
    form = client.get(at(plan, "seating_settings", plan.pk)).context["form"]
    fields = {name: field.initial for name, field in form.fields.items() if field.initial is not None}
    fields |= {"name": "Drugi", "seconds": 2, "presence_ngo": 1, "weight_wishes": "12"}
    assert client.post(at(plan, "seating_settings", plan.pk), fields).status_code == 302
    plan.refresh_from_db()
    assert plan.settings["presence"] == [{"type": "ngo", "at_least": 1}]
    publish = at(plan, "seating_publish", plan.pk)
    refused = client.post(publish, {"version": plan.version})
    assert "accept_broken" in refused.context["form"].errors
    assert client.post(publish, {"version": plan.version, "accept_broken": "Trudno."}).status_code == 302
    plan.refresh_from_db()
    assert plan.state == SeatingPlan.State.PUBLISHED


def test_repair_by_form_leads_to_the_difference(plan, client, session):
    services.publish_plan(by=plan.by, plan=plan)
    people = list(session.registrations.all())
    for person in people[1:]:
        CheckIn.objects.create(registration=person, way="code", key=uuid.uuid4())
    page = client.get(at(plan, "seating_repair"))
    assert page.context["form"].initial["absent"] == [str(people[0].pk)]
    answer = client.post(at(plan, "seating_repair"), {"absent": [str(people[0].pk)]})
    assert answer.status_code == 302
    assert "/publish/" in answer["Location"]
    assert client.get(answer["Location"]).status_code == 200


def test_participant_reads_the_own_way(plan, client, session):
    official, business = session.registrations.all()[:2]
    page = reverse("dialogue:route", args=[session.edition.year])
    client.force_login(official.user)
    assert official.name in client.get(page).content.decode()
    services.publish_plan(by=plan.by, plan=plan)
    assert len(client.get(page).context["route"]) == 3
    client.force_login(business.user)
    answer = client.get(page)
    assert len(answer.context["route"]) == 2
    assert "Krąg" not in answer.content.decode()
    assert client.get(at(plan, "seating")).status_code in (302, 403)


def _sentences():
    """Every template of the engine, as (one, many)."""
    found = set()
    for name in (
        "CONFLICTS",
        "BECAUSE",
        "RULES",
        "OPTIONS",
        "WHEN",
        "AIMS",
        "VIOLATIONS",
        "REASONS",
        "COSTS",
    ):
        for text in getattr(templates, name).values():
            if isinstance(text, str):
                found.add((text, text))
            elif name == "AIMS":
                found |= {(one, one) for one in text}
            else:
                found.add((text[0], text[1]))
    found.add(templates.WISHES_SHORT[:2])
    return found


def test_every_sentence_of_the_engine_is_said_in_polish():
    names = re.compile(r"%\((\w+)\)s")
    assert len(_sentences()) > 100
    source = Path(templates.__file__).read_text(encoding="utf-8")
    assert all(name in vars(templates) for name in re.findall(r"^([A-Z]+)[:=( ]", source, re.MULTILINE))
    with override("pl"):
        for one, many in _sentences():
            for count in (1, 2, 5):
                said = gettext(one) if one == many else ngettext(one, many, count)
                assert said not in (one, many), one
                assert set(names.findall(said)) <= set(names.findall(one + many)), one
