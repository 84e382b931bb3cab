"""What the phone sends in the background: every vote once, whatever happens to the answer."""

import json
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ratusz.apps.debate import services
from ratusz.apps.debate.models import Conversation, Participant, Statement, Vote
from ratusz.apps.debate.views import who
from ratusz.apps.debate.views.who import COOKIE
from tests.debate.factories import make_conversation

pytestmark = pytest.mark.django_db
ME = "k" * 32


@pytest.fixture
def conversation():
    return make_conversation()


def at(name, conversation):
    return reverse(f"debate:{name}", args=[conversation.edition.year, conversation.slug])


def a_vote(number=1, value=1, **fields):
    return {"key": str(uuid.uuid4()), "statement": number, "value": value} | fields


def send(client, conversation, *votes, **fields):
    sent = json.dumps({"votes": list(votes)} | fields)
    return client.post(at("votes", conversation), sent, content_type="application/json")


def test_batch_arrives_once_in_the_order_of_voting(client, conversation):
    batch = [a_vote(1, 1), a_vote(2, -1, important=True), a_vote(1, 0)]
    for _turn in range(2):
        assert send(client, conversation, *batch).json() == {"votes": [{"key": one["key"]} for one in batch]}
    assert list(Vote.objects.order_by("pk").values_list("statement__number", "value", "important")) == [
        (1, 1, False), (2, -1, True), (1, 0, False),
    ]  # fmt: skip
    assert Participant.objects.count() == 1


def test_answer_that_was_lost_makes_nobody_two_people(conversation):
    vote = a_vote()
    for _turn in range(2):  # the first answer, and the cookie in it, never came
        answer = send(Client(), conversation, vote, me=ME)
        assert answer.json() == {"votes": [{"key": vote["key"]}]}
    assert answer.cookies[COOKIE].value == ME
    assert (Vote.objects.count(), Participant.objects.count()) == (1, 1)


def test_wrong_vote_does_not_lose_the_others(client, conversation):
    conversation.statements.filter(number=3).update(state=Statement.State.REJECTED)
    good = a_vote(2)
    wrong = [a_vote(3), a_vote(1, 7), a_vote("1"), a_vote(1, True), {"key": "x"}, 5, a_vote(10**30)]
    answers = send(client, conversation, *wrong, good).json()["votes"]
    assert [bool(one.get("error")) for one in answers] == [True] * len(wrong) + [False]
    assert list(Vote.objects.values_list("statement__number", flat=True)) == [2]


def test_vote_on_a_statement_merged_meanwhile_counts(client, conversation):
    target = conversation.statements.get(number=1)
    conversation.statements.filter(number=2).update(state=Statement.State.MERGED, merged_into=target)
    assert "error" not in send(client, conversation, a_vote(2)).json()["votes"][0]


def test_key_of_somebody_else_is_refused(client, conversation):
    vote = a_vote()
    send(Client(), conversation, vote)
    assert send(client, conversation, vote).json()["votes"][0]["error"]
    assert Vote.objects.count() == 1


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"votes": 5}', '{"votes": []}', '{"votes": [' + "1," * 60 + "1]}"]
)
def test_what_is_no_batch_is_not_understood(client, conversation, body):
    assert client.post(at("votes", conversation), body, content_type="application/json").status_code == 400


def test_vote_after_the_end_is_told(client, conversation):
    Conversation.objects.update(closes_at=timezone.now())
    answer = send(client, conversation, a_vote())
    assert (answer.status_code, answer.json()["error"]) == (409, "not_open")
    assert not Vote.objects.exists()


def test_people_of_one_address_do_not_wait_for_each_other(conversation, monkeypatch):
    monkeypatch.setattr(who, "VOTES", "2/m")
    ala, olo = Client(), Client()
    assert [send(ala, conversation, a_vote()).status_code for _turn in range(3)] == [200, 200, 429]
    refused = send(ala, conversation, a_vote())
    assert int(refused["Retry-After"]) > 0
    assert send(olo, conversation, a_vote()).status_code == 200


def test_address_from_which_very_many_join_waits(conversation, monkeypatch):
    monkeypatch.setattr(who, "JOINS", "1/h")
    assert [send(Client(), conversation, a_vote()).status_code for _turn in range(2)] == [200, 429]


def test_next_statements_leave_out_what_was_voted_on_and_what_the_phone_holds(client, conversation):
    send(client, conversation, a_vote(1))
    answer = client.get(at("next", conversation), {"has": "2,x"}).json()["statements"]
    assert {one["number"] for one in answer} == {3, 4}
    assert answer[0]["language"] == "pl"


def test_vote_costs_few_queries(client, conversation):
    send(client, conversation, a_vote(1))
    with CaptureQueriesContext(
        connection,
    ) as found:
        send(client, conversation, a_vote(2))
    for query in found.captured_queries:
        print(query["sql"][:160])
    assert len(found) <= 3


def test_ballots_of_two_conversations_do_not_mix(conversation):
    other = make_conversation(edition=conversation.edition, slug="inna")
    one = services.join(user=None, key="ala", conversation=conversation)
    ballot = services.Ballot(uuid.uuid4(), other.statements.first(), 1)
    with pytest.raises(services.voting.DomainError):
        services.cast_votes(participant=one, ballots=[ballot])
