"""The live picture: the worker paints it while people vote, and tells the screens.

A vote asks for a picture. One job at a time paints all open conversations, at most once a second each, and lingers a
little, so that votes in quick succession need no job of their own.
"""

import logging
import threading
import time

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from ratusz.apps.core import live
from ratusz.apps.core.lifeline import lifeline_if_free
from ratusz.apps.debate import picture, queries, results
from ratusz.apps.debate.models import Conversation, LivePicture
from ratusz.engines.contracts import EngineError

log = logging.getLogger("ratusz.debate")

LOCK_SPACE = int.from_bytes(b"dbtl")
LOCK = "debate.paint"
# Seconds. ASK is shorter than LINGER: whoever asks less often than each vote still finds the painter at work.
ASK = 0.5
LINGER = 2.0
CADENCE = 1.0
AT_MOST = 7.0  # a job ends before the worker's patience at a stop
PULSE = 5.0

_asking = threading.Lock()
_last: dict[int, float] = {}  # by conversation when it pulsed; at EVERYBODY when a picture was asked for
EVERYBODY = 0


def ask_for_picture(conversation_id: int) -> None:
    """Lets the worker paint soon, and tells the screens every few seconds how the votes stand; cheap to call often."""
    with _asking:
        asks = _due(EVERYBODY, ASK)
        pulses = _due(conversation_id, PULSE)
    if asks:
        enqueue()
    if pulses:
        conversation = Conversation.objects.get(pk=conversation_id)
        live.publish(channel_of(conversation), "pulse", lambda: queries.pulse_of(conversation))


def _due(key: int, seconds: float) -> bool:
    now = time.monotonic()
    if now - _last.get(key, -seconds) < seconds:
        return False
    _last[key] = now
    return True


def enqueue() -> None:
    """Puts the job into the queue unless it waits there already."""
    from ratusz.apps.debate import tasks  # the tasks call this module

    if ProcrastinateJob.objects.filter(queueing_lock=LOCK, status="todo").exists():
        return
    try:
        with transaction.atomic():
            tasks.paint.defer()
    except AlreadyEnqueued:
        pass


def channel_of(conversation: Conversation) -> str:
    """The channel of the conversation's screens."""
    return f"debate:{conversation.pk}"


def keep_painting() -> int:
    """Paints while votes come, and returns the number of pictures; another painter at work is left alone."""
    painted = 0
    with lifeline_if_free(LOCK_SPACE, 0) as free:
        if not free:
            return 0
        began = quiet = time.monotonic()
        while time.monotonic() - quiet < LINGER and time.monotonic() - began < AT_MOST:
            turn = time.monotonic()
            due = queries.conversations_to_paint()
            for conversation in due:
                painted += paint(conversation) is not None
            if due:
                quiet = time.monotonic()
            time.sleep(max(0.05, CADENCE - (time.monotonic() - turn)))
    # What came between the last look and here.
    if queries.conversations_to_paint():
        enqueue()
    return painted


def paint(conversation: Conversation) -> LivePicture | None:
    """Computes the picture from the votes so far; None where that fails, which stands in the row for the organiser."""
    began = time.monotonic()
    known, _new = LivePicture.objects.get_or_create(conversation=conversation)
    try:
        seen = queries.votes_seen(conversation)
        votes = results.votes_of(conversation)
        enough = votes.shape[0] >= results.FEWEST
        opinions = picture.opinions_now(votes, known.memory) if enough else None
    except (EngineError, ArithmeticError, ValueError, MemoryError) as error:
        log.exception("the live picture of conversation %s cannot be computed", conversation.pk)
        known.failed_at, known.failure = timezone.now(), f"{type(error).__name__}: {error}"[:120]
        known.save(update_fields=["failed_at", "failure"])
        live.publish(channel_of(conversation), "pulse", lambda: queries.pulse_of(conversation))
        return None
    known.content = picture.shown_of(opinions) if opinions else {}
    known.memory = picture.memory_of(opinions) if opinions else {}
    known.number += 1
    known.computed_at, known.failed_at, known.failure = timezone.now(), None, ""
    known.seen, known.last_vote = seen
    known.seconds = round(time.monotonic() - began, 3)
    known.save()
    live.publish(channel_of(conversation), "picture", lambda: queries.pulse_of(conversation))
    return known
