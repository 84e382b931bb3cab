"""The live picture: provisional, calm, told when it is late, and behind the walls of its conversation."""

import datetime as dt
import uuid

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from procrastinate.contrib.django.models import ProcrastinateJob

from ratusz.apps.debate import queries, services
from ratusz.apps.debate.models import LivePicture, Participant, Statement, Vote
from ratusz.apps.debate.services import live
from ratusz.apps.debate.views.who import COOKIE
from ratusz.apps.editions.tasks_board import board_of
from ratusz.engines.contracts import EngineError
from tests.debate.factories import make_conversation
from tests.editions.factories import make_user

pytestmark = pytest.mark.django_db


def camps(conversation, people=40, statements=10, seed=0, first=1):
    """Two camps that disagree on every statement, written straight into the log."""
    dice = np.random.default_rng(seed)
    for number in range(conversation.statements.count() + 1, statements + 1):
        Statement.objects.create(
            conversation=conversation, number=number, text_pl=f"Zdanie {number}.", state="accepted"
        )
    said = list(conversation.statements.order_by("number"))
    rows = [
        Participant(conversation=conversation, number=n, digest=f"{n:064d}")
        for n in range(first, first + people)
    ]
    Participant.objects.bulk_create(rows)
    votes = [
        Vote(
            key=uuid.uuid4(), participant=one, statement=statement, cast_at=timezone.now(),
            value=(1 if (one.number + k) % 2 else -1) * (1 if dice.random() < 0.9 else -1),
        )
        for one in rows
        for k, statement in enumerate(said)
        if dice.random() < 0.9
    ]  # fmt: skip
    Vote.objects.bulk_create(votes)
    return rows


@pytest.fixture(autouse=True)
def english():
    """What is told is told in English here."""
    with translation.override("en"):
        yield


@pytest.fixture
def conversation():
    return make_conversation()


def test_picture_follows_the_votes_and_groups_keep_their_names(conversation):
    camps(conversation)
    assert [one.pk for one in queries.conversations_to_paint()] == [conversation.pk]
    first = services.paint(conversation)
    assert queries.conversations_to_paint() == []
    assert (first.number, first.content["people"], len(first.content["groups"])) == (1, 40, 2)
    assert first.last_vote == Vote.objects.latest("pk").pk
    camps(conversation, people=10, seed=1, first=41)
    second = services.paint(conversation)
    before, now = first.memory["people"], second.memory["people"]
    assert second.content["people"] == 50
    assert all(before[one][2] == now[one][2] for one in before)
    assert all(abs(before[one][k] - now[one][k]) < 0.2 for one in before for k in (0, 1))


def test_pictures_show_no_pseudonyms(conversation):
    camps(conversation)
    picture = services.paint(conversation)
    assert set(picture.content["groups"][0]) == {"people", "typical"}
    assert sorted(picture.content["map"]) == picture.content["map"]
    assert set(queries.pulse_of(conversation)) == {"number", "computed_at", "last_vote", "late", "open"}


def test_too_few_people_give_no_picture(conversation):
    camps(conversation, people=4)
    picture = services.paint(conversation)
    assert (picture.content, picture.memory) == ({}, {})


def test_rejected_statement_changes_the_picture(conversation):
    camps(conversation)
    services.paint(conversation)
    conversation.statements.filter(number=1).update(state="rejected", decided_at=timezone.now())
    assert queries.conversations_to_paint()
    numbers = {row["statement"] for row in services.paint(conversation).content["statements"]}
    assert 1 not in numbers


def test_failure_keeps_the_last_picture_and_is_told(conversation, monkeypatch):
    camps(conversation)
    services.paint(conversation)
    assert not queries.is_late(conversation, queries.picture_of(conversation))
    camps(conversation, people=1, first=41)

    def broken(votes, memory):
        raise EngineError("votes", 1, "cannot be computed", "look at the log")

    monkeypatch.setattr(live.picture, "opinions_now", broken)
    assert services.paint(conversation) is None
    kept = queries.picture_of(conversation)
    assert (kept.number, kept.content["people"]) == (1, 40)
    assert kept.failure.startswith("EngineError")
    assert queries.late_conversations(conversation.edition) == [conversation]
    assert queries.conversations_to_paint() == []  # it rests before it is tried again
    monkeypatch.undo()
    assert services.paint(conversation).failure == ""
    assert queries.late_conversations(conversation.edition) == []


def test_vote_that_waits_too_long_makes_the_picture_late(conversation, monkeypatch):
    camps(conversation)
    picture = services.paint(conversation)
    camps(conversation, people=1, first=41)
    assert not queries.is_late(conversation, picture)
    monkeypatch.setattr(queries.live, "LATE", dt.timedelta(0))
    assert queries.is_late(conversation, picture)


def test_votes_in_quick_succession_ask_once(conversation, monkeypatch):
    monkeypatch.setattr(live, "_last", {})
    for _turn in range(3):
        services.ask_for_picture(conversation.pk)
    monkeypatch.setattr(live, "_last", {})
    services.ask_for_picture(conversation.pk)
    assert ProcrastinateJob.objects.filter(task_name="debate.paint", status="todo").count() == 1


def test_painter_paints_until_the_votes_are_all_in(conversation, monkeypatch):
    monkeypatch.setattr(live, "LINGER", 0.05)
    monkeypatch.setattr(live, "CADENCE", 0.0)
    camps(conversation)
    assert services.keep_painting() == 1
    assert services.keep_painting() == 0
    assert LivePicture.objects.get().number == 1


def test_map_shows_groups_in_words_and_only_to_me_where_i_stand(client, conversation):
    camps(conversation)
    join = services.join(user=None, key="k" * 32, conversation=conversation)
    for statement in conversation.statements.all():
        services.cast_vote(participant=join, statement=statement, value=1, key=uuid.uuid4())
    services.paint(conversation)
    address = f"/en/debate/{conversation.edition.year}/{conversation.slug}/"
    theirs = client.get(f"{address}map/").content.decode()
    assert "Group" in theirs
    assert "Provisional" in theirs
    assert "you will see where you stand" in theirs
    assert "debate-ring" not in theirs
    client.cookies[COOKIE] = "k" * 32
    mine = client.get(f"{address}map/").content.decode()
    assert "You are here." in mine
    assert mine.count('class="debate-ring"') == 1
    with CaptureQueriesContext(connection) as found:
        said = client.get(f"{address}map/?json").json()
    assert len(found) <= 9
    assert set(said) == {"drawn", "here", "pulse"}
    hall = client.get(f"{address}hall/").content.decode()
    assert "provisional" in hall
    assert "debate-ring" not in hall


def test_late_picture_is_told_on_the_pages_and_to_the_organiser(client, conversation):
    camps(conversation)
    LivePicture.objects.filter(pk=services.paint(conversation).pk).update(
        failed_at=timezone.now(), failure="Worn"
    )
    edition = conversation.edition
    for screen in ("map", "hall"):
        page = client.get(f"/en/debate/{edition.year}/{conversation.slug}/{screen}/").content.decode()
        assert "The computation is behind: this is the picture of" in page
    organiser = make_user("organiser", edition=edition)
    tasks, _outcomes = board_of(organiser, edition)
    assert any("behind" in str(task.title) for task in tasks)
    assert not any("behind" in str(task.title) for task in board_of(make_user(), edition)[0])


def test_closed_conversation_leads_to_its_results(client, conversation):
    camps(conversation)
    services.paint(conversation)
    type(conversation).objects.update(closes_at=timezone.now())
    page = client.get(f"/en/debate/{conversation.edition.year}/{conversation.slug}/map/").content.decode()
    assert "/results/" in page
    assert "Provisional:" not in page
