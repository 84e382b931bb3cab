"""Live updates in one process: after the commit, snapshot first and after a gap, bounded, ended with the right."""

import asyncio
import json

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.test import RequestFactory

from ratusz.apps.core import live

pytestmark = pytest.mark.django_db(transaction=True)


def a_request(user=None):
    request = RequestFactory().get("/live")
    request.user = user or AnonymousUser()
    request.session = SessionStore()
    return request


class Reader:
    """A screen: reads frame after frame."""

    def __init__(self, *channels, first=lambda: {"state": "first"}, allowed=lambda user: True, request=None):
        response = live.stream(request or a_request(), channels, first, allowed=allowed)
        self.frames = response.streaming_content
        self.headers = response.headers

    async def next(self, name=None, seconds=5.0):
        """The next event of that name: its id and data."""
        while True:
            frame = await asyncio.wait_for(anext(self.frames), seconds)
            lines = dict(line.split(": ", 1) for line in frame.decode().strip().splitlines())
            if name in (None, lines["event"]):
                return lines["event"], lines.get("id"), json.loads(lines["data"])

    async def end(self):
        await self.frames.aclose()


def tell(channel, event, data):
    with transaction.atomic():
        live.publish(channel, event, data)


atell = sync_to_async(tell)


def run(story):
    asyncio.run(story())


def listeners():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'ratusz live'")
        return cursor.fetchone()[0]


def test_screen_gets_snapshot_then_events_of_its_channels_alone():
    async def story():
        one, two = Reader("a"), Reader("a", "b")
        for reader in (one, two):
            assert (await reader.next())[0] == "beat"
            name, number, data = await reader.next()
            assert (name, data["state"], number.isdecimal()) == ("snapshot", "first", True)
        await atell("b", "news", {"n": 1})
        await atell("a", "news", {"n": 2})
        assert (await one.next())[2] == {"n": 2}
        assert [(await two.next())[2]["n"] for _ in range(2)] == [1, 2]
        assert await sync_to_async(listeners)() == 1  # one for the process, however many screens
        assert one.headers["X-Accel-Buffering"] == "no"
        await one.end()
        await two.end()
        await asyncio.sleep(0.2)
        assert await sync_to_async(listeners)() == 0

    run(story)
    assert not live._open


def test_nothing_is_told_of_a_transaction_that_is_taken_back():
    def fail():
        with transaction.atomic():
            live.publish("a", "news", {"n": 1})
            transaction.set_rollback(True)

    async def story():
        reader = Reader("a")
        await reader.next("snapshot")
        await sync_to_async(fail)()
        await atell("a", "news", lambda: {"n": 2})
        assert (await reader.next())[2] == {"n": 2}
        await reader.end()

    run(story)


def test_too_large_event_and_full_queue_become_a_snapshot(monkeypatch):
    async def story():
        reader = Reader("a")
        await reader.next("snapshot")
        await atell("a", "news", {"text": "ą" * 5000})
        assert (await reader.next())[0] == "snapshot"
        for number in range(live.QUEUE + 3):
            await atell("a", "news", {"n": number})
        await asyncio.sleep(0.3)
        seen = [await reader.next() for _ in range(2)]
        assert seen[0][0] == "snapshot"
        await reader.end()

    run(story)


def test_snapshot_comes_again_after_postgresql_broke_the_connection(monkeypatch):
    def break_it():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ratusz live'"
            )

    async def story():
        reader = Reader("a")
        await reader.next("snapshot")
        await sync_to_async(break_it)()
        assert (await reader.next("snapshot"))[2]["state"] == "first"
        await atell("a", "news", {"n": 1})
        assert (await reader.next())[2] == {"n": 1}
        await reader.end()

    run(story)


def test_stream_ends_at_the_heartbeat_when_the_right_is_gone(monkeypatch):
    monkeypatch.setattr(live, "BEAT", 0.1)
    answers = iter([True, False])

    async def story():
        reader = Reader("a", allowed=lambda user: next(answers))
        await reader.next("snapshot")
        assert (await reader.next())[0] == "beat"
        assert (await reader.next())[0] == "end"
        with pytest.raises(StopAsyncIteration):
            await reader.next()

    run(story)


def test_one_screen_too_many_is_told_to_wait(monkeypatch):
    monkeypatch.setattr(live, "PER_ADDRESS", 1)

    @sync_to_async
    def another():
        return live.stream(a_request(), ["a"], dict, allowed=lambda user: True)

    async def story():
        reader = Reader("a")
        await reader.next("snapshot")
        answer = await another()
        assert (answer.status_code, answer["Retry-After"]) == (429, "5")
        await reader.end()
        for _try in range(100):  # the stream counts itself out when its generator is closed
            if (await another()).status_code == 200:
                return
            await asyncio.sleep(0.05)
        pytest.fail("the place of a screen that left stays taken")

    run(story)
