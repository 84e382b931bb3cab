"""The ways into a conversation: short link, poster, and invitation keys that let in one participant each."""

import csv
import datetime as dt
import io

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.models import AuditEntry
from ratusz.apps.debate import queries, services
from ratusz.apps.debate.models import Invitation, Participant
from ratusz.apps.debate.poster import poster_pdf
from ratusz.apps.debate.views.who import COOKIE
from tests.debate.factories import cast, english_organiser, make_conversation
from tests.debate.test_pages import at, panel, vote
from tests.dialogue import factories as dialogue
from tests.editions.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    """What is refused is said in English here."""
    with translation.override("en"):
        yield


@pytest.fixture
def closed():
    return make_conversation(audience="invitation")


@pytest.fixture
def keys(closed):
    issued = services.issue_invitations(
        by=make_user("organiser", edition=closed.edition), conversation=closed, number=3
    )
    return [key for _number, key in issued]


def page_of_keys(conversation):
    with translation.override("en"):
        return reverse("debate:key", args=[conversation.edition.year])


def use(client, conversation, key):
    return client.post(page_of_keys(conversation), {"key": key}, follow=True)


def test_short_address_leads_to_the_conversation_in_the_readers_language(client):
    conversation = make_conversation()
    address = reverse("debate_short", args=[conversation.pk])
    assert address == f"/d/{conversation.pk}/"
    for language in ("pl", "en"):
        answer = client.get(address, headers={"accept-language": language})
        assert answer.url == at("conversation", conversation, language)
    assert client.get("/d/999999/", follow=True).status_code == 404


def test_short_address_of_a_circle_is_there_for_its_members_alone(client):
    session = dialogue.make_session()
    circle = dialogue.make_circle(session, "mayor")
    conversation = make_conversation(edition=session.edition, audience="circle", circle=circle)
    assert client.get(f"/d/{conversation.pk}/", follow=True).status_code == 404
    client.force_login(dialogue.make_registration(session, profession="mayor").user)
    assert client.get(f"/d/{conversation.pk}/").status_code == 302


def test_key_lets_in_somebody_without_an_account_once_and_shows_nothing_before(client, closed, keys):
    assert client.get(at("conversation", closed)).status_code == 404
    page = client.get(f"/d/{closed.pk}/", {"key": keys[0]}, follow=True, headers={"accept-language": "en"})
    body = page.content.decode()
    assert keys[0] in body
    assert closed.question_en not in body
    assert page["Referrer-Policy"] == "same-origin"
    assert not Participant.objects.exists()  # a preview of the link uses nothing up
    page = use(client, closed, f" {keys[0].lower().replace('-', ' ')} ")
    assert "Your key is accepted" in page.content.decode()
    assert closed.question_en in page.content.decode()
    vote(client, closed, 1, 1)
    use(client, closed, keys[0])  # again, by the same person
    assert closed.participants.count() == 1
    assert client.get(f"/d/{closed.pk}/").url.endswith("/co-dalej/")
    other = use(Client(), closed, keys[0])
    assert other.status_code == 422
    assert "has been used: each one lets in a single participant" in " ".join(other.content.decode().split())
    assert "ask the organiser for a new key" in other.content.decode()


@pytest.mark.parametrize("typed", ["", "K7MX-9PQR-2VWT-H4ZC", "x" * 64, "';--", "🎉"])
def test_wrong_key_is_told_with_what_to_do_and_stays_in_the_field(client, closed, keys, typed):
    page = use(client, closed, typed)
    assert page.status_code == 422
    body = page.content.decode()
    assert "This field is required" in body or "Compare it with your invitation" in body
    assert COOKIE not in client.cookies


def test_key_of_an_account_holds_on_all_of_its_devices(client, closed, keys):
    person = make_user()
    client.force_login(person)
    use(client, closed, keys[0])
    phone = Client()
    phone.force_login(person)
    assert phone.get(at("conversation", closed)).status_code == 200
    use(phone, closed, keys[1])  # a second key is not spent
    assert Invitation.objects.filter(is_used=True).count() == 1
    assert closed.participants.count() == 1


def test_without_a_key_nobody_votes_by_any_address(client, closed, keys):
    client.cookies[COOKIE] = "made-up"
    for name in ("conversation", "own", "results", "moderation"):
        assert client.get(at(name, closed)).status_code == 404
    assert vote(client, closed, 1, 1).status_code == 404
    with pytest.raises(NotAllowed):
        services.join(user=None, key="made-up", conversation=closed)
    with pytest.raises(NotAllowed):
        services.join(user=make_user(), key="", conversation=closed)
    assert not queries.visible_to(make_user(), closed.edition, "made-up").exists()


def test_revoked_key_shuts_out_and_votes_stay(client, closed, keys):
    organiser = make_user("organiser", edition=closed.edition)
    use(client, closed, keys[0])
    vote(client, closed, 1, 1)
    assert queries.effect_of_revoking(closed, [1, 2, 9]) == {
        "issued": 2, "unused": 1, "used": 1, "revoked": 0, "unknown": 1
    }  # fmt: skip
    assert services.revoke_invitations(by=organiser, conversation=closed, numbers=[1, 2]) == 2
    assert client.get(at("conversation", closed)).status_code == 404
    assert queries.standing_votes(closed).count() == 1
    assert "was revoked by the organiser" in use(Client(), closed, keys[1]).content.decode()
    with pytest.raises(DomainError, match="None of these keys holds"):
        services.revoke_invitations(by=organiser, conversation=closed, numbers=[1, 77])
    assert AuditEntry.objects.get(action="debate.revoke_invitations").data == {"number": 2}


def test_key_waits_for_the_opening(client, closed, keys):
    closed.opens_at, closed.closes_at = (
        timezone.now() + dt.timedelta(days=1),
        timezone.now() + dt.timedelta(2),
    )
    closed.save()
    assert "Keep the key and come back then" in use(client, closed, keys[0]).content.decode()
    assert not Invitation.objects.filter(is_used=True).exists()


def test_database_holds_no_key(closed, keys):
    kept = str(list(Invitation.objects.values()))
    assert not any(key in kept or key.replace("-", "") in kept for key in keys)
    assert len({key for key in keys if len(key) == 19}) == 3


def test_organiser_issues_keys_as_a_list_once_and_revokes_after_a_look(client, closed):
    client.force_login(english_organiser(closed.edition))
    page = panel("joining", closed, closed.pk)
    answer = client.post(page, {"do": "issue", "number": 12})
    assert "no-store" in answer["Cache-Control"]
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text else ","))
    assert [row[0] for row in rows[1:]] == [str(k) for k in range(1, 13)]
    assert rows[1][2].endswith(f"/d/{closed.pk}/?key={rows[1][1]}")
    body = client.get(page).content.decode()
    assert rows[1][1] not in body
    assert "12 unused keys" in client.post(page, {"do": "look", "numbers": "1-12"}).content.decode()
    assert not Invitation.objects.exclude(revoked_at=None).exists()
    for wrong in ("x", "7-2", "1;2", ""):
        assert client.post(page, {"do": "revoke", "numbers": wrong}).status_code == 200
    client.post(page, {"do": "revoke", "numbers": "3, 7–9"})
    assert Invitation.objects.exclude(revoked_at=None).count() == 4
    for number in (0, 5001, ""):
        assert client.post(page, {"do": "issue", "number": number}).status_code == 200
    assert Invitation.objects.count() == 12


def test_keys_are_for_conversations_by_invitation_and_by_organisers(closed):
    everybody = make_conversation(edition=closed.edition, slug="inna")
    organiser = make_user("organiser", edition=closed.edition)
    with pytest.raises(DomainError, match="needs no keys"):
        services.issue_invitations(by=organiser, conversation=everybody, number=1)
    outsider = make_user("city", edition=closed.edition)
    for act in (
        lambda: services.issue_invitations(by=outsider, conversation=closed, number=1),
        lambda: services.revoke_invitations(by=outsider, conversation=closed, numbers=[1]),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_deleted_person_leaves_a_key_that_is_spent(closed, keys):
    own = services.use_invitation(user=None, key="ala", invitation=keys[0], edition=closed.edition)
    cast(closed, "ala", 1, 1)
    own.votes.all().delete()
    own.delete()
    with pytest.raises(NotAllowed, match="has been used"):
        services.use_invitation(user=None, key="olo", invitation=keys[0], edition=closed.edition)


def test_poster_holds_the_question_and_the_address(client):
    conversation = make_conversation()
    assert poster_pdf(conversation, "pl").startswith(b"%PDF")
    client.force_login(english_organiser(conversation.edition))
    body = client.get(panel("joining", conversation, conversation.pk)).content.decode()
    assert f"/d/{conversation.pk}/" in body
    assert "<svg" in body
    assert "Issue keys" not in body
    answer = client.get(panel("poster", conversation, conversation.pk, "en"))
    assert answer["Content-Type"] == "application/pdf"
    assert client.get(panel("poster", conversation, conversation.pk, "de")).status_code == 404
