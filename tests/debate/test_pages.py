"""The pages of a conversation: voting without JavaScript, one's own statement, and who sees what."""

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from ratusz.apps.debate.models import Statement, Vote
from ratusz.apps.debate.views.who import COOKIE
from tests.debate.factories import cast, make_conversation
from tests.dialogue import factories as dialogue
from tests.editions.factories import make_user
from tests.ranking.factories import organiser as an_organiser

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation():
    return make_conversation()


def at(name, conversation, language="en"):
    with translation.override(language):
        return reverse(f"debate:{name}", args=[conversation.edition.year, conversation.slug])


def vote(client, conversation, number, value, **fields):
    sent = {"statement": number, "value": value, "key": uuid.uuid4()} | fields
    return client.post(at("vote", conversation), sent, follow=True)


def test_visitor_votes_on_one_statement_after_the_other(client, conversation):
    page = client.get(at("conversation", conversation))
    assert "You have voted on 0 statements; 4 remain." in " ".join(page.content.decode().split())
    assert COOKIE not in page.cookies  # whoever only reads is not followed
    for number in (1, 2, 3, 4):
        page = vote(client, conversation, number, 1)
    assert "You have voted on everything" in page.content.decode()
    assert conversation.participants.count() == 1
    assert client.cookies[COOKIE]["httponly"]
    assert client.cookies[COOKIE]["samesite"] == "Lax"


def test_vote_is_changed_from_the_list_of_own_votes(client, conversation):
    vote(client, conversation, 2, 1, important="on")
    own = client.get(at("own", conversation)).content.decode()
    assert "Parking in the centre should cost more." in own
    assert "important to me" in own
    page = client.get(at("conversation", conversation), {"statement": 2}).content.decode()
    assert "Your vote so far: Agree" in page
    vote(client, conversation, 2, -1)
    assert "Disagree" in client.get(at("own", conversation)).content.decode()


def test_page_sent_twice_is_one_vote(client, conversation):
    key = uuid.uuid4()
    for _turn in range(2):
        vote(client, conversation, 1, 1, key=key)
    assert Vote.objects.count() == 1


@pytest.mark.parametrize(
    "sent", [{"value": "7"}, {"value": ""}, {"statement": "99"}, {"statement": "x"}, {"statement": "9" * 40}]
)
def test_broken_vote_is_told_and_not_stored(client, conversation, sent):
    sent = {"statement": "1", "value": "1", "key": uuid.uuid4()} | sent
    page = client.post(at("vote", conversation), sent, follow=True)
    assert page.status_code == 200
    assert "is no vote" in page.content.decode() or "no longer open" in page.content.decode()
    assert not Vote.objects.exists()


def test_vote_without_a_key_is_not_understood(client, conversation):
    assert vote(client, conversation, 1, 1, key="x").status_code == 404


@pytest.mark.parametrize("number", ["x", "-1", "0", "²", "9" * 40])
def test_odd_address_shows_another_statement(client, conversation, number):
    assert client.get(at("conversation", conversation), {"statement": number}).status_code == 200


def test_own_statement_shows_those_like_it_and_keeps_what_was_typed(client, conversation):
    for number in (1, 2):
        vote(client, conversation, number, 1)
    text = "Plant trees along the streets"
    key = uuid.uuid4()
    page = client.post(at("suggest", conversation), {"text": text, "key": key})
    body = page.content.decode()
    assert "say nearly the same" in body
    assert "The city should plant trees along every street." in body
    assert f"{text}</textarea>" in body
    assert str(key) in body
    client.post(at("suggest", conversation), {"text": text, "key": key, "still": "1"})
    assert Statement.objects.get(is_seed=False).text_en == text
    assert "waiting" in client.get(at("own", conversation)).content.decode()


def test_statement_that_is_too_long_is_told_at_its_field_and_kept(client, conversation):
    for number in (1, 2):
        vote(client, conversation, number, 1)
    page = client.post(at("suggest", conversation), {"text": "x" * 141, "key": uuid.uuid4()})
    assert page.status_code == 422
    assert "141 characters; at most 140 fit" in page.content.decode()
    assert "x" * 141 in page.content.decode()


def test_shut_conversation_is_read_and_not_voted_on(client, conversation):
    conversation.closes_at = conversation.opens_at.replace(year=conversation.opens_at.year - 1)
    conversation.opens_at = conversation.closes_at.replace(year=conversation.closes_at.year - 1)
    conversation.save()
    assert "Voting is open from" in client.get(at("conversation", conversation)).content.decode()
    assert "not open now" in vote(client, conversation, 1, 1).content.decode()
    assert not Vote.objects.exists()


def test_conversation_that_is_not_open_yet_is_seen_by_organisers_alone(client, conversation):
    conversation.opens_at = conversation.closes_at - (conversation.closes_at - conversation.opens_at) / 4
    conversation.save()
    assert client.get(at("conversation", conversation)).status_code == 404
    client.force_login(an_organiser(conversation.edition))
    assert client.get(at("conversation", conversation)).status_code == 200


def test_conversation_for_accounts_asks_for_one(client, conversation):
    conversation.audience = "signed_in"
    conversation.save()
    assert client.get(at("conversation", conversation)).status_code == 404
    client.force_login(make_user())
    vote(client, conversation, 1, 1)
    assert COOKIE not in client.cookies
    assert Vote.objects.count() == 1


def test_every_address_of_a_circle_is_closed_to_others(client):
    session = dialogue.make_session()
    circle = dialogue.make_circle(session, "mayor")
    conversation = make_conversation(edition=session.edition, audience="circle", circle=circle)
    firm = dialogue.make_registration(session, "business")
    mayor = dialogue.make_registration(session, profession="mayor")
    with translation.override("en"):
        listed = reverse("debate:conversations", args=[session.edition.year])
    outsiders = [client, Client(), Client()]
    outsiders[1].force_login(firm.user)
    outsiders[2].force_login(make_user())
    for outsider in outsiders:
        for name in ("conversation", "own", "results", "moderation", "map", "hall", "live", "next"):
            assert outsider.get(at(name, conversation)).status_code == 404
        for name in ("vote", "votes", "suggest"):
            assert outsider.post(at(name, conversation), {"statement": 1}).status_code == 404
        assert conversation.question_en not in outsider.get(listed).content.decode()
    client.force_login(mayor.user)
    assert conversation.question_en in client.get(listed).content.decode()
    assert client.get(at("conversation", conversation)).status_code == 200


def test_log_of_moderation_is_public(client, conversation):
    Statement.objects.create(
        conversation=conversation, number=9, text_pl="Reklama firmy.", state="rejected", reason_pl="Reklama.",
        decided_at=conversation.opens_at,
    )  # fmt: skip
    body = client.get(at("moderation", conversation, "pl")).content.decode()
    assert "Reklama." in body
    assert "Reklama firmy" not in body  # what broke the rules is not spread here


@pytest.mark.parametrize("language", ["pl", "en"])
def test_pages_are_whole_in_both_languages(client, conversation, language):
    for name in ("conversation", "own", "moderation"):
        assert client.get(at(name, conversation, language)).status_code == 200


def test_page_asks_the_database_as_often_for_many_votes_as_for_few(client, conversation):
    def asked():
        client.get(at("conversation", conversation))
        with CaptureQueriesContext(connection) as captured:
            client.get(at("conversation", conversation))
        return len(captured)

    few = asked()
    for person in range(12):
        for number in (1, 2, 3):
            cast(conversation, f"v{person}", number, 1)
    assert asked() <= few
    assert few <= 20


# The organiser's panel


@pytest.fixture
def organiser(client, conversation):
    person = an_organiser(conversation.edition)
    client.force_login(person)
    return person


def panel(name, conversation, *more):
    return reverse(f"debate_admin:{name}", args=[conversation.edition.year, *more])


def test_organiser_opens_a_conversation_and_adds_a_statement(client, conversation, organiser):
    page = client.get(panel("new", conversation))
    assert page.status_code == 200
    sent = {
        "question_pl": "Jak grzać?", "audience": "everybody", "opens_at": "2026-01-01T10:00",
        "closes_at": "2026-02-01T10:00", "statement_length": "140", "votes_first": "3", "moderation": "before",
    }  # fmt: skip
    refused = client.post(panel("new", conversation), sent | {"closes_at": "2025-02-01T10:00"})
    assert refused.status_code == 200
    assert "Jak grzać?" in refused.content.decode()
    assert client.post(panel("new", conversation), sent, follow=True).status_code == 200
    made = conversation.edition.conversations.get(slug="jak-grzac")
    client.post(panel("statements", made, made.pk), {"text_pl": "Pompami ciepła."})
    assert made.statements.get().text_pl == "Pompami ciepła."
    assert "jak-grzac" not in client.get(panel("overview", made)).content.decode()


def test_moderator_accepts_rejects_and_merges(client, conversation, organiser):
    waiting = [
        Statement.objects.create(conversation=conversation, number=number, text_pl=f"Nowe {number}.")
        for number in (7, 8, 9)
    ]
    do = {"seen": "pending"}
    client.post(panel("statement", conversation, conversation.pk, 7), do | {"do": "accept"})
    client.post(
        panel("statement", conversation, conversation.pk, 8), do | {"do": "reject", "reason_pl": "Obraża."}
    )
    client.post(panel("statement", conversation, conversation.pk, 9), do | {"do": "merge", "into": "1"})
    states = []
    for one in waiting:
        one.refresh_from_db()
        states.append(one.state)
    assert states == ["accepted", "rejected", "merged"]
    late = client.post(
        panel("statement", conversation, conversation.pk, 7), do | {"do": "reject", "reason_pl": "Obraża."}
    )
    assert waiting[0].state == "accepted"
    assert late.status_code == 200
    none = client.post(
        panel("statement", conversation, conversation.pk, 7), {"seen": "accepted", "do": "merge"}
    )
    assert none.status_code == 200
    for name, more in (("overview", ()), ("statements", (conversation.pk,)), ("change", (conversation.pk,))):
        assert client.get(panel(name, conversation, *more)).status_code == 200


@pytest.mark.parametrize("role", ["city", "juror", None])
def test_panel_is_closed_to_others(client, conversation, role):
    client.force_login(make_user(*([role] if role else []), edition=conversation.edition))
    for name, more in (
        ("overview", ()),
        ("new", ()),
        ("statements", (conversation.pk,)),
        ("close", (conversation.pk,)),
    ):
        answer = client.post(panel(name, conversation, *more), {})
        assert answer.status_code in (302, 403, 405)
    conversation.refresh_from_db()
    assert conversation.is_open
