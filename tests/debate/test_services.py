"""Votes, statements and moderators: what stands, what counts once, and what is refused."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation

from ratusz.apps.accounts import privacy
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.models import AuditEntry
from ratusz.apps.debate import queries, services
from ratusz.apps.debate.models import Conversation, Participant, Statement, Vote
from ratusz.apps.debate.personal import participants_of
from ratusz.apps.debate.similar import alike, likeness
from tests.debate.factories import cast, make_conversation
from tests.dialogue import factories as dialogue
from tests.editions.factories import make_edition, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    """What is refused is said in English here."""
    with translation.override("en"):
        yield


@pytest.fixture
def conversation():
    return make_conversation()


@pytest.fixture
def organiser(conversation):
    return make_user("organiser", edition=conversation.edition)


def suggest(conversation, text, key="ala", uid=None):
    participant = services.join(user=None, key=key, conversation=conversation)
    return services.suggest_statement(participant=participant, text=text, key=uid or uuid.uuid4())


def test_last_vote_stands_and_the_log_keeps_all(conversation):
    for value in (1, -1, 0):
        cast(conversation, "ala", 1, value)
    cast(conversation, "olo", 1, 1)
    assert Vote.objects.count() == 4
    standing = queries.standing_votes(conversation)
    assert {vote.participant.number: vote.value for vote in standing} == {1: 0, 2: 1}


def test_vote_sent_again_is_the_same_vote(conversation):
    participant = services.join(user=None, key="ala", conversation=conversation)
    statement, key = conversation.statements.first(), uuid.uuid4()
    for value in (1, -1):
        services.cast_vote(participant=participant, statement=statement, value=value, key=key)
    assert Vote.objects.get().value == 1


def test_key_of_somebody_elses_vote_is_refused(conversation):
    first = cast(conversation, "ala", 1, 1)
    other = services.join(user=None, key="olo", conversation=conversation)
    with pytest.raises(DomainError, match="somebody else"):
        services.cast_vote(participant=other, statement=first.statement, value=-1, key=first.key)
    assert Vote.objects.get().value == 1


def test_stored_vote_cannot_be_changed(conversation):
    cast(conversation, "ala", 1, 1)
    with pytest.raises(DatabaseError, match="final"), transaction.atomic():
        Vote.objects.update(value=-1)
    assert Vote.objects.get().value == 1


def test_vote_is_one_of_three(conversation):
    with pytest.raises(DomainError, match="no vote"):
        cast(conversation, "ala", 1, 2)


def test_account_has_one_vote_on_all_of_its_devices_and_is_named_nowhere(conversation):
    person = make_user()
    one = services.join(user=person, key="phone", conversation=conversation)
    assert services.join(user=person, key="", conversation=conversation) == one
    other = make_conversation(edition=conversation.edition, slug="inna")
    elsewhere = services.join(user=person, key="phone", conversation=other)
    assert elsewhere.digest != one.digest
    assert not any(
        field.is_relation and field.related_model is type(person) for field in Participant._meta.fields
    )


@pytest.mark.parametrize(("opens", "closes"), [(1, 2), (-2, -1)])
def test_nobody_votes_before_the_opening_or_after_the_end(opens, closes):
    now = timezone.now()
    shut = make_conversation(
        opens_at=now + dt.timedelta(hours=opens), closes_at=now + dt.timedelta(hours=closes)
    )
    with pytest.raises(NotAllowed, match="not open"):
        services.join(user=None, key="ala", conversation=shut)


def test_statement_needs_votes_first_and_one_idea(conversation):
    cast(conversation, "ala", 1, 1)
    with pytest.raises(DomainError, match="First vote on 1 more statement"):
        suggest(conversation, "Więcej ławek.")
    cast(conversation, "ala", 2, 1)
    with pytest.raises(DomainError, match="at most 140"):
        suggest(conversation, "x" * 141)
    uid = uuid.uuid4()
    with translation.override("pl"):
        sent = suggest(conversation, "  Więcej ławek. ", uid=uid)
    assert suggest(conversation, "Więcej ławek.", uid=uid) == sent
    assert (sent.text_pl, sent.number, sent.state) == ("Więcej ławek.", 5, "pending")
    assert sent not in queries.statements_open(conversation)
    entry = AuditEntry.objects.get(action="debate.suggest_statement")
    assert "ławek" not in entry.subject_label
    assert entry.actor is None


def test_statement_is_open_at_once_where_moderators_read_afterwards():
    conversation = make_conversation(moderation="after", votes_first=0)
    assert suggest(conversation, "Więcej ławek.") in queries.statements_open(conversation)


def test_second_moderator_is_told_what_the_first_decided(conversation, organiser):
    conversation.votes_first = 0
    conversation.save()
    waiting = suggest(conversation, "Więcej ławek.")
    seen_by_other = Statement.objects.get(pk=waiting.pk)
    services.accept_statement(by=organiser, statement=waiting)
    with pytest.raises(DomainError, match="in the meantime: accepted") as refused:
        services.reject_statement(by=organiser, statement=seen_by_other, reason_pl="Reklama.")
    assert refused.value.code == "decided"
    assert Statement.objects.get(pk=waiting.pk).state == "accepted"


def test_rejection_needs_a_reason_which_is_public(conversation, organiser):
    conversation.votes_first = 0
    conversation.save()
    waiting = suggest(conversation, "Kupujcie u nas.")
    with pytest.raises(DomainError) as refused:
        services.reject_statement(by=organiser, statement=waiting, reason_pl=" ")
    assert refused.value.field == "reason_pl"
    services.reject_statement(by=organiser, statement=waiting, reason_pl="Reklama.")
    assert [one.reason_pl for one in queries.moderation_log(conversation)] == ["Reklama."]


def test_merged_statement_keeps_its_votes_and_leads_to_the_last_target(conversation, organiser):
    cast(conversation, "ala", 1, 1)
    first, second, third = conversation.statements.all()[:3]
    services.merge_statement(by=organiser, statement=first, into=second)
    services.merge_statement(by=organiser, statement=second, into=third)
    first.refresh_from_db()
    assert (first.state, first.merged_into) == ("merged", third)
    assert first.votes.count() == 1
    with pytest.raises(DomainError, match="not accepted"):
        services.merge_statement(by=organiser, statement=third, into=second)
    with pytest.raises(DomainError, match="another one"):
        services.merge_statement(by=organiser, statement=third, into=third)


def test_wording_is_final_after_the_first_vote_but_may_be_translated(conversation, organiser):
    statement = services.seed_statement(by=organiser, conversation=conversation, text_pl="Więcej lawek.")
    services.word_statement(by=organiser, statement=statement, text_pl="Więcej ławek.")
    cast(conversation, "ala", statement.number, 1)
    with pytest.raises(DomainError) as refused:
        services.word_statement(by=organiser, statement=statement, text_pl="Mniej ławek.")
    assert (refused.value.code, refused.value.field) == ("voted", "text_pl")
    services.word_statement(
        by=organiser, statement=statement, text_pl="Więcej ławek.", text_en="More benches."
    )
    statement.refresh_from_db()
    assert (statement.text_pl, statement.text_en) == ("Więcej ławek.", "More benches.")


FIELDS = {"question_pl": "Co dalej?", "audience": "everybody"}


def window(hours=1):
    now = timezone.now()
    return {"opens_at": now, "closes_at": now + dt.timedelta(hours=hours)}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (window(-1), "closes_at"), ({"audience": "stakeholders"}, "stakeholders"), ({"audience": "circle"}, "circle"),
        ({"statement_length": 10}, "statement_length"), ({"statement_length": 4000}, "statement_length"),
    ],
)  # fmt: skip
def test_conversation_that_cannot_be_is_refused_at_its_field(conversation, organiser, changes, field):
    with pytest.raises(DomainError) as refused:
        services.save_conversation(
            by=organiser, edition=conversation.edition, **(FIELDS | window() | changes)
        )
    assert refused.value.field == field
    assert Conversation.objects.count() == 1


def test_same_question_gets_another_address_and_a_changed_one_keeps_its_own(conversation, organiser):
    made = [
        services.save_conversation(by=organiser, edition=conversation.edition, **FIELDS, **window())
        for _turn in range(2)
    ]
    assert [one.slug for one in made] == ["co-dalej-2", "co-dalej-3"]
    again = services.save_conversation(
        by=organiser, edition=conversation.edition, conversation=made[0],
        **(FIELDS | window() | {"question_pl": "Co potem?"}),
    )  # fmt: skip
    assert (again.slug, again.question_pl) == ("co-dalej-2", "Co potem?")


def test_audience_stays_once_somebody_took_part(conversation, organiser):
    cast(conversation, "ala", 1, 1)
    with pytest.raises(DomainError) as refused:
        services.save_conversation(
            by=organiser, edition=conversation.edition, conversation=conversation,
            **(FIELDS | window() | {"audience": "signed_in"}),
        )  # fmt: skip
    assert refused.value.field == "audience"


def test_only_organisers_open_and_moderate_and_only_in_time(conversation):
    outsider = make_user("city", edition=conversation.edition)
    late = make_edition(2024, current=False, open_phases=("follow_up",))
    organiser = make_user("organiser", edition=late)
    with pytest.raises(NotAllowed):
        services.save_conversation(by=organiser, edition=late, **FIELDS, **window())
    statement = conversation.statements.first()
    for act in (
        lambda: services.save_conversation(by=outsider, edition=conversation.edition, **FIELDS, **window()),
        lambda: services.close_conversation(by=outsider, conversation=conversation),
        lambda: services.seed_statement(by=outsider, conversation=conversation, text_pl="Tak."),
        lambda: services.accept_statement(by=outsider, statement=statement),
        lambda: services.reject_statement(by=outsider, statement=statement, reason_pl="Nie."),
        lambda: services.merge_statement(
            by=outsider, statement=statement, into=conversation.statements.last()
        ),
        lambda: services.word_statement(by=outsider, statement=statement, text_pl="Tak."),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_conversation_of_a_circle_stands_behind_its_wall():
    session = dialogue.make_session()
    circle = dialogue.make_circle(session, "mayor")
    table = dialogue.make_round_tables(session)
    mayor = dialogue.make_registration(session, stakeholder="local_government", profession="mayor")
    firm = dialogue.make_registration(session, stakeholder="business")
    conversation = make_conversation(edition=session.edition, audience="circle", circle=circle)
    assert list(queries.visible_to(mayor.user, session.edition)) == [conversation]
    assert queries.may_take_part(mayor.user, conversation)
    for outsider in (firm.user, make_user(), None):
        assert not queries.visible_to(outsider, session.edition).exists()
        with pytest.raises(NotAllowed):
            services.join(user=outsider, key="ala", conversation=conversation)
    both = make_user("organiser", edition=session.edition)
    assert queries.visible_to(both, session.edition).exists()
    firm.user = both
    firm.save()
    assert not queries.visible_to(make_again(both), session.edition).exists()
    assert table.pk not in queries.circles_open_to(mayor.user, session.edition).values_list("pk", flat=True)


def make_again(user):
    return type(user).objects.get(pk=user.pk)


def test_sides_of_the_session_are_asked_of_its_registrations():
    session = dialogue.make_session()
    firm = dialogue.make_registration(session, stakeholder="business")
    ngo = dialogue.make_registration(session, stakeholder="ngo")
    conversation = make_conversation(edition=session.edition, audience="stakeholders", stakeholders=["ngo"])
    assert queries.visible_to(ngo.user, session.edition).get() == conversation
    assert not queries.visible_to(firm.user, session.edition).exists()
    assert services.join(user=ngo.user, key="", conversation=conversation).stakeholder == "ngo"


def test_every_statement_reaches_its_floor_before_any_is_shown_more(conversation):
    for number in range(1, 5):
        for voter in range(12 if number != 3 else 2):
            cast(conversation, f"v{voter}", number, 1)
    shown = {queries.statements_for(conversation, None)[0].number for _turn in range(5)}
    assert shown == {3}
    done = services.join(user=None, key="v0", conversation=conversation)
    assert queries.statements_for(conversation, done) == []


def test_likeness_sees_through_polish_endings():
    assert likeness("Więcej drzew przy ulicach", "wiecej drzewa na ulicy") > 0.5
    assert likeness("Więcej drzew przy ulicach", "Tańsze bilety tramwajowe") < 0.1
    assert likeness("", "cokolwiek") == 0
    assert alike("Drzewa przy każdej ulicy", enumerate(["Bilety", "Sadzić drzewa przy każdej ulicy"])) == [1]


def test_person_reads_and_forgets_what_they_voted(conversation):
    person = make_user()
    cast(conversation, "", 1, 1, user=person)
    cast(conversation, "", 2, -1, user=person)
    cast(conversation, "olo", 1, 1)
    own = services.join(user=person, key="", conversation=conversation)
    alone = services.suggest_statement(participant=own, text="Tylko moje.", key=uuid.uuid4())
    shared = services.suggest_statement(participant=own, text="Wspólne.", key=uuid.uuid4())
    cast(conversation, "olo", shared.number, 1)
    (kept,) = privacy.export(person)["debate"]
    assert [(vote["statement"], vote["value"]) for vote in kept["votes"]] == [(1, 1), (2, -1)]
    privacy.erase_elsewhere(person)
    assert not participants_of(person).exists()
    assert not Statement.objects.filter(pk=alone.pk).exists()
    assert Statement.objects.get(pk=shared.pk).author is None
    assert Vote.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_votes_at_once_make_one_participant_and_one_vote_each():
    conversation = make_conversation()
    statement, key = conversation.statements.first(), uuid.uuid4()

    def send(_turn):
        try:
            participant = services.join(user=None, key="ala", conversation=conversation)
            services.cast_vote(participant=participant, statement=statement, value=1, key=key)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(send, range(12)))
    assert conversation.participants.count() == 1
    assert Vote.objects.count() == 1
