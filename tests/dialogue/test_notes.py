"""Notes arrive once, hold no person, and stay with the table that wrote them."""

import datetime as dt
import json
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.models import AuditEntry
from ratusz.apps.dialogue import queries, services
from ratusz.apps.dialogue.models import Host, Note, Profession, Seat, SeatingPlan, Stakeholder, TableRecord
from tests.dialogue.factories import make_circle, make_registration, make_round_tables, make_session
from tests.editions.factories import make_user
from tests.ranking.factories import organiser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    """The sentences that are looked for are English."""
    with translation.override("en"):
        yield


@pytest.fixture
def session():
    return make_session()


@pytest.fixture
def block(session):
    return make_round_tables(session, rounds=2, tables=2)


@pytest.fixture
def host(session, block):
    """The moderator of the first table."""
    person = make_registration(session, Stakeholder.EXPERT, name="Maria Gospodarz")
    Host.objects.create(registration=person, table=block.tables.first())
    return person


def write(block, host, *, key=None, text="Za mało drzew.", **fields):
    fields = {"kind": "problem"} | fields
    return services.save_note(
        by=host.user,
        table=block.tables.first(),
        turn=block.rounds.first(),
        key=key or uuid.uuid4(),
        text=text,
        **fields,
    )


def test_note_sent_twice_is_one_note(block, host):
    key = uuid.uuid4()
    write(block, host, key=key)
    write(block, host, key=key)
    assert Note.objects.count() == 1


def test_older_edit_that_arrives_later_changes_nothing(block, host):
    key = uuid.uuid4()
    write(block, host, key=key, edit=3, text="trzecia")
    assert write(block, host, key=key, edit=2, text="druga").text == "trzecia"
    assert write(block, host, key=key, edit=4, text="czwarta").text == "czwarta"


def test_note_that_was_taken_back_stays_so(session, block, host):
    note = write(block, host)
    services.withdraw_note(by=host.user, note=note)
    write(block, host, key=note.key, edit=9, text="znowu")
    assert not queries.notes_visible_to(organiser(session.edition), session).exists()


def test_change_after_the_confirmation_asks_for_another(block, host):
    note = write(block, host)
    table, turn = block.tables.first(), block.rounds.first()
    assert services.confirm_record(by=host.user, table=table, turn=turn).confirmed_at
    write(block, host, key=note.key, edit=2, text="inaczej")
    assert TableRecord.objects.get().confirmed_at is None


def test_nothing_to_confirm_is_said(block, host):
    with pytest.raises(DomainError) as error:
        services.confirm_record(by=host.user, table=block.tables.first(), turn=block.rounds.first())
    assert error.value.code == "nothing_written"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"text": "   "}, "text"),
        ({"text": "x" * 1001}, "text"),
        ({"kind": "speech"}, "kind"),
        ({"role": "Jan Kowalski"}, "role"),
    ],
)
def test_bad_note_names_its_field(block, host, fields, field):
    with pytest.raises(DomainError) as error:
        write(block, host, **fields)
    assert error.value.field == field
    assert not Note.objects.exists()


def test_only_the_host_and_organisers_write(session, block, host):
    table, turn = block.tables.first(), block.rounds.first()
    other = block.tables.last()
    strangers = [make_registration(session).user, make_user("moderator", edition=session.edition)]
    for user in strangers:
        with pytest.raises(NotAllowed):
            services.save_note(by=user, table=table, turn=turn, key=uuid.uuid4(), kind="idea", text="x")
    with pytest.raises(NotAllowed):
        services.save_note(by=host.user, table=other, turn=turn, key=uuid.uuid4(), kind="idea", text="x")
    services.save_note(
        by=organiser(session.edition), table=table, turn=turn, key=uuid.uuid4(), kind="idea", text="x"
    )


def test_note_of_one_table_is_not_moved_to_another(session, block, host):
    note = write(block, host)
    boss = organiser(session.edition)
    with pytest.raises(DomainError) as error:
        services.save_note(
            by=boss, table=block.tables.last(), turn=block.rounds.first(), key=note.key, kind="idea", text="x"
        )
    assert error.value.code == "other_table"


def test_nobody_stands_behind_a_note(block, host):
    write(block, host, role="ngo")
    names = {field.name for field in Note._meta.get_fields()}
    assert not {"by", "author", "user", "registration", "person"} & names
    entry = AuditEntry.objects.get(action="dialogue.save_note")
    assert entry.data == {}
    assert "ngo" not in entry.subject_label


def test_clock_of_a_phone_that_is_fast_is_held_back(block, host):
    note = write(block, host, written_at=timezone.now() + dt.timedelta(days=2))
    assert note.written_at < timezone.now() + dt.timedelta(hours=1)


# ---------- the page and its outbox ----------


def sync(client, session, table, *items):
    address = reverse("dialogue:table_sync", args=[session.edition.year, table.pk])
    return client.post(address, json.dumps({"items": items}), content_type="application/json")


def item(turn, **fields):
    key = str(uuid.uuid4())
    return {
        "id": f"note:{key}", "type": "note", "key": key, "round": turn.pk, "kind": "idea", "role": "",
        "text": "Pomysł.",
        "edit": 1, "written_at": timezone.now().isoformat(),
    } | fields  # fmt: skip


def test_each_entry_stands_for_itself(session, block, host, client):
    client.force_login(host.user)
    table, turn = block.tables.first(), block.rounds.first()
    good, bad, strange = item(turn), item(turn, text=""), item(turn, key="no key")
    withdrawn = item(turn, withdrawn=True)
    cards = {"id": "cards", "type": "cards", "round": turn.pk, "handover": "Dalej o wodzie.", "harvest": "1."}
    confirm = {"id": "confirm", "type": "confirm", "round": turn.pk}
    answer = sync(client, session, table, good, bad, strange, withdrawn, cards, confirm, "nonsense").json()
    assert ["error" in one for one in answer["items"]] == [False, True, True, False, False, False, True]
    [first, second] = answer["state"]["rounds"]
    assert [note["text"] for note in first["notes"]] == ["Pomysł."]
    assert first["confirmed_at"]
    assert second["before"] == "Dalej o wodzie."
    again = sync(client, session, table, good).json()
    assert len(again["state"]["rounds"][0]["notes"]) == 1


@pytest.mark.parametrize("body", ["", "[]", '{"items": 3}', '{"items": null}', "{"])
def test_what_is_not_understood_is_refused_whole(session, block, host, client, body):
    client.force_login(host.user)
    address = reverse("dialogue:table_sync", args=[session.edition.year, block.tables.first().pk])
    assert client.post(address, body, content_type="application/json").status_code == 400


def test_signed_out_phone_is_told_so_and_strangers_find_nothing(session, block, host, client):
    table = block.tables.first()
    assert sync(client, session, table).status_code == 401
    assert (
        client.get(reverse("dialogue:table_state", args=[session.edition.year, table.pk])).status_code == 401
    )
    client.force_login(make_registration(session, Stakeholder.BUSINESS).user)
    for name in ("table", "table_state"):
        assert (
            client.get(reverse(f"dialogue:{name}", args=[session.edition.year, table.pk])).status_code == 404
        )
    assert sync(client, session, table).status_code == 404


def test_host_sees_the_people_of_the_own_table_only(session, block, host, client):
    table, other = block.tables.all()
    plan = SeatingPlan.objects.create(
        session=session, number=1, state="published", published_at=timezone.now()
    )
    here, there = (
        make_registration(session, name="Ola Tutejsza"),
        make_registration(session, name="Jan Daleki"),
    )
    for person, place in ((here, table), (there, other)):
        Seat.objects.create(plan=plan, round=block.rounds.first(), table=place, registration=person)
    client.force_login(host.user)
    text = client.get(reverse("dialogue:table", args=[session.edition.year, table.pk])).content.decode()
    assert "Ola Tutejsza" in text
    assert "Jan Daleki" not in text


def test_plain_form_works_without_javascript(session, block, host, client):
    client.force_login(host.user)
    table, turn = block.tables.first(), block.rounds.first()
    address = reverse("dialogue:table_note", args=[session.edition.year, table.pk])
    page = client.post(
        address, {"round": turn.pk, "kind": "dissent", "role": "ngo", "text": "Nie zgadzam się."}, follow=True
    )
    assert "Nie zgadzam się." in page.content.decode()
    client.post(address, {"round": turn.pk, "do": "confirm"})
    assert TableRecord.objects.get().confirmed_at


def test_worker_keeps_to_the_pages_of_tables(session, client):
    answer = client.get(reverse("dialogue:table_worker", args=[session.edition.year]))
    scope = reverse("dialogue:tables", args=[session.edition.year])
    assert answer["Service-Worker-Allowed"] == scope
    assert answer["Content-Type"].startswith("text/javascript")
    assert f'"{scope}"' in answer.content.decode()


def test_theme_with_a_note_of_a_circle_stands_behind_its_wall(session, block, host):
    circle = make_circle(session, Profession.TREASURER)
    treasurer, firm = make_registration(session), make_registration(session, Stakeholder.BUSINESS)
    Host.objects.create(registration=treasurer, table=circle.tables.get())
    closed = services.save_note(
        by=treasurer.user,
        table=circle.tables.get(),
        turn=circle.rounds.get(),
        key=uuid.uuid4(),
        kind="idea",
        text="x",
    )
    boss = organiser(session.edition)
    theme = services.save_theme(
        by=boss, session=session, title_pl="Temat", notes=[write(block, host), closed]
    )
    assert list(queries.themes_visible_to(treasurer.user, session)) == [theme]
    assert not queries.themes_visible_to(firm.user, session).exists()
    assert not queries.notes_visible_to(firm.user, session).filter(pk=closed.pk).exists()
    services.place_notes(by=boss, session=session, notes=[closed], theme=None)
    assert list(queries.themes_visible_to(firm.user, session)) == [theme]
