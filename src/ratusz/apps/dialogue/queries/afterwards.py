"""After the day: who met whom, contacts, feedback, attendance. A person sees the own list; organisers see sums."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from statistics import fmean
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from ratusz.apps.accounts.models import User
from ratusz.apps.dialogue.models import (
    Block,
    Contact,
    Feedback,
    Registration,
    Round,
    Seat,
    SeatingPlan,
    Session,
    Stakeholder,
    Table,
)
from ratusz.apps.dialogue.queries.access import admits, own_registration

# Sums over fewer people would tell of a person.
FEWEST = 3
FEWEST_ANSWERS = 5
State = Registration.State


@dataclass
class Met:
    """A person with whom one sat at a table, where that was, and the contact between the two, if any."""

    person: Registration
    where: list[tuple[Round, Table]] = field(default_factory=list)
    contact: Contact | None = None


@dataclass(frozen=True)
class Attendance:
    """How many people of a type were registered and how many came."""

    stakeholder: Stakeholder
    registered: int
    came: int


@dataclass(frozen=True)
class Meetings:
    """What the organiser may know of who met whom: sums by types, None where too few people stand behind one."""

    people: int
    pairs: int
    least: int
    mean: float
    most: int
    repeated: int
    between: dict[tuple[str, str], int | None]

    @property
    def rows(self) -> list[tuple[Stakeholder, list[int | None]]]:
        """The table of types against types, in their own order."""
        return [
            (one, [self.between.get(_in_order(one, other)) for other in Stakeholder]) for one in Stakeholder
        ]


@dataclass(frozen=True)
class Opinion:
    """Answers of at least five people: how many, and the mean of each question (1 … 5)."""

    answers: int
    useful: float
    heard: float
    met: float


def people_met(own: Registration) -> list[Met]:
    """Those who sat at one's tables in rounds that have begun, and came as one did; by name."""
    sat = _sat(own.session).filter(registration=own).select_related("round__block", "table__room")
    seats = [seat for seat in sat if admits(seat.round.block, own)]
    if not seats or not hasattr(own, "check_in"):
        return []
    places = {(seat.round_id, seat.table_id): (seat.round, seat.table) for seat in seats}
    beside = Q()
    for round_id, table_id in places:
        beside |= Q(round=round_id, table=table_id)
    found: dict[int, Met] = {}
    others = _sat(own.session).filter(beside).exclude(registration=own)
    for seat in others.select_related("registration__city", "registration__organisation"):
        met = found.setdefault(seat.registration_id, Met(seat.registration))
        met.where.append(places[seat.round_id, seat.table_id])
    for contact in contacts_of(own):
        other = contact.asked_id if contact.asker_id == own.pk else contact.asker_id
        if other in found:
            found[other].contact = contact
    return sorted(found.values(), key=lambda met: met.person.name.rpartition(" ")[::-1])


def contacts_of(own: Registration) -> QuerySet[Contact]:
    """The standing contacts of the person, asked by either side."""
    standing = Contact.objects.filter(ended_at=None).filter(Q(asker=own) | Q(asked=own))
    return standing.select_related("asker__city", "asker__organisation", "asked__city", "asked__organisation")


def contacts_visible_to(user: Any, session: Session) -> QuerySet[Contact]:
    """One's own contacts, and nobody else's: organisers see none."""
    own = own_registration(user, session)
    return contacts_of(own) if own else Contact.objects.none()


def of_person(user: User) -> QuerySet[Registration]:
    """All registrations of the person, for the export of one's own data."""
    return Registration.objects.filter(user=user).select_related("session__edition")


def attendance(session: Session) -> list[Attendance]:
    """Registered and present people by type."""
    counted = {
        row["stakeholder"]: row
        for row in session.registrations.filter(state=State.REGISTERED)
        .values("stakeholder")
        .annotate(registered=Count("pk"), came=Count("check_in"))
        .order_by()
    }
    nobody = {"registered": 0, "came": 0}
    return [
        Attendance(one, *(counted.get(one, nobody)[key] for key in ("registered", "came")))
        for one in Stakeholder
    ]


def meetings(session: Session) -> Meetings:
    """Sums of who met whom in the rounds that have begun: pairs of types, and the spread over people."""
    tables: dict[tuple[int, int], list[int]] = defaultdict(list)
    for round_id, table_id, person in _sat(session).values_list("round", "table", "registration"):
        tables[round_id, table_id].append(person)
    times = Counter(pair for people in tables.values() for pair in combinations(sorted(people), 2))
    side = dict(
        session.registrations.filter(pk__in={person for people in tables.values() for person in people})
        .order_by()
        .values_list("pk", "stakeholder")
    )
    partners = Counter(person for pair in times for person in pair)
    counts = [partners[person] for person in side]
    present = Counter(side.values())
    between = Counter(_in_order(side[one], side[other]) for one, other in times)
    return Meetings(
        people=len(side),
        pairs=len(times),
        least=min(counts, default=0),
        mean=fmean(counts) if counts else 0.0,
        most=max(counts, default=0),
        repeated=sum(number > 1 for number in times.values()),
        between={
            pair: between[pair] if min(present[pair[0]], present[pair[1]]) >= FEWEST else None
            for pair in {_in_order(one, other) for one in Stakeholder for other in Stakeholder}
        },
    )


def opinion(session: Session, stakeholder: str | None = None) -> Opinion | None:
    """The means of the feedback, of all or of a type; None while fewer than five people answered.

    None for every type, too, while the small ones together are fewer than five: who takes the types that are shown
    from the sum of all would read the answers of the few.
    """
    answers = list(
        Feedback.objects.filter(session=session).values_list("stakeholder", "useful", "heard", "met")
    )
    if stakeholder:
        of_types = Counter(row[0] for row in answers)
        if 0 < sum(number for number in of_types.values() if number < FEWEST_ANSWERS) < FEWEST_ANSWERS:
            return None
    rows = [row[1:] for row in answers if stakeholder in (None, row[0])]
    if len(rows) < FEWEST_ANSWERS:
        return None
    return Opinion(len(rows), *(fmean(column) for column in zip(*rows, strict=True)))


def words_of_feedback(session: Session) -> list[str]:
    """What people wrote, in alphabetical order: neither the moment nor the type says whose words they are."""
    texts = Feedback.objects.filter(session=session).exclude(text="").values_list("text", flat=True)
    return sorted(texts) if Feedback.objects.filter(session=session).count() >= FEWEST_ANSWERS else []


def rounds_begun(session: Session) -> bool:
    """True once the first round has begun."""
    return Round.objects.filter(
        block__session=session, block__kind__in=Block.SEATED, starts_at__lte=timezone.now()
    ).exists()


def _sat(session: Session) -> QuerySet[Seat]:
    """Seats of the published plan in rounds that have begun, of people who came."""
    return Seat.objects.filter(
        plan__session=session,
        plan__state=SeatingPlan.State.PUBLISHED,
        round__starts_at__lte=timezone.now(),
        registration__state=State.REGISTERED,
        registration__check_in__isnull=False,
    ).order_by("round__starts_at", "pk")


def _in_order(one: str, other: str) -> tuple[str, str]:
    first, second = sorted((str(one), str(other)))
    return first, second
