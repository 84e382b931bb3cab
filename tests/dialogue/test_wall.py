"""The wall of a circle, at every address: what is said there changes nothing for anybody outside.

Each address of the session is asked twice by each outsider: before the circle has said anything and after. Both
answers must be the same, so that no text, no count, no order and no date tells of it. An address that this test cannot
fill fails it: whoever adds one says here what stands in it.
"""

import io
import re
import uuid
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from ratusz.apps.accounts import privacy
from ratusz.apps.dialogue import queries, services
from ratusz.apps.dialogue.models import (
    CheckIn,
    Host,
    NoteSheet,
    Profession,
    Seat,
    SeatingPlan,
    Stakeholder,
    TableRecord,
)
from ratusz.apps.dialogue.queries.day import hall_now
from ratusz.apps.editions.models import Role, RoleAssignment
from tests.dialogue.factories import make_circle, make_registration, make_round_tables, make_session
from tests.ranking.factories import organiser

pytestmark = pytest.mark.django_db

CANARY = "Kanarek-7f3a"
OUTSIDERS = ("business", "ngo", "other profession", "moderator of a business", "anonymous")
# Addresses whose answer differs from one call to the next whatever the circle does.
CHANGING = re.compile(
    rb'csrfmiddlewaretoken" value="[^"]*"|"csrf[^"]*": ?"[^"]*"|nonce-[^\s"\']*|"now": ?\d+'
)


@pytest.fixture
def session():
    return make_session()


@pytest.fixture
def world(session):
    """A circle of treasurers and open tables with a published plan, notes at the open table, and five outsiders."""
    circle = make_circle(session, Profession.TREASURER)
    tables = make_round_tables(session, rounds=2, tables=2)
    boss = organiser(session.edition)
    people = {
        "treasurer": make_registration(session, name=f"Skarbnik {CANARY}"),
        "host": make_registration(session),
        "business": make_registration(session, Stakeholder.BUSINESS),
        "ngo": make_registration(session, Stakeholder.NGO),
        "other profession": make_registration(session, profession=Profession.PLANNING),
        "moderator of a business": make_registration(session, Stakeholder.BUSINESS),
    }
    RoleAssignment.objects.create(
        edition=session.edition, user=people["moderator of a business"].user, role=Role.MODERATOR
    )
    Host.objects.create(registration=people["moderator of a business"], table=tables.tables.first())
    plan = SeatingPlan.objects.create(
        session=session, number=1, state="published", published_at=timezone.now(), report={}
    )
    services.publish_agenda(by=boss, session=session)
    for name, person in people.items():
        if name not in ("treasurer", "host"):
            CheckIn.objects.create(registration=person, way="code", key=uuid.uuid4())
            Seat.objects.create(
                plan=plan, round=tables.rounds.first(), table=tables.tables.first(), registration=person
            )
    note = services.save_note(
        by=boss,
        table=tables.tables.first(),
        turn=tables.rounds.first(),
        key=uuid.uuid4(),
        kind="idea",
        text="Otwarta.",
    )
    services.save_theme(by=boss, session=session, title_pl="Otwarty temat", notes=[note])
    Host.objects.create(registration=people["host"], table=circle.tables.get())
    return {"circle": circle, "tables": tables, "people": people, "plan": plan, "boss": boss}


def let_the_circle_talk(session, world) -> dict[str, object]:
    """Seats, notes, cards, a photo, a confirmation and a theme of the circle, each with the canary."""
    circle, boss = world["circle"], world["boss"]
    table, turn = circle.tables.get(), circle.rounds.get()
    services.save_table(
        by=boss, block=circle, table=table, question_pl=f"Pytanie {CANARY}?", question_en=CANARY
    )
    for name in ("treasurer", "host"):
        Seat.objects.create(plan=world["plan"], round=turn, table=table, registration=world["people"][name])
    host = world["people"]["host"].user
    notes = [
        services.save_note(
            by=host,
            table=table,
            turn=turn,
            key=uuid.uuid4(),
            kind=kind,
            role="local_government",
            text=f"{CANARY} {kind}",
        )
        for kind in ("problem", "dissent", "recommendation")
    ]
    # The canary is a member's name too, which the detector notices.
    notes = [services.clear_note(by=boss, note=note) for note in notes]
    services.save_cards(by=host, table=table, turn=turn, handover=CANARY, harvest=CANARY)
    services.confirm_record(by=host, table=table, turn=turn)
    theme = services.save_theme(
        by=boss, session=session, title_pl=f"Temat {CANARY}", title_en=CANARY, notes=notes
    )
    record = TableRecord.objects.get(table=table, round=turn)
    sheet = NoteSheet.objects.create(record=record, photo=CANARY.encode(), sha256=uuid.uuid4().hex)
    return {"record": record, "theme": theme, "sheet": sheet, "note": notes[0]}


def patterns(resolver=None, prefix: tuple[str, ...] = ()) -> Iterator[tuple[str, set[str]]]:
    """The named addresses of the session with the names of what has to be filled in."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one, (*prefix, one.namespace) if one.namespace else prefix)
        elif isinstance(one, URLPattern) and prefix and prefix[-1] in ("dialogue", "dialogue_admin"):
            yield f"{prefix[-1]}:{one.name}", set(one.pattern.converters)


def addresses(session, world) -> list[str]:
    """Every address of the session filled with what belongs to the circle, and those of the site that sum things up."""
    circle = world["circle"]
    table, turn = circle.tables.get(), circle.rounds.get()
    treasurer = world["people"]["treasurer"]
    keys = {circle.pk, table.pk, turn.pk, treasurer.pk, world["plan"].pk, 1}
    filled = {
        "year": {session.edition.year},
        "pk": keys,
        "block": {circle.pk},
        "table": {table.pk},
        "turn": {turn.pk},
        "other": {world["plan"].pk},
        "partner": {1},
        "number": {1},
        "teryt": {treasurer.city.teryt},
        "code": {treasurer.code, "nothing"},
        "ending": {"csv", "xlsx", "json"},
        "part": {"open", "closed"},
        "document": {"badges", "tables", "routes", "check_in"},
        "key": {str(uuid.UUID(int=7))},
    }
    found = []
    for name, wanted in patterns():
        unknown = wanted - set(filled)
        assert not unknown, f"{name}: say in this test what stands for {', '.join(sorted(unknown))}"
        choices: list[dict[str, object]] = [{}]
        for argument in sorted(wanted):
            choices = [
                {**chosen, argument: value}
                for chosen in choices
                for value in sorted(filled[argument], key=str)
            ]
        found += [reverse(name, kwargs=chosen) for chosen in choices]
    year = session.edition.year
    found += [f"{reverse('dialogue:agenda', args=[year])}?view={view}" for view in ("rooms", "topics")]
    found += [
        f"{reverse('search')}?q={CANARY}",
        "/sitemap.xml",
        "/sitemap-session.xml",
        reverse("my_edition"),
        "/api/v1/editions",
    ]
    return found


def answers(user, found: list[str]) -> dict[str, tuple[int, bytes]]:
    """What the person gets at each address: the status, and the body without what changes by itself."""
    client = Client()
    if user is not None:
        client.force_login(user)
    got = {}
    for address in found:
        answer = client.get(address)
        if answer.streaming and not answer.is_async:
            body = b"".join(answer.streaming_content)
        else:
            body = b"" if answer.streaming else answer.content
        got[address] = answer.status_code, CHANGING.sub(b"", body)
    return got


def who(world, outsider):
    return None if outsider == "anonymous" else world["people"][outsider].user


@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_every_address_answers_an_outsider_as_if_the_circle_were_silent(session, world, outsider):
    user, found = who(world, outsider), addresses(session, world)
    before = answers(user, found)
    let_the_circle_talk(session, world)
    after = answers(user, found)
    assert {address: code for address, (code, _body) in before.items()} == {
        address: code for address, (code, _body) in after.items()
    }
    assert [address for address in found if before[address][1] != after[address][1]] == []
    assert [
        address for address, (_code, body) in after.items() if CANARY.encode() in body and "q=" not in address
    ] == []


@pytest.mark.parametrize("outsider", OUTSIDERS[:-1])
def test_reads_and_own_data_of_an_outsider_hold_nothing_of_the_circle(session, world, outsider):
    user = who(world, outsider)

    def counts():
        return [
            queries.notes_visible_to(user, session).count(),
            queries.records_visible_to(user, session).count(),
            queries.themes_visible_to(user, session).count(),
            queries.sheets_visible_to(user, session).count(),
            queries.seats_visible_to(user, session).count(),
            queries.tables_to_write(user, session).count(),
        ]

    before = counts()
    let_the_circle_talk(session, world)
    assert counts() == before
    assert CANARY not in str(privacy.export(user))


@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_an_outsider_writes_nothing_into_a_circle(session, world, outsider):
    made = let_the_circle_talk(session, world)
    table, turn = world["circle"].tables.get(), world["circle"].rounds.get()
    client = Client()
    if user := who(world, outsider):
        client.force_login(user)
    sync = reverse("dialogue:table_sync", args=[session.edition.year, table.pk])
    item = {
        "id": "x",
        "type": "note",
        "key": str(made["note"].key),
        "round": turn.pk,
        "kind": "idea",
        "text": "obcy",
        "edit": 9,
    }
    assert client.post(sync, {"items": [item]}, content_type="application/json").status_code in (401, 404)
    note = reverse("dialogue:table_note", args=[session.edition.year, table.pk])
    assert client.post(note, {"round": turn.pk, "kind": "idea", "text": "obcy"}).status_code in (302, 404)
    assert not made["record"].notes.filter(text="obcy").exists()


def test_photo_of_a_circles_sheet_is_shown_to_organisers_alone(session, world):
    made = let_the_circle_talk(session, world)
    address = reverse("dialogue_admin:sheet_photo", args=[session.edition.year, made["sheet"].pk])
    for user in (
        None,
        *(who(world, outsider) for outsider in OUTSIDERS[:-1]),
        world["people"]["treasurer"].user,
    ):
        client = Client()
        if user:
            client.force_login(user)
        answer = client.get(address)
        assert answer.status_code in (302, 403)
        assert CANARY.encode() not in answer.content
    client = Client()
    client.force_login(world["boss"])
    assert client.get(address).content == CANARY.encode()


def test_hall_tells_nothing_of_a_circle_that_it_shows(session, world):
    let_the_circle_talk(session, world)
    boss, circle = world["boss"], world["circle"]
    services.show_in_hall(
        by=boss,
        session=session,
        version=services.open_hall(session).version,
        block=circle,
        turn=circle.rounds.get(),
    )
    assert CANARY not in str(hall_now(session))


def test_members_of_the_circle_read_it(session, world):
    """The matrix means something only while there is something to read."""
    let_the_circle_talk(session, world)
    for name in ("treasurer", "host"):
        user = world["people"][name].user
        assert queries.notes_visible_to(user, session).filter(text__contains=CANARY).count() == 3
    client = Client()
    client.force_login(world["people"]["host"].user)
    table = world["circle"].tables.get()
    page = client.get(reverse("dialogue:table", args=[session.edition.year, table.pk]))
    assert CANARY in page.content.decode()


def test_pdf_of_an_open_set_is_for_organisers_alone(session, world):
    client = Client()
    client.force_login(world["people"]["business"].user)
    address = reverse("dialogue_admin:print_pdf", args=[session.edition.year, "tables"])
    assert client.get(address).status_code in (302, 403)
    assert not io.BytesIO(client.get(address).content).read().startswith(b"%PDF")
