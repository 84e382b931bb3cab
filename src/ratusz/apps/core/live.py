"""What happens now, on many screens: NOTIFY after a commit, one LISTEN per web process, Server-Sent Events out.

No client holds a database connection: the process listens once for all of them, and each has a bounded queue. A
client gets a snapshot first, again after any gap (its own lost connection, a restart of PostgreSQL, a full queue),
so that nothing is missed and nothing need be kept.
"""

import asyncio
import contextlib
import copy
import json
import logging
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from functools import partial
from importlib import import_module
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib import auth
from django.core.serializers.json import DjangoJSONEncoder
from django.db import close_old_connections, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import translation

from ratusz.apps.core.ratelimit import caller_of, too_many

log = logging.getLogger("ratusz.live")

CHANNEL = "ratusz_live"
BYTES = 7900  # PostgreSQL carries payloads shorter than 8000 bytes
QUEUE = 64
BEAT = 15.0
BACKOFF = (0.2, 0.5, 1.0, 2.0, 5.0)
# In one process. A venue's Wi-Fi gives hundreds of phones one address; one person has a few screens.
PER_PERSON = 12
PER_ADDRESS = 600

Data = Mapping[str, Any]
Event = tuple[str, str, Any]  # id, name, data
# Not an event: whoever takes it from the queue sends a snapshot.
GAP: Event = ("", "", None)


def publish(channel: str, event: str, data: Data | Callable[[], Data]) -> None:
    """Tells the channel's screens once the transaction is committed; a callable is asked only then.

    Data that PostgreSQL cannot carry are left out, and the screens get a snapshot instead.
    """
    transaction.on_commit(partial(_notify, channel, event, data), robust=True)


def _notify(channel: str, event: str, data: Data | Callable[[], Data]) -> None:
    message = {"c": channel, "i": str(time.time_ns() // 1000), "e": event}
    payload = _json({**message, "d": data() if callable(data) else data})
    if len(payload.encode()) > BYTES:
        payload = _json(message)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder)


class Hub:
    """The one listener of a process, with a bounded queue for each screen that listens to a channel."""

    def __init__(self) -> None:
        self.queues: dict[str, set[asyncio.Queue[Event]]] = defaultdict(set)
        self.task: asyncio.Task[None] | None = None
        self.listening = False

    @contextlib.contextmanager
    def subscribed(self, channels: Collection[str]) -> Iterator[asyncio.Queue[Event]]:
        """A queue with what happens in the channels; it begins with a gap as soon as the process listens."""
        queue: asyncio.Queue[Event] = asyncio.Queue(QUEUE)
        for channel in channels:
            self.queues[channel].add(queue)
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self.listen())
        elif self.listening:
            queue.put_nowait(GAP)
        try:
            yield queue
        finally:
            for channel in channels:
                self.queues[channel].discard(queue)
                if not self.queues[channel]:
                    del self.queues[channel]
            if not self.queues and self.task is not None:
                self.task.cancel()
                self.task, self.listening = None, False

    async def listen(self) -> None:
        """Hands on what PostgreSQL tells, and tries again with a growing pause while it is away."""
        failures = 0
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(autocommit=True, **_address()) as listener:
                    await listener.execute(f"LISTEN {CHANNEL}")
                    self.listening, failures = True, 0
                    self.gap()
                    while True:
                        async for notice in listener.notifies(timeout=30):
                            self.hand_on(notice.payload)
                        await listener.execute("SELECT 1")  # a connection that broke in silence
            except (psycopg.Error, OSError) as error:
                self.listening = False
                if failures == 0:
                    log.warning("live updates wait for the database: %s", error)
                await asyncio.sleep(BACKOFF[min(failures, len(BACKOFF) - 1)])
                failures += 1

    def hand_on(self, payload: str) -> None:
        """Puts an event into the queues of its channel; a queue that is full holds a gap instead."""
        message = json.loads(payload)
        event = (message["i"], message["e"], message["d"]) if "d" in message else GAP
        for queue in self.queues.get(message["c"], ()):
            _put(queue, event)

    def gap(self) -> None:
        """Makes every screen ask for a snapshot: something may have been missed."""
        for queue in set().union(*self.queues.values()):
            _put(queue, GAP)


def _put(queue: asyncio.Queue[Event], event: Event) -> None:
    if event is GAP or queue.full():
        while not queue.empty():
            queue.get_nowait()
        event = GAP
    queue.put_nowait(event)


def _address() -> dict[str, Any]:
    """Where the listener connects: Django's own database, past its pool."""
    known = connection.settings_dict
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    options = {key: value for key, value in known["OPTIONS"].items() if key != "pool"}
    found = {key: str(known[name]) for key, name in named.items() if known[name]}
    return {**options, **found, "connect_timeout": 5, "application_name": "ratusz live"}


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()
_open: Counter[str] = Counter()


def stream(
    request: HttpRequest,
    channels: Collection[str],
    first: Callable[[], Data],
    *,
    allowed: Callable[[Any], bool],
) -> HttpResponseBase:
    """The stream of the channels: a snapshot (`first`), then events, then a snapshot after each gap.

    The view has asked the permission; `allowed` is asked again at every heartbeat with the person as they are
    then (signed out: anonymous), and a stream whose right is gone ends. 429 for one screen too many.
    """
    caller = caller_of(request)
    if _open[caller] >= (PER_PERSON if request.user.is_authenticated else PER_ADDRESS):
        return too_many(request, 5)
    if request.method == "HEAD":
        return HttpResponse(content_type="text/event-stream")
    events = _events(request, caller, channels, first, allowed, translation.get_language() or "pl")
    return StreamingHttpResponse(
        events,
        content_type="text/event-stream",
        # A proxy that collects before it sends would hold every event back.
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(
    request: HttpRequest,
    caller: str,
    channels: Collection[str],
    first: Callable[[], Data],
    allowed: Callable[[Any], bool],
    language: str,
) -> AsyncIterator[str]:
    hub = _hubs.setdefault(asyncio.get_running_loop(), Hub())
    _open[caller] += 1
    try:
        # The middleware's own connection must not live as long as the stream.
        await sync_to_async(close_old_connections)()
        with hub.subscribed(channels) as queue:
            yield f"retry: 2000\n{_frame('', 'beat', _now())}"
            beat = time.monotonic() + BEAT
            while True:
                try:
                    event = await asyncio.wait_for(queue.get(), max(0.0, beat - time.monotonic()))
                except TimeoutError:
                    beat = time.monotonic() + BEAT
                    if not await _in_thread(lambda: allowed(_person_now(request)), language):
                        yield _frame("", "end", {})
                        return
                    yield _frame("", "beat", _now())
                    continue
                if event is GAP:
                    snapshot = await _in_thread(first, language)
                    event = (str(time.time_ns() // 1000), "snapshot", {**snapshot, **_now()})
                yield _frame(*event)
    finally:
        _open[caller] -= 1
        if not _open[caller]:
            del _open[caller]


async def _in_thread(ask: Callable[[], Any], language: str) -> Any:
    """Asks the database in the request's thread and gives the connection back at once."""

    def asked() -> Any:
        try:
            with translation.override(language):
                return ask()
        finally:
            close_old_connections()

    return await sync_to_async(asked)()


def _person_now(request: HttpRequest) -> Any:
    """The person whose session the request carried, as the database knows them now."""
    again = copy.copy(request)
    store = import_module(settings.SESSION_ENGINE).SessionStore
    again.session = store(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    return auth.get_user(again)


def _now() -> dict[str, int]:
    return {"now": time.time_ns() // 1_000_000}


def _frame(number: str, name: str, data: Any) -> str:
    head = f"id: {number}\n" if number else ""
    return f"{head}event: {name}\ndata: {_json(data)}\n\n"
