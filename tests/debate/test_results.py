"""What a closed conversation says: planted groups are found, merged votes count once, and few people are protected."""

import datetime as dt
import random
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.debate import queries, services
from ratusz.apps.debate.models import Conversation, Participant, Result, Statement, Vote
from ratusz.apps.debate.results import votes_of
from ratusz.apps.debate.tasks import compute_results
from tests.debate.factories import make_conversation
from tests.editions.factories import make_user

pytestmark = pytest.mark.django_db
STATEMENTS = 12


@pytest.fixture(autouse=True)
def english():
    """What is refused is said in English here."""
    with translation.override("en"):
        yield


def talked(people: int = 40, **fields) -> Conversation:
    """A conversation that has ended: two camps of the same size, and the last two statements unite them."""
    now = timezone.now()
    conversation = make_conversation(
        statements=0, opens_at=now - dt.timedelta(days=2), closes_at=now - dt.timedelta(hours=1), **fields
    )
    made = Statement.objects.bulk_create(
        Statement(conversation=conversation, number=k, text_pl=f"Zdanie {k}.", state="accepted", is_seed=True)
        for k in range(1, STATEMENTS + 1)
    )
    crowd = Participant.objects.bulk_create(
        Participant(conversation=conversation, number=k + 1, digest=f"{conversation.pk}-{k}")
        for k in range(people)
    )
    dice = random.Random(7)
    Vote.objects.bulk_create(
        Vote(key=uuid.uuid4(), participant=person, statement=one, value=wanted(k, number, dice), cast_at=now)
        for k, person in enumerate(crowd)
        for number, one in enumerate(made)
        if dice.random() < 0.85
    )
    return conversation


def wanted(person: int, statement: int, dice: random.Random) -> int:
    says = 1 if statement >= STATEMENTS - 2 or (person + statement) % 2 else -1
    return says if dice.random() < 0.92 else -says


def test_planted_groups_and_what_unites_them_are_found():
    conversation = talked()
    content = services.compute_result(by=None, conversation=conversation).content
    assert [group["people"] for group in content["groups"]] == [20, 20]
    assert {row["statement"] for row in content["united"]} == {11, 12}
    assert all(row["agree"] and row["low"] > 0.5 for row in content["united"])
    assert content["people"] == 40
    assert sum(row["all"][2] for row in content["statements"]) == content["votes"] == Vote.objects.count()
    assert len(content["map"]) == 40
    assert content["map"] == sorted(content["map"])  # the order of the dots tells nobody's number


def test_same_log_gives_the_same_result():
    conversation = talked()
    first = services.compute_result(by=None, conversation=conversation)
    content, hashed = first.content, first.input_hash
    first.delete()
    again = services.compute_result(by=None, conversation=conversation)
    assert (again.content, again.input_hash) == (content, hashed)
    assert services.compute_result(by=None, conversation=conversation) == again


def test_votes_on_a_merged_statement_count_for_its_target_once():
    conversation = talked(people=6)
    first, second = conversation.statements.all()[:2]
    person = conversation.participants.first()
    Vote.objects.filter(statement__in=[first, second]).delete()

    def cast(who, statement, value):
        Vote.objects.create(
            key=uuid.uuid4(), participant=who, statement=statement, value=value, cast_at=timezone.now()
        )

    other = conversation.participants.last()
    cast(person, second, 1)
    cast(person, first, -1)
    cast(other, first, -1)
    first.state, first.merged_into = "merged", second
    first.save()
    votes = votes_of(conversation)
    assert "1" not in votes.statements
    column = votes.statements.index("2")
    counted = {
        votes.participants[row]: value
        for row, at, value in zip(votes.rows, votes.columns, votes.values, strict=True)
        if at == column
    }
    assert counted == {str(person.number): 1, str(other.number): -1}


def test_rejected_statement_counts_for_nothing():
    conversation = talked()
    conversation.statements.filter(number=3).update(state="rejected")
    content = services.compute_result(by=None, conversation=conversation).content
    assert 3 not in {row["statement"] for row in content["statements"]}


def test_few_people_are_protected_and_an_open_conversation_waits():
    few = talked(people=4)
    with pytest.raises(DomainError, match="Fewer than 5 people"):
        services.compute_result(by=None, conversation=few)
    open_one = make_conversation(edition=few.edition, slug="otwarta")
    with pytest.raises(DomainError, match="still open"):
        services.compute_result(by=None, conversation=open_one)
    with pytest.raises(NotAllowed):
        services.compute_result(by=make_user(), conversation=few)
    compute_results(0)
    assert not Result.objects.exists()


def test_worker_computes_what_has_ended_once_and_it_stays(client):
    conversation = talked()
    compute_results(0)
    result = queries.result_of(conversation)
    assert not queries.conversations_to_compute().exists()
    organiser = make_user("organiser", edition=conversation.edition)
    with pytest.raises(DomainError, match="results are published"):
        services.save_conversation(
            by=organiser, edition=conversation.edition, conversation=conversation, question_pl="Inne?",
            audience="everybody", opens_at=conversation.opens_at, closes_at=timezone.now() + dt.timedelta(days=1),
        )  # fmt: skip
    for language, words in (("pl", "Co łączy wszystkich"), ("en", "What unites everybody")):
        with translation.override(language):
            address = reverse("debate:results", args=[conversation.edition.year, conversation.slug])
        body = client.get(address).content.decode()
        assert words in body
        assert result.input_hash in body
        assert body.count("<circle") == 40 + 2
        assert "Zdanie 11." in body


def test_page_of_results_says_why_there_are_none(client):
    conversation = make_conversation()
    address = reverse("debate:results", args=[conversation.edition.year, conversation.slug])
    assert "still open" in client.get(address).content.decode()
    Conversation.objects.update(closes_at=timezone.now())
    assert "There are no results" in client.get(address).content.decode()
