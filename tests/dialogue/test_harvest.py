"""The harvest: names wait for a check, groups of fewer than three are not told, paper arrives once."""

import datetime as dt
import io
import json
import uuid

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.models import AuditEntry
from ratusz.apps.dialogue import queries, services
from ratusz.apps.dialogue.models import (
    Note,
    NoteSheet,
    Profession,
    Seat,
    SeatingPlan,
    Stakeholder,
    TableRecord,
)
from ratusz.apps.dialogue.queries.harvest import crowd_of, told_counts, told_role
from tests.dialogue.factories import make_circle, make_registration, make_round_tables, make_session
from tests.ranking.factories import organiser

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    return make_session()


@pytest.fixture
def block(session):
    return make_round_tables(session, rounds=2, tables=2)


@pytest.fixture
def boss(session):
    return organiser(session.edition)


def seat(session, block, **numbers):
    """People of the types at the first table in the first round, by a published plan."""
    plan = SeatingPlan.objects.create(
        session=session, number=1, state="published", published_at=timezone.now()
    )
    people = [make_registration(session, side) for side, number in numbers.items() for _k in range(number)]
    for person in people:
        Seat.objects.create(
            plan=plan, round=block.rounds.first(), table=block.tables.first(), registration=person
        )
    return people


def write(boss, block, text="Za mało drzew.", **fields):
    fields = {"kind": "problem"} | fields
    return services.save_note(
        by=boss, table=block.tables.first(), turn=block.rounds.first(), key=uuid.uuid4(), text=text, **fields
    )


def at(name, session, *args):
    return reverse(f"dialogue_admin:{name}", args=[session.edition.year, *args])


# ---------- names ----------


def test_note_that_names_somebody_waits_for_a_check(session, block, boss):
    [person] = seat(session, block, local_government=1)
    person.name = "Adam Wrzosek"
    person.save()
    note = write(boss, block, "Wrzosek tego nie chce.")
    assert note.naming == Note.Naming.SUSPECTED
    with pytest.raises(DomainError) as error:
        services.save_theme(by=boss, session=session, title_pl="Temat", notes=[note])
    assert error.value.code == "names_somebody"
    assert services.clear_note(by=boss, note=note).naming == Note.Naming.CLEARED
    services.save_theme(by=boss, session=session, title_pl="Temat", notes=[note])


def test_words_that_name_nobody_any_more_need_no_check(session, block, boss):
    [person] = seat(session, block, local_government=1)
    note = write(boss, block, f"{person.name} i {person.city.name}")
    changed = services.save_note(
        by=boss, table=block.tables.first(), turn=block.rounds.first(), key=note.key, kind="idea",
        text="Ktoś z samorządu.", edit=2,
    )  # fmt: skip
    assert changed.naming == Note.Naming.NOBODY


def test_participants_do_not_read_what_waits_for_a_check(session, block, boss, client):
    [person] = seat(session, block, local_government=1)
    write(boss, block, "Pisać na adam@miasto.pl w tej sprawie.")
    write(boss, block, "Zdanie odrębne stołu.", kind="dissent")
    client.force_login(person.user)
    page = client.get(reverse("dialogue:records", args=[session.edition.year])).content.decode()
    assert "adam@miasto.pl" not in page
    assert "Zdanie odrębne stołu." in page


# ---------- the guard ----------


def test_group_is_told_only_where_three_of_it_sat(session, block, boss):
    seat(session, block, ngo=2, business=3)
    few, many = write(boss, block, role="ngo"), write(boss, block, role="business")
    crowd = crowd_of(session)
    assert [told_role(few, crowd), told_role(many, crowd)] == ["", "business"]


def test_group_of_three_at_other_tables_is_not_told(session, block, boss, client):
    few = seat(session, block, ngo=1)
    plan, (first, second) = session.plans.get(), block.tables.all()
    for turn in (block.rounds.last(), block.rounds.first()):
        person = make_registration(session, "ngo")
        Seat.objects.create(plan=plan, round=turn, table=second, registration=person)
    second.topic = first.topic
    second.save()
    write(boss, block, "Głos jedynej osoby", role="ngo")
    client.force_login(few[0].user)
    page = client.get(reverse("dialogue:records", args=[session.edition.year]) + "?all").content.decode()
    assert "Głos jedynej osoby" in page
    assert str(Stakeholder.NGO.label) not in page


def test_counts_of_fewer_than_three_hide_among_others(session, block, boss):
    seat(session, block, ngo=3, business=3)
    crowd = crowd_of(session)
    many = [write(boss, block, role="business") for _k in range(4)]
    few = [write(boss, block, role="ngo")]
    assert told_counts(many, crowd) == ({"business": 4}, 0)
    # One note of the rest would be known by subtraction.
    assert told_counts(many + few, crowd) == ({}, 5)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
def test_export_tells_neither_table_nor_small_group(session, block, boss, client, ending):
    seat(session, block, ngo=2)
    write(boss, block, "=SUM(1)", role="ngo")
    write(boss, block, "Pisać na adam@miasto.pl w tej sprawie.")
    client.force_login(boss)
    answer = client.get(at("harvest_file", session, ending))
    assert answer.status_code == 200
    assert AuditEntry.objects.filter(action="dialogue.export_harvest").exists()
    if ending == "csv":
        assert "'=SUM(1)" in answer.content.decode()
    if ending == "json":
        [row] = json.loads(answer.content)["notes"]
        assert set(row) == {"block", "closed", "topic", "kind", "said_by", "text", "themes"}
        assert row["said_by"] == ""


def test_circles_leave_only_in_a_file_of_their_own(session, block, boss, client):
    write(boss, make_circle(session, Profession.TREASURER), "Zamknięte")
    write(boss, block, "Otwarte")
    client.force_login(boss)
    told = {}
    for query in ("", "?circles"):
        answer = client.get(at("harvest_file", session, "json") + query)
        told[query] = [(row["text"], row["closed"]) for row in json.loads(answer.content)["notes"]]
        assert ("closed" in answer["Content-Disposition"]) == bool(query)
    assert told == {"": [("Otwarte", False)], "?circles": [("Zamknięte", True)]}


def test_organiser_who_edits_an_older_note_is_told_and_nothing_is_lost(session, block, boss, client):
    key = uuid.uuid4()
    note = {
        "by": boss,
        "table": block.tables.first(),
        "turn": block.rounds.first(),
        "key": key,
        "kind": "idea",
    }
    services.save_note(**note, text="Stare słowa.")
    client.force_login(boss)
    page = reverse("dialogue_admin:note", args=[session.edition.year, key])
    assert 'name="seen" value="1"' in client.get(page).content.decode()
    services.save_note(**note, text="Słowa telefonu.", edit=2)
    sent = {"do": "save", "kind": "idea", "role": "", "text": "Słowa organizatora.", "seen": "1"}
    told = client.post(page, sent).content.decode()
    assert "Słowa telefonu." in told
    assert "Słowa organizatora.</textarea>" in told
    assert Note.objects.get(pk=key).text == "Słowa telefonu."
    client.post(page, sent | {"seen": "2"})
    assert Note.objects.get(pk=key).text == "Słowa organizatora."


def test_theme_with_a_circles_note_is_hidden_from_an_organiser_of_business(session, block, boss, client):
    opened, closed = write(boss, block), write(boss, make_circle(session, Profession.TREASURER))
    theme = services.save_theme(by=boss, session=session, title_pl="Tajny tytuł", notes=[opened, closed])
    outsider = organiser(session.edition)
    make_registration(session, "business", user=outsider)
    client.force_login(outsider)
    for page in (
        at("harvest", session),
        at("harvest_file", session, "json"),
        at("note", session, opened.key),
    ):
        assert "Tajny tytuł" not in client.get(page).content.decode()
    assert client.get(at("theme", session, theme.pk), follow=True).status_code == 404
    free = client.get(at("harvest", session), {"state": "free"}).content.decode()
    assert opened.text in free
    services.place_notes(by=outsider, session=session, notes=[opened], theme=None)
    assert theme.notes.count() == 2


def test_export_is_for_organisers(session, block, client):
    client.force_login(make_registration(session).user)
    assert client.get(at("harvest_file", session, "csv")).status_code in (302, 403)


# ---------- the screen ----------


def test_notes_become_a_theme_by_boxes_and_a_button(session, block, boss, client):
    notes = [write(boss, block, f"Notatka {k}") for k in range(3)]
    client.force_login(boss)
    page = at("harvest", session)
    client.post(page, {"do": "new", "title": "Drzewa", "note": [str(note.key) for note in notes[:2]]})
    theme = session.themes.get()
    assert set(theme.notes.all()) == set(notes[:2])
    assert theme.topic == block.tables.first().topic
    client.post(page, {"do": "place", "theme": theme.pk, "note": str(notes[2].key)})
    client.post(page, {"do": "out", "note": str(notes[0].key)})
    assert set(theme.notes.all()) == set(notes[1:])
    place = {"do": "place", "note": str(notes[0].key)}
    for wrong in (place, place | {"theme": "abc"}, {"do": "new", "note": "-" * 36}, {}):
        assert client.post(page, wrong).status_code == 302
    assert set(theme.notes.all()) == set(notes[1:])


def test_filters_find_what_they_say(session, block, boss, client):
    write(boss, block, "Szukane słowo", kind="idea")
    write(boss, block, "Inne", kind="problem")
    client.force_login(boss)
    page = client.get(at("harvest", session), {"words": "szukane", "kind": "idea", "state": "free"})
    assert "Szukane słowo" in page.content.decode()
    assert "Inne<" not in page.content.decode()


def test_harvest_asks_as_much_for_many_notes_as_for_few(session, block, boss, client):
    client.force_login(boss)

    def asked(number: int) -> int:
        notes = [write(boss, block, f"n{k}") for k in range(number)]
        for note in notes[:3]:
            services.save_theme(by=boss, session=session, title_pl="Temat", notes=[note])
        with CaptureQueriesContext(connection) as queries_:
            client.get(at("harvest", session))
        return len(queries_)

    asked(1)
    few = asked(2)
    assert asked(12) <= few


def test_themes_change_places_and_go_without_their_notes(session, block, boss, client):
    note = write(boss, block)
    first, second = (services.save_theme(by=boss, session=session, title_pl=title) for title in ("A", "B"))
    services.place_notes(by=boss, session=session, notes=[note], theme=second)
    client.force_login(boss)
    client.post(at("theme", session, second.pk), {"do": "up"})
    assert list(session.themes.all()) == [second, first]
    client.post(at("theme", session, second.pk), {"do": "save", "title_pl": "Be"})
    assert session.themes.first().title_pl == "Be"
    client.post(at("theme", session, second.pk), {"do": "delete"})
    assert Note.objects.filter(pk=note.pk).exists()


def test_confirmation_is_taken_back_with_a_reason(session, block, boss, client):
    write(boss, block)
    table, turn = block.tables.first(), block.rounds.first()
    record = services.confirm_record(by=boss, table=table, turn=turn)
    client.force_login(boss)
    client.post(at("notes", session), {"record": record.pk, "reason": " "})
    assert TableRecord.objects.get(pk=record.pk).confirmed_at
    client.post(at("notes", session), {"record": record.pk, "reason": "Zła runda"})
    assert TableRecord.objects.get(pk=record.pk).confirmed_at is None
    assert AuditEntry.objects.get(action="dialogue.reopen_record").data == {"reason": "Zła runda"}


def test_slides_show_the_last_harvest_of_each_table(session, block, boss, client):
    table = block.tables.first()
    for turn, text in zip(block.rounds.all(), ("stare", "1. Pierwszy\n- Drugi\n\n3) 12 drzew"), strict=True):
        services.save_cards(by=boss, table=table, turn=turn, harvest=text)
    client.force_login(make_registration(session, Stakeholder.NGO).user)
    page = client.get(reverse("dialogue:slides", args=[session.edition.year, block.pk])).content.decode()
    assert f"{block.title}" in page
    assert "<li>Pierwszy</li><li>Drugi</li><li>12 drzew</li>" in page
    assert "stare" not in page
    circle = make_circle(session, Profession.TREASURER)
    assert client.get(reverse("dialogue:slides", args=[session.edition.year, circle.pk])).status_code == 404


def test_harvest_that_names_somebody_waits_for_a_check(session, block, boss, client):
    [person] = seat(session, block, local_government=1)
    table, turn = block.tables.first(), block.rounds.first()
    record = services.save_cards(by=boss, table=table, turn=turn, harvest=f"{person.name} nie chce.")
    pages = [reverse("dialogue:records", args=[session.edition.year])]
    pages.append(reverse("dialogue:slides", args=[session.edition.year, block.pk]))
    reader = make_registration(session, "business").user

    def told() -> list[bool]:
        client.force_login(reader)
        return ["nie chce." in client.get(page, {"all": ""}).content.decode() for page in pages]

    assert told() == [False, False]
    client.force_login(boss)
    client.post(at("notes", session), {"record": "abc", "do": "clear"})
    assert TableRecord.objects.get(pk=record.pk).naming == TableRecord.Naming.SUSPECTED
    client.post(at("notes", session), {"record": record.pk, "do": "clear"})
    assert told() == [True, True]
    changed = services.save_cards(by=boss, table=table, turn=turn, harvest=f"{person.name} nie chce.")
    assert changed.naming == TableRecord.Naming.CLEARED
    services.save_cards(by=boss, table=table, turn=turn, harvest=f"A {person.name} nie chce.")
    assert told() == [False, False]


def test_tables_without_a_record_are_listed_once_their_round_has_begun(client):
    yesterday = make_session(day=timezone.localdate() - dt.timedelta(days=1))
    block = make_round_tables(yesterday, rounds=2, tables=2)
    boss = organiser(yesterday.edition)
    write(boss, block)
    client.force_login(boss)
    missing = client.get(at("notes", yesterday)).context["missing"]
    assert [[table.number for table in tables] for _turn, tables in missing] == [[2], [1, 2]]
    soon = timezone.now() + dt.timedelta(hours=1)
    block.rounds.update(starts_at=soon, ends_at=soon + dt.timedelta(minutes=30))
    assert client.get(at("notes", yesterday)).context["missing"] == []


# ---------- the paper twin ----------


def photo(*, size=(300, 200), kind="JPEG", colour="white") -> bytes:
    drawn = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Tajny Aparat"
    Image.new("RGB", size, colour).save(drawn, kind, exif=exif)
    return drawn.getvalue()


@pytest.fixture
def record(session, block, boss):
    return services.prepare_sheets(by=boss, session=session)[0]


def test_sheets_are_made_once_and_printed_one_a_page(session, block, boss, client, record):
    assert TableRecord.objects.count() == 4
    client.force_login(boss)
    for language, words in (("pl", "Runda 1"), ("en", "Round 1")):
        answer = client.post(at("print_sheets", session), {"language": language})
        document = pypdfium2.PdfDocument(answer.content)
        assert len(document) == 4
        assert words.upper() in document[0].get_textpage().get_text_bounded().upper()
    assert TableRecord.objects.count() == 4


def test_photo_arrives_once_without_what_the_camera_wrote(session, record, client):
    address = reverse("dialogue:sheet", args=[session.edition.year, record.sheet_code])
    assert client.get(address).status_code == 200
    for _k in range(2):
        sent = SimpleUploadedFile("s.jpg", photo(size=(3000, 1000)), "image/jpeg")
        assert client.post(address, {"photo": sent}).status_code == 302
    stored = bytes(NoteSheet.objects.get().photo)
    assert b"Tajny" not in stored
    with Image.open(io.BytesIO(stored)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (2400, 800), {})


@pytest.mark.parametrize(
    "sent", [b"%PDF-1.7", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\xff\xd8\xff", b"x"]
)
def test_what_is_no_photo_is_refused_at_its_field(session, record, client, sent):
    address = reverse("dialogue:sheet", args=[session.edition.year, record.sheet_code])
    answer = client.post(address, {"photo": SimpleUploadedFile("s.jpg", sent, "image/jpeg")})
    assert answer.status_code == 422
    assert not NoteSheet.objects.exists()


def test_photo_keeps_nothing_that_hangs_on_it(record):
    sheet = services.attach_sheet(by=None, record=record, sent=photo() + b"<script>alert(1)</script>PK")
    assert b"script" not in bytes(sheet.photo)


def test_file_that_is_too_large_is_not_even_read(session, record, client, monkeypatch):
    monkeypatch.setattr("ratusz.apps.dialogue.forms.harvest.LARGEST", 1000)
    address = reverse("dialogue:sheet", args=[session.edition.year, record.sheet_code])
    answer = client.post(address, {"photo": SimpleUploadedFile("s.jpg", photo(), "image/jpeg")})
    assert answer.status_code == 422
    assert not NoteSheet.objects.exists()


def test_large_files_many_photos_and_closed_phases_are_refused(session, record, boss):
    with pytest.raises(DomainError) as error:
        services.attach_sheet(by=None, record=record, sent=b"x" * (12 * 1024 * 1024 + 1))
    assert error.value.code == "no_photo"
    for k in range(10):
        services.attach_sheet(by=None, record=record, sent=photo(colour=(k, k, k)))
    with pytest.raises(DomainError) as error:
        services.attach_sheet(by=None, record=record, sent=photo(colour="red"))
    assert error.value.code == "too_many"
    session.edition.phases.all().delete()
    with pytest.raises(NotAllowed):
        services.attach_sheet(
            by=None, record=TableRecord.objects.get(pk=record.pk), sent=photo(colour="blue")
        )


def test_page_of_a_sheet_tells_nothing_that_was_written(session, block, record, boss, client):
    write(boss, block, "Tajna notatka")
    page = client.get(reverse("dialogue:sheet", args=[session.edition.year, record.sheet_code]))
    assert "Tajna notatka" not in page.content.decode()
    assert client.get(reverse("dialogue:sheet", args=[session.edition.year, "x"])).status_code == 404


def test_sheet_is_typed_up_beside_its_photo(session, record, boss, client):
    sheet = services.attach_sheet(by=None, record=record, sent=photo())
    client.force_login(boss)
    page = at("sheet", session, sheet.pk)
    assert client.get(page).status_code == 200
    client.post(page, {"kind": "idea", "role": "", "text": "Z papieru."})
    client.post(page, {"do": "done"})
    assert queries.notes_visible_to(boss, session).get().text == "Z papieru."
    assert NoteSheet.objects.get().typed_up_at
    assert client.get(at("sheet_photo", session, sheet.pk))["Content-Type"] == "image/jpeg"
