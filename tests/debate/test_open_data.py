"""What everybody may take away of a closed conversation, and what nobody may."""

import csv
import io
import json
import zipfile

import pytest
from django.urls import reverse

from ratusz.apps.debate import services
from ratusz.apps.debate.models import Conversation, Participant, Statement, Vote
from ratusz.engines.opinion import analyse
from ratusz.engines.opinion.files import bundled_votes, read_conversation, verify_bundle
from tests.debate.test_results import talked

pytestmark = pytest.mark.django_db
FILES = ("votes.csv", "votes.json", "votes.xlsx", "statements.csv", "polis.zip", "bundle.zip")


@pytest.fixture
def conversation():
    found = talked()
    Statement.objects.create(
        conversation=found, number=99, text_pl="=Brzydkie.", state="rejected", reason_pl="Nie."
    )
    services.compute_result(by=None, conversation=found)
    return found


def address(conversation, file):
    name, _dot, ending = file.partition(".")
    place = [conversation.edition.year, conversation.slug]
    if ending == "zip":
        return reverse(f"debate:{name}", args=place)
    return reverse("debate:table", args=[*place, name, ending])


def test_votes_stand_under_numbers_that_follow_no_order(conversation, client):
    rows = json.loads(client.get(address(conversation, "votes.json")).content)["votes"]
    assert len(rows) == Vote.objects.count()
    assert set(rows[0]) == {"participant", "statement", "vote"}
    own = {}
    for row in rows:
        own.setdefault(row["participant"], {})[row["statement"]] = row["vote"]
    by_digest = Participant.objects.order_by("digest")
    for place, person in enumerate(by_digest, start=1):
        assert own[place] == dict(person.votes.values_list("statement__number", "value"))
    assert [person.number for person in by_digest] != sorted(person.number for person in by_digest)


def test_bundle_gives_the_published_result_again_after_somebody_was_forgotten(conversation, client):
    result = conversation.result
    person = Participant.objects.first()
    person.votes.all().delete()
    person.delete()
    content = client.get(address(conversation, "bundle.zip")).content
    verdict = verify_bundle(content)
    assert verdict.reproduced
    assert verdict.participants == 40
    votes, texts, groups = bundled_votes(content)
    assert votes.hash == result.input_hash
    assert sorted(groups.count(k) for k in (0, 1)) == sorted(
        one["people"] for one in result.content["groups"]
    )
    assert "=Brzydkie." not in texts.values()
    found = analyse(votes, seed=result.seed)
    assert found.grouping.number == len(result.content["groups"])


def test_polis_export_is_read_again_as_the_same_conversation(conversation, client):
    with zipfile.ZipFile(io.BytesIO(client.get(address(conversation, "polis.zip")).content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert set(files) == {"comments.csv", "votes.csv", "participants-votes.csv", "summary.csv"}
    votes = bundled_votes(bytes(conversation.result.bundle))[0]
    for name in ("votes.csv", "participants-votes.csv"):
        again = read_conversation(files[name], files["comments.csv"])
        assert again.votes.values.sum() == votes.values.sum()
        assert again.votes.shape == votes.shape
        assert again.texts["1"] == "Zdanie 1."
    comments = {row["comment-id"]: row for row in csv.DictReader(io.StringIO(files["comments.csv"].decode()))}
    assert comments["99"]["comment-body"] == ""
    assert comments["99"]["moderated"] == "-1"
    assert {row["author-id"] for row in comments.values()} == {""}
    events = list(csv.DictReader(io.StringIO(files["votes.csv"].decode())))
    assert len({row["timestamp"] for row in events}) == 1
    summary = dict(csv.reader(io.StringIO(files["summary.csv"].decode())))
    assert summary["voters"] == "40"


def test_results_page_offers_the_files(conversation, client):
    place = [conversation.edition.year, conversation.slug]
    page = client.get(reverse("debate:results", args=place)).content.decode()
    for file in ("polis.zip", "bundle.zip", "votes.csv", "statements.xlsx"):
        assert address(conversation, file) in page
        assert client.get(address(conversation, file)).status_code == 200
    assert client.get(reverse("debate:table", args=[*place, "people", "csv"])).status_code == 404


@pytest.mark.parametrize("file", FILES)
def test_votes_of_closed_conversations_are_in_no_file(conversation, client, file):
    Conversation.objects.update(audience=Conversation.Audience.SIGNED_IN)
    assert client.get(address(conversation, file)).status_code == 404


@pytest.mark.parametrize("file", FILES)
def test_open_conversation_has_no_files(client, file):
    now_open = talked(people=6)
    assert client.get(address(now_open, file)).status_code == 404


def test_statement_that_was_erased_keeps_its_counts_without_words(conversation, client):
    erased = conversation.statements.get(number=1)
    erased.votes.all().delete()
    erased.delete()
    rows = json.loads(client.get(address(conversation, "statements.json")).content)["statements"]
    row = next(row for row in rows if row["statement"] == 1)
    assert row["votes"] > 0
    assert not row["text_pl"]


def test_votes_on_rejected_statements_are_in_no_table(client):
    found = talked()
    found.statements.filter(number=2).update(state="rejected", reason_pl="Nie.")
    services.compute_result(by=None, conversation=found)
    votes = json.loads(client.get(address(found, "votes.json")).content)["votes"]
    rows = json.loads(client.get(address(found, "statements.json")).content)["statements"]
    assert {row["statement"] for row in votes} == {row["statement"] for row in rows}
    assert 2 not in {row["statement"] for row in votes}
