"""What a person would like: topics in order, people to meet, and what they need on the day."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import Organisation, User
from ratusz.apps.cities.models import City
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.dialogue.models import MeetingWish, Needs, Registration, Session, Topic, TopicChoice
from ratusz.apps.dialogue.notices import registration as notices
from ratusz.apps.dialogue.services.registration.rules import (
    MANAGE,
    clean_short,
    lock,
    require_before_the_end,
    require_own_or_manager,
    require_standing,
)
from ratusz.apps.editions.permissions import require

DIET, OTHER = 120, 300


@transaction.atomic
def choose_topics(*, by: User, registration: Registration, topics: Sequence[Topic]) -> list[TopicChoice]:
    """Writes the person's topics, the dearest first."""
    registration = _changeable(by, registration)
    if len({topic.pk for topic in topics}) != len(topics):
        raise DomainError(
            _("One topic stands in the order twice."), field="topics", next_step=_("Put each topic once."),
            code="topic_twice",
        )  # fmt: skip
    if any(topic.session_id != registration.session_id for topic in topics):
        raise DomainError(
            _("A topic belongs to another Session."), field="topics",
            next_step=_("Choose from the topics of this Session."), code="of_another_session",
        )  # fmt: skip
    registration.topics.all().delete()
    chosen = TopicChoice.objects.bulk_create(
        TopicChoice(registration=registration, topic=topic, place=place)
        for place, topic in enumerate(topics, start=1)
    )
    _note(by, "dialogue.choose_topics", registration)
    return chosen


@transaction.atomic
def wish_meeting(
    *, by: User, registration: Registration, wishes: Sequence[City | Organisation]
) -> list[MeetingWish]:
    """Writes the cities and organisations that the person would like to sit with; they replace earlier ones."""
    registration = _changeable(by, registration)
    found = list(dict.fromkeys(wishes))
    if len(found) > MeetingWish.PER_PERSON:
        raise DomainError(
            _("There are %(number)s wishes, and room for %(most)s.")
            % {"number": len(found), "most": MeetingWish.PER_PERSON},
            field="wishes", next_step=_("Leave those that matter most."), code="too_many_wishes",
        )  # fmt: skip
    if registration.city in found or registration.organisation in found:
        raise DomainError(
            _("You come from there yourself."), field="wishes",
            next_step=_("Choose a city or an organisation that you do not know yet."), code="own_place",
        )  # fmt: skip
    registration.wishes.all().delete()
    written = MeetingWish.objects.bulk_create(
        MeetingWish(
            registration=registration,
            city=wish if isinstance(wish, City) else None,
            organisation=wish if isinstance(wish, Organisation) else None,
        )
        for wish in found
    )
    _note(by, "dialogue.wish_meeting", registration)
    return written


@transaction.atomic
def set_needs(
    *,
    by: User,
    registration: Registration,
    step_free: bool = False,
    hearing: bool = False,
    diet: str = "",
    other: str = "",
) -> Needs | None:
    """Writes what the person needs on the day, apart from everything else; None when there is nothing."""
    registration = _changeable(by, registration)
    if registration.session.needs_deleted_at:
        raise DomainError(
            _("The needs were deleted after the Session."), next_step=_("Nothing more is kept."), code="needs_deleted"
        )  # fmt: skip
    fields = {
        "step_free": step_free, "hearing": hearing, "diet": clean_short(diet, "diet", DIET),
        "other": clean_short(other, "other", OTHER),
    }  # fmt: skip
    needs = None
    if any(fields.values()):
        needs, _made = Needs.objects.update_or_create(registration=registration, defaults=fields)
    else:
        Needs.objects.filter(registration=registration).delete()
    # The entry tells that something was written, never what: an entry cannot be deleted.
    _note(by, "dialogue.set_needs", registration)
    return needs


@transaction.atomic
def delete_needs(*, by: User | None, session: Session) -> int:
    """Deletes everybody's needs once the day is over, for good; returns of how many people. Again: 0.

    `by` is None when the scheduled job does it.
    """
    session = Session.objects.select_for_update(of=["self"]).select_related("edition").get(pk=session.pk)
    if by is not None:
        require(by, MANAGE, session.edition)
    day = session.edition.session_date
    if day is None or timezone.localdate() <= day:
        raise DomainError(
            _("Needs are deleted after the Session, which takes place on %(day)s.")
            % {"day": date_format(day, "DATE_FORMAT") if day else "–"},
            next_step=_("Come back on the day after."), code="too_early",
        )  # fmt: skip
    needs = Needs.objects.filter(registration__session=session)
    number = needs.count()
    needs.delete()
    _forget_in_plans(session)
    if session.needs_deleted_at is None:
        session.needs_deleted_at = timezone.now()
        session.save(update_fields=["needs_deleted_at"])
        audit.record(
            by=by, action="dialogue.delete_needs", subject=session, edition=session.edition, people=number
        )
        notices.needs_deleted(session, number)
    return number


def _forget_in_plans(session: Session) -> None:
    """What a plan's report says of step-free seats tells of needs, and goes with them."""
    for plan in session.plans.select_for_update():
        kept = {
            part: [one for one in plan.report.get(part, []) if "step_free" not in str(one)]
            for part in ("violations", "conflicts")
        }
        if any(plan.report.get(part, []) != found for part, found in kept.items()):
            plan.report |= kept
            plan.save(update_fields=["report"])


def _changeable(by: User, registration: Registration) -> Registration:
    require_own_or_manager(by, registration)
    require_before_the_end(registration.session)
    registration = lock(registration)
    require_standing(registration)
    return registration


def _note(by: User, action: str, registration: Registration) -> None:
    audit.record(by=by, action=action, subject=registration, edition=registration.session.edition)
