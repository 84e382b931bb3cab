"""What is printed for the day: page counts and words, in both languages; only what has changed."""

import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone

from ratusz.apps.core.models import AuditEntry
from ratusz.apps.dialogue.models import Printing, Seat, SeatingPlan, Stakeholder
from ratusz.apps.dialogue.printing import NothingToPrint, document_pdf
from tests.dialogue.factories import (
    make_circle,
    make_people,
    make_registration,
    make_round_tables,
    make_session,
)
from tests.editions.factories import make_user
from tests.ranking.factories import organiser

pytestmark = pytest.mark.django_db


def seat_all(session, *blocks, people):
    """A published plan in which everybody sits somewhere in each round of the blocks."""
    plan = SeatingPlan.objects.create(
        session=session, number=1, state=SeatingPlan.State.PUBLISHED, published_at=timezone.now()
    )
    Seat.objects.bulk_create(
        Seat(plan=plan, round=turn, table=tables[(k + turn.number) % len(tables)], registration=person)
        for block in blocks
        for tables in [list(block.tables.all())]
        for turn in block.rounds.all()
        for k, person in enumerate(people)
    )
    return plan


@pytest.fixture
def session():
    return make_session()


@pytest.fixture
def people(session):
    """Nine people of all types, one of whom has a long name, and a plan with three rounds."""
    found = make_people(session, 8)
    found.append(
        make_registration(
            session,
            Stakeholder.NGO,
            name="Święcisława Brzęczyszczykiewicz-Gżegżółkowska-Niedźwiedź",
            position="",
            represents="Żaneta Ćwięk",
        )
    )
    seat_all(session, make_circle(session), make_round_tables(session), people=found)
    return found


def text_of(made):
    return [
        " ".join(page.get_textpage().get_text_bounded().split()) for page in pypdfium2.PdfDocument(made.pdf)
    ]


@pytest.mark.parametrize(
    ("document", "pages", "words_pl", "words_en"),
    [
        (
            "badges", 2,
            ["Samorząd", "stół 1", "Sala Duża", "bez zdjęć"],
            ["Local government", "table 1", "Great Hall", "no photos"],
        ),
        ("tents", 5, ["Samorząd"], ["Local government"]),
        ("cards", 3, ["Okrągły stół, runda 2", "Ciepło"], ["Round tables, round 2", "Heat"]),
        ("tables", None, ["Stół 1 · Sala Duża · Ciepło"], ["Table 1 · Great Hall · Heat"]),
        ("routes", 1, ["1 · Sala Duża"], ["1 · Great Hall"]),
        ("check_in", 1, ["Organizacja"], ["Organisation"]),
    ],
)  # fmt: skip
def test_document_in_both_languages(session, people, document, pages, words_pl, words_en):
    for language, words in (("pl", words_pl), ("en", words_en)):
        made = document_pdf(session, document, language)
        found = text_of(made)
        assert pages is None or len(found) == pages
        whole = "".join(found).casefold()
        assert [word for word in words if word.casefold() not in whole] == []
        assert "Niedźwiedź" in "".join(found)
        assert b"pdfuaid:part" in made.pdf
        assert (len(made.digests) == 9) == (document in Printing.OF_PERSONS)


def test_only_what_changed_is_printed_again(session, people, client):
    client.force_login(organiser(session.edition))
    address = reverse("dialogue_admin:print_pdf", args=[session.edition.year, "badges"])
    assert client.post(address, {"language": "pl"})["Content-Type"] == "application/pdf"
    with pytest.raises(NothingToPrint):
        document_pdf(session, "badges", "pl", only_changed=True)
    answer = client.post(address, {"language": "pl", "only_changed": "1"}, follow=True)
    assert "Od ostatniego wydruku nic się nie zmieniło" in answer.content.decode()

    people[3].name = "Łucja Źdźbło"
    people[3].save()
    made = document_pdf(session, "badges", "pl", only_changed=True)
    assert list(made.digests) == [str(people[3].pk)]
    assert "Łucja Źdźbło" in text_of(made)[0]
    assert len(document_pdf(session, "badges", "en", only_changed=True).digests) == 9
    assert AuditEntry.objects.get(action="dialogue.print").data == {"people": 9}


def test_lists_of_seats_without_a_plan_say_what_to_do(session):
    make_people(session, 2)
    for document in ("tables", "routes"):
        with pytest.raises(NothingToPrint) as raised:
            document_pdf(session, document, "pl")
        assert raised.value.code == "no_plan"
    assert len(text_of(document_pdf(session, "badges", "pl"))) == 1


def test_printing_is_for_organisers(session, people, client):
    address = reverse("dialogue_admin:print_pdf", args=[session.edition.year, "badges"])
    for role in ("steward", "participant"):
        client.force_login(make_user(role, edition=session.edition))
        assert client.post(address, {"language": "pl"}).status_code == 403
    assert not Printing.objects.exists()
