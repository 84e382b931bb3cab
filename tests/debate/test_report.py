"""What stands around a result: the organiser's words, what divides and bridges, and consensus that is handed on."""

import pytest
from django.urls import reverse
from django.utils import translation

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.models import AuditEntry
from ratusz.apps.debate import queries, services, signals
from tests.debate.factories import english_organiser
from tests.debate.test_results import talked
from tests.editions.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    """The sentences that are looked for are English."""
    with translation.override("en"):
        yield


@pytest.fixture
def conversation():
    found = talked()
    services.compute_result(by=None, conversation=found)
    return found


@pytest.fixture
def boss(conversation):
    return english_organiser(conversation.edition)


def page_of(conversation, client):
    address = reverse("debate:results", args=[conversation.edition.year, conversation.slug])
    return client.get(address).content.decode()


def test_what_divides_and_what_bridges_is_told_apart(conversation):
    content = conversation.result.content
    assert {row["statement"] for row in content["divides"]} <= set(range(1, 11))
    for row in content["divides"]:
        assert max(row["shares"]) - min(row["shares"]) > 0.5
    assert {11, 12} <= {row["statement"] for row in content["bridges"]}
    scores = [row["score"] for row in content["bridges"]]
    assert scores == sorted(scores, reverse=True)


def test_results_without_these_lists_are_still_shown(conversation, client):
    result = conversation.result
    for name in ("divides", "bridges"):
        del result.content[name]
    result.save()
    page = page_of(conversation, client)
    assert "h-united" in page
    assert "h-bridges" not in page


def test_each_sentence_leads_to_its_numbers(conversation, client):
    page = page_of(conversation, client)
    for number in {
        row["statement"] for name in ("united", "divides") for row in conversation.result.content[name]
    }:
        assert f'href="#s{number}"' in page
        assert f'id="s{number}"' in page


def test_words_of_the_organiser_stand_around_the_result(conversation, client, boss):
    client.force_login(boss)
    address = reverse("debate_admin:result", args=[conversation.edition.year, conversation.pk])
    words = {
        "foreword_pl": "Dziękujemy.",
        "foreword_en": "Thank you.",
        "closing_pl": "",
        "closing_en": "See <you>.",
    }
    assert client.post(address, words).status_code == 302
    page = page_of(conversation, client)
    assert "Thank you." in page
    assert "See &lt;you&gt;." in page
    before = conversation.result.content
    conversation.result.refresh_from_db()
    assert conversation.result.content == before
    assert AuditEntry.objects.filter(action="debate.write_words").exists()
    answer = client.post(address, words | {"foreword_pl": "x" * 2001})
    assert answer.status_code in {200, 422}
    assert "2000" in answer.content.decode()


def test_consensus_is_handed_on_once_and_taken_back(conversation, client, boss):
    heard = []
    signals.recommendation_handed_on.connect(
        lambda recommendation, **_more: heard.append(recommendation), weak=False
    )
    client.force_login(boss)
    address = reverse("debate_admin:result", args=[conversation.edition.year, conversation.pk])
    for _twice in range(2):
        client.post(address, {"do": "hand_on", "number": "11"})
    (one,) = queries.recommended(conversation)
    assert heard == [one]
    assert (one.text_pl, one.agree) == ("Zdanie 11.", True)
    assert 0.5 < one.low <= one.least <= one.high
    assert "Handed on as recommendations" in page_of(conversation, client)
    client.post(address, {"do": "take_back", "number": "11"})
    assert not queries.recommended(conversation).exists()
    assert "Handed on as recommendations" not in page_of(conversation, client)
    again = services.hand_on(by=boss, result=conversation.result, number=11)
    assert (again.pk, len(heard)) == (one.pk, 2)


def test_only_consensus_is_handed_on_and_only_by_organisers(conversation, boss):
    with pytest.raises(DomainError, match="not among those that unite"):
        services.hand_on(by=boss, result=conversation.result, number=1)
    handed = services.hand_on(by=boss, result=conversation.result, number=12)
    for role in ("secretary", "moderator", "city", "participant"):
        person = make_user(role, edition=conversation.edition)
        for act in (
            lambda by=person: services.hand_on(by=by, result=conversation.result, number=12),
            lambda by=person: services.take_back(by=by, recommendation=handed),
            lambda by=person: services.write_words(by=by, result=conversation.result, foreword_pl="Nie."),
        ):
            with pytest.raises(NotAllowed):
                act()


@pytest.mark.parametrize("language", ["pl", "en"])
def test_report_is_a_pdf_in_both_languages(conversation, client, boss, language):
    services.hand_on(by=boss, result=conversation.result, number=11)
    services.write_words(by=boss, result=conversation.result, foreword_pl="Dziękujemy.\n\n#Wszystkim* $1$.")
    place = [conversation.edition.year, conversation.slug]
    answer = client.get(reverse("debate:report", args=[*place, language]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert client.get(reverse("debate:report", args=[*place, "de"])).status_code == 404
    with translation.override(language):
        assert (
            reverse("debate:report", args=[*place, language])
            in client.get(reverse("debate:results", args=place)).content.decode()
        )
