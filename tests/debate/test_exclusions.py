"""Exclusions: what would change is shown and is what happens, and everything comes back."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone, translation

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.models import AuditEntry
from ratusz.apps.debate import queries, services
from ratusz.apps.debate.effects import effect_of_excluding, effect_of_undoing
from ratusz.apps.debate.models import Conversation, Exclusion, Participant, Vote
from ratusz.apps.debate.results import content_of, opinions_of, votes_of
from tests.debate.factories import cast, english_organiser
from tests.debate.test_pages import at, panel
from tests.debate.test_results import talked
from tests.dialogue import factories as dialogue
from tests.editions.factories import make_user

pytestmark = pytest.mark.django_db
BOTS = list(range(41, 66))


@pytest.fixture(autouse=True)
def english():
    """What is refused is said in English here."""
    with translation.override("en"):
        yield


@pytest.fixture
def stuffed():
    """Two camps of twenty, and twenty-five copies against what unites them, all voting in three seconds."""
    conversation = talked(40)
    Conversation.objects.filter(pk=conversation.pk).update(closes_at=timezone.now() + dt.timedelta(days=1))
    conversation.refresh_from_db()
    bots = Participant.objects.bulk_create(
        Participant(conversation=conversation, number=k, digest=f"bot-{k}") for k in BOTS
    )
    start = timezone.now() - dt.timedelta(hours=5)
    Vote.objects.bulk_create(
        Vote(
            key=uuid.uuid4(), participant=bot, statement=one, value=-1 if one.number > 9 else 1,
            cast_at=start + dt.timedelta(milliseconds=250 * one.number),
        )
        for bot in bots
        for one in conversation.statements.all()
    )  # fmt: skip
    return conversation


@pytest.fixture
def organiser(stuffed):
    return make_user("organiser", edition=stuffed.edition)


def exclude(conversation, by, numbers=BOTS, reason="Kopie."):
    return services.exclude_participants(
        by=by, conversation=conversation, numbers=numbers, reason_pl=reason, reason_en="Copies."
    )


def united(conversation):
    content = content_of(opinions_of(votes_of(conversation)))
    return {(row["statement"], row["agree"]) for row in content["united"]}


def test_effect_is_what_happens_and_all_of_it_comes_back(stuffed, organiser):
    told = effect_of_excluding(stuffed, BOTS)
    before = votes_of(stuffed)
    assert (told.people, told.votes[0] - told.votes[1]) == ((65, 40), 25 * 12)
    assert set(told.gained) == {(11, True), (12, True)}
    share = next(row for row in told.shares if row.statement == 12)
    assert share.change > 0.3
    assert len(told.groups[1]) == 2
    first = united(stuffed)
    exclusion = exclude(stuffed, organiser)
    assert (exclusion.people, exclusion.votes) == (25, 300)
    assert united(stuffed) == (first - set(told.lost)) | set(told.gained)
    after = votes_of(stuffed)
    assert (after.shape[0], len(after.values)) == (told.people[1], told.votes[1])
    back = effect_of_undoing(stuffed, exclusion)
    assert (back.people, back.votes) == (told.people[::-1], told.votes[::-1])
    assert (back.gained, back.lost) == (told.lost, told.gained)
    services.undo_exclusion(by=organiser, exclusion=exclusion)
    assert votes_of(stuffed).hash == before.hash
    assert [entry.action for entry in AuditEntry.objects.filter(subject_type="debate.Exclusion").order_by("pk")] == [
        "debate.exclude_participants", "debate.undo_exclusion",
    ]  # fmt: skip
    with pytest.raises(DomainError, match="undone in the meantime"):
        services.undo_exclusion(by=organiser, exclusion=exclusion)


def test_excluded_people_count_nowhere_vote_on_and_are_told(client, stuffed, organiser):
    cast(stuffed, "ala", 1, 1)
    person = Participant.objects.latest("number")
    counted = queries.statements_to_moderate(organiser, stuffed).get(number=1).voters
    exclude(stuffed, organiser, [person.number])
    assert queries.statements_to_moderate(organiser, stuffed).get(number=1).voters == counted - 1
    assert not queries.standing_votes(stuffed).filter(participant=person).exists()
    cast(stuffed, "ala", 2, 1)  # not shut out: nothing is lost if it was a mistake
    assert person.votes.count() == 2
    client.cookies["ratusz_debate"] = "ala"
    for name in ("conversation", "own"):
        body = client.get(at(name, stuffed)).content.decode()
        assert "do not count at the moment" in body
        assert "Copies." in body


def test_exclusion_needs_a_reason_and_somebody_who_counts(stuffed, organiser):
    for reason, numbers, field in (("  ", BOTS, "reason_pl"), ("Kopie.", [999], "numbers")):
        with pytest.raises(DomainError) as refused:
            exclude(stuffed, organiser, numbers, reason)
        assert refused.value.field == field
    exclude(stuffed, organiser, BOTS[:3])
    assert exclude(stuffed, organiser, BOTS[:5]).people == 2  # nobody is excluded twice
    assert Exclusion.objects.count() == 2


def test_whose_votes_count_stays_once_the_result_is_published(stuffed, organiser):
    exclusion = exclude(stuffed, organiser)
    Conversation.objects.filter(pk=stuffed.pk).update(closes_at=timezone.now())
    result = services.compute_result(by=None, conversation=Conversation.objects.get(pk=stuffed.pk))
    assert result.content["people"] == 40
    for act in (
        lambda: exclude(stuffed, organiser, [1]),
        lambda: services.undo_exclusion(by=organiser, exclusion=exclusion),
    ):
        with pytest.raises(DomainError, match="results are published"):
            act()


def test_too_few_people_are_said_to_be_left(stuffed):
    told = effect_of_excluding(stuffed, list(range(1, 63)))
    assert told.too_few
    assert told.people[1] == 3
    assert told.groups[1] == []


@pytest.mark.parametrize("role", ["city", "juror", "secretary", None])
def test_only_moderators_exclude_and_see_signs(client, stuffed, organiser, role):
    exclusion = exclude(stuffed, organiser, [1])
    outsider = make_user(*([role] if role else []), edition=stuffed.edition)
    for act in (
        lambda: exclude(stuffed, outsider),
        lambda: services.undo_exclusion(by=outsider, exclusion=exclusion),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert queries.signs_to_moderate(outsider, stuffed) == []
    assert not queries.exclusions_to_moderate(outsider, stuffed).exists()
    client.force_login(outsider)
    for name, more in (("signs", ()), ("effect", ()), ("undo", (exclusion.pk,))):
        assert client.post(panel(name, stuffed, stuffed.pk, *more), {"numbers": "1"}).status_code != 200


def test_organiser_outside_of_a_circle_moderates_nothing_in_it():
    session = dialogue.make_session()
    circle = dialogue.make_circle(session, "mayor")
    conversation = talked(6, edition=session.edition, audience="circle", circle=circle)
    inside = make_user("organiser", edition=session.edition)
    firm = dialogue.make_registration(session, "business")
    firm.user = outside = make_user("organiser", edition=session.edition)
    firm.save()
    statement = conversation.statements.first()
    for act in (
        lambda: exclude(conversation, outside, [1]),
        lambda: services.reject_statement(by=outside, statement=statement, reason_pl="Nie."),
        lambda: services.seed_statement(by=outside, conversation=conversation, text_pl="Tak."),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert queries.signs_to_moderate(outside, conversation) == []
    assert exclude(conversation, inside, [1]).people == 1


def test_moderator_sees_signs_looks_at_the_effect_excludes_and_undoes(client, stuffed):
    client.force_login(english_organiser(stuffed.edition))
    page = client.get(panel("signs", stuffed, stuffed.pk)).content.decode()
    assert "25 people voted exactly alike" in page
    assert "voted faster than anybody reads" in page
    effect = panel("effect", stuffed, stuffed.pk)
    for wrong in ("", "x", "9-3", "9999"):
        assert client.post(effect, {"numbers": wrong}).status_code == 200
    looked = client.post(effect, {"numbers": "41-65"}).content.decode()
    assert "Without 25 people 300 votes count no more." in " ".join(looked.split())
    assert "newly unites everybody:" in looked
    assert 'scope="row" lang=' in looked
    few = client.post(effect, {"numbers": "41-44"}).content.decode()
    assert "that would be their ballots" in few
    assert 'scope="row" lang=' not in few
    assert not Exclusion.objects.exists()
    again = client.post(effect, {"numbers": "41-65", "do": "exclude", "reason_pl": ""}).content.decode()
    assert "This field is required" in again
    client.post(effect, {"numbers": "41-65", "do": "exclude", "reason_pl": "Kopie."})
    exclusion = Exclusion.objects.get()
    page = client.get(panel("signs", stuffed, stuffed.pk)).content.decode()
    assert "Kopie." in page
    assert "voted exactly alike" not in page
    undo = panel("undo", stuffed, stuffed.pk, exclusion.pk)
    assert "300 votes come back" in " ".join(client.get(undo).content.decode().split())
    client.post(undo)
    assert not Participant.objects.exclude(exclusion=None).exists()
    assert client.get(undo).status_code == 302
