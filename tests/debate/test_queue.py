"""The moderator's queue and its public log."""

import csv
import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from ratusz.apps.debate import services
from ratusz.apps.debate.models import Statement
from tests.debate.factories import cast, english_organiser, make_conversation
from tests.debate.test_pages import at, panel
from tests.editions.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation():
    """A conversation in which the statements 5, 6 and 7 wait."""
    conversation = make_conversation()
    for number, text in (
        (5, "Sadzić drzewa przy ulicach."),
        (6, "Więcej ławek."),
        (7, "Dzwoń: 600 700 800."),
    ):
        Statement.objects.create(conversation=conversation, number=number, text_pl=text)
    return conversation


@pytest.fixture
def moderator(client, conversation):
    person = english_organiser(conversation.edition)
    client.force_login(person)
    return person


def page_of(conversation, number):
    return panel("statement", conversation, conversation.pk, number)


def decide(client, conversation, number, do, **fields):
    return client.post(page_of(conversation, number), {"do": do, "seen": "pending"} | fields, follow=True)


def test_next_waiting_statement_follows_each_decision(client, conversation, moderator):
    page = decide(client, conversation, 6, "accept")
    assert page.redirect_chain[-1][0] == page_of(conversation, 7)
    assert "Statement 6: accepted." in page.content.decode()
    page = decide(client, conversation, 7, "reject", reason_pl="Dane osobowe.")
    assert page.redirect_chain[-1][0] == page_of(conversation, 5)  # round the end
    page = decide(client, conversation, 5, "merge", into="1")
    assert page.redirect_chain[-1][0] == panel("statements", conversation, conversation.pk)
    assert "Nothing waits." in page.content.decode()


def test_similar_statements_come_first_and_personal_data_is_marked(client, conversation, moderator):
    body = client.get(page_of(conversation, 5)).content.decode()
    assert body.index("These say nearly the same") < body.index("Merge into a statement that says the same")
    assert 'value="1">' in body[body.index("These say nearly the same") :]
    assert '<option value="1">' not in body  # it stands above
    assert "600 700 800</strong>" in client.get(page_of(conversation, 7)).content.decode()


def test_keys_are_written_on_the_page_and_lead_to_what_they_say(client, conversation, moderator):
    body = client.get(page_of(conversation, 5)).content.decode()
    for key in "armjk":
        assert f'data-key="{key}"' in body
        assert f"<kbd>{key.upper()}</kbd>" in body
    assert "debate/queue" in body


def test_second_moderator_is_told_kindly_and_keeps_the_reason(client, conversation, moderator):
    services.accept_statement(
        by=make_user("organiser", edition=conversation.edition),
        statement=conversation.statements.get(number=6),
    )
    page = decide(client, conversation, 6, "reject", reason_pl="Nie na temat.")
    body = page.content.decode()
    assert page.status_code == 200
    assert "was decided on in the meantime: accepted" in body
    assert "Nie na temat." in body
    assert page_of(conversation, 7) in body  # the way on


def test_second_tap_on_a_button_decides_nothing_twice(client, conversation, moderator):
    decide(client, conversation, 6, "accept")
    assert "in the meantime" in decide(client, conversation, 6, "accept").content.decode()
    assert conversation.statements.get(number=6).state == "accepted"


def test_unknown_act_is_told(client, conversation, moderator):
    assert "Nothing was decided." in decide(client, conversation, 6, "burn").content.decode()


@pytest.fixture
def decided(conversation):
    organiser = make_user("organiser", edition=conversation.edition)
    get = conversation.statements.get
    services.accept_statement(by=organiser, statement=get(number=6))
    services.reject_statement(by=organiser, statement=get(number=7), reason_pl="Dane osobowe.")
    services.merge_statement(by=organiser, statement=get(number=5), into=get(number=1))
    cast(conversation, "ala", 1, 1)
    exclusion = services.exclude_participants(
        by=organiser, conversation=conversation, numbers=[1], reason_pl="=Kopie"
    )
    services.undo_exclusion(by=organiser, exclusion=exclusion)
    return conversation


def table(client, conversation, ending, language="en"):
    with translation.override(language):
        address = reverse(
            "debate:moderation_table", args=[conversation.edition.year, conversation.slug, ending]
        )
    return client.get(address)


def test_log_is_downloaded_without_what_broke_the_rules_and_without_authors(client, decided):
    answer = json.loads(table(client, decided, "json").content)
    rows = answer["decisions"]
    assert [(row["decision"], row.get("number")) for row in rows] == [
        ("accepted", 6), ("rejected", 7), ("merged", 5), ("excluded", None), ("exclusion_undone", None)
    ]  # fmt: skip
    assert (rows[1]["text_pl"], rows[1]["reason_pl"]) == ("", "Dane osobowe.")
    assert (rows[2]["text_pl"], rows[2]["merged_into"]) == ("Sadzić drzewa przy ulicach.", 1)
    assert (rows[3]["people"], rows[3]["votes"]) == (1, 1)
    assert not {"author", "by", "moderator"} & {field["name"] for field in answer["fields"]}
    told = list(csv.reader(io.StringIO(table(client, decided, "csv").content.decode("utf-8-sig"))))
    assert len(told) == 6
    assert "'=Kopie" in told[4]  # no formula for a spreadsheet
    assert table(client, decided, "xlsx", "pl").content[:2] == b"PK"
    assert table(client, decided, "exe").status_code == 404


def test_public_page_counts_who_was_left_out_and_why(client, decided):
    body = client.get(at("moderation", decided)).content.decode()
    assert "People whose votes were left out" in body
    assert "=Kopie" in body
    assert "undone" in body
    assert "log.csv" in body


def test_log_of_a_closed_conversation_is_closed(client, decided):
    decided.audience = "invitation"
    decided.save()
    assert table(client, decided, "csv").status_code == 404


def test_queue_asks_the_database_as_often_for_many_as_for_few(client, conversation, moderator):
    def asked():
        with CaptureQueriesContext(connection) as captured:
            client.get(page_of(conversation, 5))
        return len(captured)

    few = (asked(), asked())[1]
    Statement.objects.bulk_create(
        Statement(conversation=conversation, number=n, text_pl=f"Zdanie {n}.", state="accepted")
        for n in range(20, 60)
    )
    assert asked() <= few
