"""A real web server: an update is on every screen, and a killed server loses no arrival."""

import contextlib
import json
import threading
import time
import uuid

import httpx
import psutil
import pytest
from django.db import connection
from django.urls import reverse

from ratusz.apps.dialogue import services
from ratusz.apps.dialogue.models import CheckIn, Registration
from ratusz.apps.dialogue.queries import day
from tests.dialogue.factories import make_registration, make_round_tables, make_session
from tests.dialogue.web import Web, cookies_of
from tests.editions.factories import make_user
from tests.ranking.factories import organiser

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def web(tmp_path):
    site = Web(tmp_path)
    yield site
    with contextlib.suppress(psutil.Error):
        site.kill()


def events(response):
    """The events of a stream: name, data."""
    name = ""
    for line in response.iter_lines():
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            yield name, json.loads(line[6:])


def connections():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]


def test_change_is_on_every_screen(web):
    session = make_session()
    block = make_round_tables(session)
    boss = organiser(session.edition)
    hall = services.open_hall(session)
    address = reverse("dialogue:hall_display_live", args=[session.edition.year, hall.display_code])
    web.wait()
    screens, seen, ready = 40, [], threading.Semaphore(0)

    def look():
        with httpx.stream("GET", web.address + address, timeout=30) as answer:
            assert answer.headers["Content-Type"] == "text/event-stream"
            for name, data in events(answer):
                if name == "snapshot":
                    ready.release()
                elif name == "hall":
                    seen.append(data["block"]["pl"])
                    return

    threads = [threading.Thread(target=look, daemon=True) for _ in range(screens)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert ready.acquire(timeout=20)
    # One LISTEN for each worker and what is left of the pools: no connection for each screen.
    assert connections() < screens
    services.show_in_hall(
        by=boss, session=session, version=hall.version, block=block, turn=block.rounds.first()
    )
    for thread in threads:
        thread.join(10)
    assert len(seen) == screens
    # Screens that are still open do not hold the server back from stopping.
    with httpx.stream("GET", web.address + address, timeout=30) as answer:
        next(events(answer))
        assert web.stop() < 12


def test_ten_phones_check_250_people_in_through_a_killed_server(web):
    session = make_session()
    one = make_registration(session)
    people = [one.pk] + [
        person.pk
        for person in Registration.objects.bulk_create(
            Registration(
                session=session, user=None, name=f"Osoba {k}", email=f"guest{k}@example.org",
                stakeholder="expert", state="cancelled",
            )
            for k in range(249)
        )
    ]  # fmt: skip
    users = [make_user() for _ in people[1:]]
    for pk, user in zip(people[1:], users, strict=True):
        Registration.objects.filter(pk=pk).update(user=user, state="registered")
    cookies = cookies_of(make_user("steward", edition=session.edition))
    address = web.address + reverse("dialogue:check_in_note", args=[session.edition.year])
    page = web.address + reverse("dialogue:check_in", args=[session.edition.year])
    web.wait()
    answers, retries, done, opened = [], [], threading.Event(), threading.Barrier(10)

    def phone(number):
        """What the page does: an act stays in the queue, with its key, until the server has answered."""
        with httpx.Client(cookies=cookies, timeout=10) as client:
            token = (
                client.get(page, timeout=60)
                .text.partition('name="csrfmiddlewaretoken" value="')[2]
                .partition('"')[0]
            )
            headers = {"X-CSRFToken": token}
            opened.wait(90)
            for pk in people[number::10]:
                act = {"key": str(uuid.uuid4()), "registration": pk, "desk": f"desk {number}"}
                while not done.is_set():
                    try:
                        answer = client.post(address, json=act, headers=headers)
                        if answer.status_code < 500:
                            answers.append((answer.status_code, answer.json()))
                            break
                    except httpx.HTTPError:
                        retries.append(number)
                    time.sleep(0.2)

    threads = [threading.Thread(target=phone, args=[number], daemon=True) for number in range(10)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 90
    while len(answers) < 60:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    web.kill()
    web.start()
    for thread in threads:
        thread.join(60)
    done.set()
    assert len(answers) == 250
    assert {(status, told.get("again")) for status, told in answers} == {(200, False)}
    assert CheckIn.objects.count() == 250
    assert day.arrivals(session) == {"registered": 250, "present": 250}
    assert retries
