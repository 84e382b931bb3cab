"""The published day for calendars and conference apps, and the public pages."""

import datetime as dt
import json
from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from icalendar import Calendar

from ratusz.apps.core.errors import NotAllowed
from ratusz.apps.dialogue import services
from ratusz.apps.dialogue.agenda.quality import hints
from ratusz.apps.dialogue.models import Profession, Seat, SeatingPlan, Stakeholder
from tests.dialogue.factories import at, make_circle, make_registration, make_round_tables, make_session
from tests.ranking.factories import organiser

pytestmark = pytest.mark.django_db

EVENT_FIELDS = {
    "guid", "code", "id", "logo", "date", "start", "duration", "room", "slug", "url", "title", "subtitle", "track",
    "type", "language", "abstract", "description", "recording_license", "do_not_record", "persons", "links",
    "attachments",
}  # fmt: skip


@pytest.fixture
def session():
    return make_session(day=dt.date(2026, 6, 17))


@pytest.fixture
def day(session):
    """A circle of treasurers and two rounds at three tables, published once."""
    found = make_circle(session, Profession.TREASURER), make_round_tables(session)
    services.publish_agenda(by=organiser(session.edition), session=session)
    return found


def page(name, session, *args) -> str:
    with translation.override("pl"):
        return reverse(f"dialogue:{name}", args=[session.edition.year, *args])


@pytest.mark.parametrize("name", ["agenda_ics", "schedule_json", "schedule_xml"])
def test_nothing_leaks_before_publication(session, client, name):
    make_round_tables(session)
    assert client.get(page(name, session)).status_code == 404
    text = client.get(page("agenda", session)).content.decode()
    assert "Okrągły stół" not in text
    assert "Pytanie 1?" not in text


def test_working_copy_does_not_leak_after_publication(session, day, client):
    services.save_block(
        by=organiser(session.edition), session=session, block=day[1], title_pl="Niespodzianka"
    )
    for name in ("agenda", "agenda_ics", "schedule_json", "schedule_xml"):
        assert "Niespodzianka" not in client.get(page(name, session)).content.decode()
    assert client.get(page("agenda_block", session, day[1].pk)).status_code == 200


@pytest.mark.parametrize("view", ["list", "rooms", "topics", "nonsense"])
def test_agenda_is_read_in_three_ways(session, day, client, view):
    text = client.get(page("agenda", session), {"view": view}).content.decode()
    assert "Okrągły stół" in text
    assert ("Pytanie 1?" in text) == (view == "topics")


def test_grid_puts_blocks_that_run_together_side_by_side(session, client):
    circle = make_circle(session, Profession.TREASURER)
    other = make_circle(session, Profession.STRATEGY)
    other.room = session.rooms.first()
    other.ends_at = at(session, 9, 30)
    other.rounds.update(ends_at=other.ends_at)
    other.save()
    services.publish_agenda(by=organiser(session.edition), session=session)
    text = client.get(page("agenda", session), {"view": "rooms"}).content.decode()
    assert text.count('rowspan="2"') == 1
    assert text.count('rowspan="1"') == 1
    assert circle.title_pl in text


def test_calendar_keeps_uids_and_counts_versions(session, day, client):
    first = Calendar.from_ical(client.get(page("agenda_ics", session)).content)
    services.move_block(
        by=organiser(session.edition), block=day[0], starts_at=at(session, 9, 30), room=day[0].room
    )
    services.publish_agenda(by=organiser(session.edition), session=session)
    second = Calendar.from_ical(client.get(page("agenda_ics", session)).content)
    one, two = (list(feed.walk("VEVENT")) for feed in (first, second))
    assert [event["uid"] for event in one] == [event["uid"] for event in two]
    assert {event["sequence"] for event in one} == {0}
    assert {event["sequence"] for event in two} == {1}
    assert two[0].decoded("dtstart").isoformat() == "2026-06-17T09:30:00+02:00"
    assert [zone["tzid"] for zone in second.walk("VTIMEZONE")] == ["Europe/Warsaw"]


def test_schedule_json_has_the_fields_that_apps_read(session, day, client):
    found = json.loads(client.get(page("schedule_json", session)).content)["schedule"]
    conference = found["conference"]
    assert found["version"] == "1"
    assert conference["daysCount"] == len(conference["days"]) == 1
    assert conference["time_zone_name"] == "Europe/Warsaw"
    [one_day] = conference["days"]
    events = [event for events in one_day["rooms"].values() for event in events]
    assert [set(event) for event in events] == [EVENT_FIELDS] * 2
    assert {room["name"] for room in conference["rooms"]} == set(one_day["rooms"])
    tables = next(event for event in events if event["title"] == "Okrągły stół")
    assert (tables["start"], tables["duration"], tables["date"]) == (
        "11:00",
        "01:00",
        "2026-06-17T11:00:00+02:00",
    )
    assert tables["persons"] == []


def test_schedule_xml_holds_the_same_events(session, day, client):
    events = json.loads(client.get(page("schedule_json", session)).content)["schedule"]["conference"]["days"][
        0
    ]
    root = ET.fromstring(client.get(page("schedule_xml", session)).content)
    assert root.tag == "schedule"
    assert [child.tag for child in root][:3] == ["generator", "version", "conference"]
    found = {event.get("guid"): event.findtext("title") for event in root.iter("event")}
    assert found == {event["guid"]: event["title"] for events in events["rooms"].values() for event in events}
    assert root.findtext("conference/base_url")


@pytest.fixture
def planned(session, day):
    """A treasurer and a firm with a seat in the first round; the treasurer sits in the circle too."""
    treasurer = make_registration(session)
    firm = make_registration(session, Stakeholder.BUSINESS)
    plan = SeatingPlan.objects.create(
        session=session, number=1, state="published", published_at=timezone.now()
    )
    for person in (treasurer, firm):
        Seat.objects.create(
            plan=plan, round=day[1].rounds.first(), table=day[1].tables.first(), registration=person
        )
    Seat.objects.create(
        plan=plan, round=day[0].rounds.get(), table=day[0].tables.get(), registration=treasurer
    )
    return treasurer, firm


def test_own_day_shows_own_tables_and_no_circle_of_others(session, planned, client):
    treasurer, firm = planned
    client.force_login(treasurer.user)
    assert "Krąg" in client.get(page("own_agenda", session)).content.decode()
    client.force_login(firm.user)
    text = client.get(page("own_agenda", session)).content.decode()
    assert "Krąg" not in text
    assert "Pytanie 1?" in text


def test_own_feed_is_secret_personal_and_revocable(session, planned, client):
    treasurer, firm = planned
    with pytest.raises(NotAllowed):
        services.renew_feed(by=firm.user, registration=treasurer)
    feed = services.renew_feed(by=treasurer.user, registration=treasurer)
    address = reverse("dialogue:own_feed", args=[feed.code])
    events = Calendar.from_ical(client.get(address).content).walk("VEVENT")
    assert [str(event["summary"]).endswith("1") for event in events] == [True, True]
    services.renew_feed(by=treasurer.user, registration=treasurer)
    assert client.get(address).status_code == 404
    treasurer.refresh_from_db()
    address = reverse("dialogue:own_feed", args=[treasurer.feed.code])
    services.end_feed(by=treasurer.user, registration=treasurer)
    assert client.get(address).status_code == 404


def test_strangers_have_no_day_of_their_own(session, day, client):
    client.force_login(organiser(session.edition))
    assert client.get(page("own_agenda", session)).status_code == 404


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Jak do 2028 r. obniżyć koszt ogrzewania szkół, nie zamykając żadnej z nich?", 0),
        ("Nie mamy problemów.", 4),
        ("Lepsze miasto dla wszystkich", 3),
        ("Jak pomóc Janowi, tel. 600 700 800, do 2027 r. znaleźć mieszkanie w centrum?", 1),
    ],
)
def test_hints_on_a_question(text, number):
    assert len(hints(text)) == number
