"""What an author learns of their statement, and how somebody who signs in goes on with their votes."""

import uuid

import pytest
from django.urls import reverse
from django.utils import translation

from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.models import AuditEntry
from ratusz.apps.debate import queries, services
from ratusz.apps.debate.models import Participant, Statement
from ratusz.apps.debate.views.who import COOKIE
from tests.debate.factories import cast, make_conversation
from tests.editions.factories import make_user

pytestmark = pytest.mark.django_db
KEY = "k" * 32


@pytest.fixture(autouse=True)
def english():
    """What is told is told in English here."""
    with translation.override("en"):
        yield


@pytest.fixture
def conversation():
    return make_conversation()


def at(name, conversation):
    return reverse(f"debate:{name}", args=[conversation.edition.year, conversation.slug])


def test_author_sees_how_many_others_the_statement_reached(client, conversation):
    for number in (1, 2):
        cast(conversation, KEY, number, 1)
    author = services.join(user=None, key=KEY, conversation=conversation)
    mine = services.suggest_statement(participant=author, text="Więcej ławek w parkach.", key=uuid.uuid4())
    client.cookies[COOKIE] = KEY
    assert "It reached" not in client.get(at("own", conversation)).content.decode()
    Statement.objects.filter(pk=mine.pk).update(state="accepted")
    for key, value in ((KEY, 1), ("olo", 1), ("ela", -1), ("olo", 0)):
        cast(conversation, key, mine.number, value)
    assert "It reached 2 other people" in client.get(at("own", conversation)).content.decode()
    cast(conversation, "iza", 1, 1)
    target = conversation.statements.get(number=1)
    Statement.objects.filter(pk=mine.pk).update(state="merged", merged_into=target)
    assert "It reached 1 other person" in client.get(at("own", conversation)).content.decode()


def test_somebody_who_signs_in_goes_on_with_the_votes_of_the_device(client, conversation):
    cast(conversation, KEY, 1, 1)
    client.cookies[COOKIE] = KEY
    assert "That was me" not in client.get(at("conversation", conversation)).content.decode()
    user = make_user()
    client.force_login(user)
    page = client.get(at("conversation", conversation)).content.decode()
    assert "You have voted on 0 statements" in " ".join(page.split())
    assert "That was me: go on" in page
    before = AuditEntry.objects.count()
    page = client.post(at("go_on", conversation), follow=True).content.decode()
    assert "You have voted on 1 statement;" in " ".join(page.split())
    assert "That was me" not in page
    one = Participant.objects.get()
    assert queries.participant_of(user, "", conversation) == one
    assert queries.participant_of(None, KEY, conversation) is None
    assert AuditEntry.objects.count() == before


def test_account_that_voted_keeps_its_own_votes_and_is_told(client, conversation):
    user = make_user()
    cast(conversation, KEY, 1, 1)
    cast(conversation, "", 1, -1, user=user)
    client.cookies[COOKIE] = KEY
    client.force_login(user)
    assert "cannot become yours" in client.get(at("conversation", conversation)).content.decode()
    with pytest.raises(DomainError, match="votes of its own"):
        services.go_on_with_account(user=user, key=KEY, conversation=conversation)
    assert Participant.objects.count() == 2
    with pytest.raises(DomainError, match="Nobody voted"):
        services.go_on_with_account(user=make_user(), key="x" * 32, conversation=conversation)
