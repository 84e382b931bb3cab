"""What people type wrong: it is told with the rule and the next step, and nothing typed is lost."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone, translation

from ratusz.apps.core.errors import DomainError
from ratusz.apps.debate import services
from ratusz.apps.debate.models import Statement
from ratusz.apps.debate.noticing import holds_pesel, personal, without
from ratusz.apps.debate.views import who
from tests.debate.factories import cast, english_organiser, make_conversation
from tests.debate.test_pages import at, panel, vote

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    """What is refused is said in English here."""
    with translation.override("en"):
        yield


@pytest.fixture
def conversation():
    return make_conversation(votes_first=0)


def send(client, conversation, text, **fields):
    return client.post(at("suggest", conversation), {"text": text, "key": uuid.uuid4()} | fields, follow=True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "This field is required"), ("   \n ", "This field is required"), ("🎉🎉🎉", "has no words"),
        ("!!! 123 ???", "has no words"), ("Mój PESEL to 44051401359.", "holds a PESEL number"),
        ("x" * 141, "141 characters; at most 140 fit"), ("x" * 2500, "at most 2000 characters"),
        ("trams  should run AT night, too", ""),
    ],
)  # fmt: skip
def test_statement_that_cannot_be_is_told_and_kept(client, conversation, text, words):
    page = send(client, conversation, text)
    body = page.content.decode()
    assert words in body
    assert not Statement.objects.filter(is_seed=False).exists()
    if text.strip():
        assert text in body


@pytest.mark.parametrize(
    ("text", "found", "offered"),
    [
        ("Jan Kowalski nie odbiera.", ["Jan Kowalski"], "somebody nie odbiera."),
        ("Pani Nowak krzyczy na ludzi.", ["Pani Nowak"], "somebody krzyczy na ludzi."),
        ("Piszcie do mnie: ala@example.org", ["ala@example.org"], "Piszcie do mnie: …"),
        ("Mój telefon 600-700-800.", ["600-700-800"], "Mój telefon …."),
        ("Mr Smith is rude.", ["Mr Smith"], "somebody is rude."),
        ("Mniej aut na placu Jana Kilińskiego.", [], ""), ("Ulica Jana Pawła II bez aut.", [], ""),
        ("Nowy Sącz ma za mało drzew.", [], ""), ("Prezydent Gdyni obiecał park.", [], ""),
        ("Zbudujmy 200 000 000 mieszkań.", ["200 000 000"], "Zbudujmy … mieszkań."),
    ],
)  # fmt: skip
def test_personal_data_is_noticed_and_other_words_are_offered(text, found, offered):
    noticed = personal(text)
    assert [one.found for one in noticed] == found
    assert not found or without(text, noticed) == offered


def test_pesel_is_told_by_its_check_digit():
    assert holds_pesel("44051401359")
    assert not any(map(holds_pesel, ("44051401358", "4405140135", "440514013590", "")))


def test_writer_takes_the_offered_words_or_sends_their_own(client, conversation):
    text = "Jan Kowalski powinien sadzić kwiaty."
    body = send(client, conversation, text).content.decode()
    assert "seems to name somebody" in body
    assert "<q>somebody powinien sadzić kwiaty.</q>" in body
    assert f"{text}</textarea>" in body
    body = send(client, conversation, text, still="1", instead="1").content.decode()
    assert "somebody powinien sadzić kwiaty.</textarea>" in body
    assert not Statement.objects.filter(is_seed=False).exists()
    send(client, conversation, text, still="1")
    assert Statement.objects.get(is_seed=False).state == "pending"


def test_same_statement_is_voted_on_instead(conversation):
    person = services.join(user=None, key="ala", conversation=conversation)
    with pytest.raises(DomainError, match="Statement 3 says exactly that"):
        services.suggest_statement(
            participant=person, text=" Trams should run at night  too. ", key=uuid.uuid4()
        )


def test_second_tap_sends_one_statement(client, conversation):
    client.cookies[who.COOKIE] = "a-key-that-the-browser-holds"
    key = uuid.uuid4()
    for _turn in range(2):
        send(client, conversation, "Więcej ławek w parkach.", key=key)
    assert Statement.objects.filter(is_seed=False).count() == 1


def test_what_was_typed_is_there_when_the_conversation_closed_meanwhile(client, conversation):
    vote(client, conversation, 1, 1)
    conversation.closes_at = timezone.now()
    conversation.save()
    for text in ("Więcej ławek w parkach.", "Jan Kowalski nie ma racji."):
        body = send(client, conversation, text).content.decode()
        assert "Your statement was not sent" in body
        assert "This conversation is not open now." in body
        assert f"{text}</textarea>" in body


def test_crowd_behind_one_address_writes_and_one_person_not_without_end(client, conversation, monkeypatch):
    monkeypatch.setattr(who, "STATEMENTS", "2/h")
    texts = [f"Pomysł {word} dla miasta." for word in ("alfa", "beta", "gamma")]
    client.cookies[who.COOKIE] = "k" * 30
    for text in texts:
        page = send(client, conversation, text, still="1")
    assert page.status_code == 422
    assert "Too many statements at once. Try again in 30 minutes." in page.content.decode()
    assert f"{texts[-1]}</textarea>" in page.content.decode()
    client.cookies[who.COOKIE] = "m" * 30
    assert send(client, conversation, texts[-1], still="1").status_code == 200


def test_wrong_dates_are_told_at_their_field_and_the_rest_is_kept(client, conversation):
    client.force_login(english_organiser(conversation.edition))
    sent = {
        "question_pl": "Jak grzać?", "audience": "everybody", "opens_at": "2026-02-30T10:00",
        "closes_at": "wczoraj", "statement_length": "140", "votes_first": "3", "moderation": "before",
    }  # fmt: skip
    body = client.post(panel("new", conversation), sent).content.decode()
    assert body.count("Enter a valid date/time") == 2
    assert "Jak grzać?" in body
    sent |= {"opens_at": "2026-02-20T10:00", "closes_at": "2026-02-20T10:00"}
    assert "close before it opens" in client.post(panel("new", conversation), sent).content.decode()


def test_vote_after_the_end_is_told_and_the_page_stays(client, conversation):
    cast(conversation, "ala", 1, 1)
    conversation.closes_at = timezone.now() - dt.timedelta(seconds=1)
    conversation.save()
    assert "not open now" in vote(client, conversation, 2, 1).content.decode()
