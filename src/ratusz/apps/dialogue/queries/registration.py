"""Reads of registrations: one's own for a person, all of them for organisers, nobody's for anybody else."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from ratusz.apps.accounts.models import Consent, ConsentText, Mandate, Organisation, User
from ratusz.apps.accounts.queries import organisations_of
from ratusz.apps.cities.models import City
from ratusz.apps.core.text import fold
from ratusz.apps.dialogue.models import (
    Block,
    DifferentPeople,
    Quota,
    Registration,
    RegistrationGroup,
    Seat,
    SeatingPlan,
    Session,
    Stakeholder,
    Table,
)
from ratusz.apps.dialogue.models.people import Needs
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import may
from ratusz.apps.ranking import queries as ranking

State = Registration.State
# The wording that people agreed to since the first edition speaks of the Session and of the mark “no photographs”.
PHOTOS = "image"
CONTACTS = "session-contacts"
KINDS = {
    Stakeholder.LOCAL_GOVERNMENT: {Organisation.Kind.LOCAL_GOVERNMENT},
    Stakeholder.BUSINESS: {Organisation.Kind.BUSINESS},
    Stakeholder.NGO: {Organisation.Kind.NGO},
    Stakeholder.INSTITUTION: {
        Organisation.Kind.PUBLIC_INSTITUTION,
        Organisation.Kind.PRIVATE_INSTITUTION,
    },
    Stakeholder.EXPERT: {Organisation.Kind.EXPERT},
}


def registrations_visible_to(user: Any) -> QuerySet[Registration]:
    """All of the editions that the person organises, and one's own; an invitation is read by its link alone."""
    found = Registration.objects.select_related("session__edition", "city", "organisation", "user")
    if user is None or not user.is_authenticated or not user.is_active:
        return found.none()
    editions = [
        edition.pk
        for edition in Edition.objects.filter(dialogue_session__isnull=False)
        if may(user, "dialogue.view_unpublished", edition)
    ]
    return found.filter(Q(session__edition__in=editions) | Q(user=user))


def invitation_by(session: Session, code: str) -> Registration | None:
    """The registration to which a link leads, in whatever state: an old link is answered in words."""
    return (
        session.registrations.filter(code=code)
        .select_related("session__edition", "city", "organisation", "user", "replaces", "group__by")
        .first()
    )


def groups_of(user: User, session: Session) -> QuerySet[RegistrationGroup]:
    """The groups that the person registered, with their people."""
    groups = RegistrationGroup.objects.filter(session=session, by=user).order_by("-created_at")
    return groups.prefetch_related("members__city", "members__organisation")


def mandated_organisation(
    user: User, stakeholder: str, *, teryt: str = "", name: str = "", nip: str = ""
) -> Organisation | None:
    """The organisation of that side for which the person acts today, if it is the one that was named."""
    own = organisations_of(user).filter(kind__in=KINDS[Stakeholder(stakeholder)])
    if teryt:
        return own.filter(teryt=teryt).first()
    if nip:
        return own.filter(nip=nip).first()
    return next((one for one in own if fold(one.name) == fold(name)), None)


# Places


@dataclass(frozen=True)
class Places:
    """A type with its quota (None: no limit), those who have a place and those who wait."""

    stakeholder: Stakeholder
    quota: int | None
    registered: int
    waiting: int
    invited: int

    @property
    def left(self) -> int | None:
        return None if self.quota is None else max(0, self.quota - self.registered)

    @property
    def is_full(self) -> bool:
        return self.left == 0


def places(session: Session) -> list[Places]:
    """Each type with its numbers: two queries, no names."""
    quotas = dict(Quota.objects.filter(session=session).values_list("stakeholder", "places"))
    counts: dict[tuple[str, str], int] = {
        (row["stakeholder"], row["state"]): row["number"]
        for row in session.registrations.values("stakeholder", "state")
        .annotate(number=Count("pk"))
        .order_by()
    }
    return [
        Places(
            one,
            quotas.get(one.value),
            *(
                counts.get((one.value, state), 0)
                for state in (State.REGISTERED, State.WAITING, State.INVITED)
            ),
        )
        for one in Stakeholder
    ]


def place_in_line(registration: Registration) -> int:
    """The place on the waiting list of the type, counted from 1."""
    earlier = Q(created_at__lt=registration.created_at) | Q(
        created_at=registration.created_at, pk__lt=registration.pk
    )
    return (
        Registration.objects.filter(
            earlier,
            session=registration.session_id,
            stakeholder=registration.stakeholder,
            state=State.WAITING,
        ).count()
        + 1
    )


def changed_since(session: Session, moment: Any) -> set[int]:
    """Registrations that say something else than at the moment: changed, cancelled, or with another word on photos."""
    changed = Q(changed_at__gt=moment) | Q(cancelled_at__gt=moment)
    consents = Consent.objects.filter(text__purpose=PHOTOS).filter(
        Q(given_at__gt=moment) | Q(withdrawn_at__gt=moment)
    )
    rows = session.registrations.filter(changed | Q(user__in=consents.values("user")))
    return set(rows.values_list("pk", flat=True))


def last_print(session: Session) -> Any:
    """When something was last printed for the day; None before that."""
    return session.printings.aggregate(Max("at"))["at__max"]


# Consents


def contact_purpose(session: Session, partner: int) -> str:
    """The purpose under which the ledger keeps “this partner may have my contact”."""
    return f"{CONTACTS}-{session.edition.year}-{partner}"


def consent_texts(session: Session) -> list[ConsentText]:
    """What the session asks for, each in its newest wording: photographs, then each partner."""
    newest = ConsentText.objects.filter(
        Q(purpose=PHOTOS) | Q(purpose__startswith=f"{CONTACTS}-{session.edition.year}-")
    )
    texts = newest.order_by("purpose", "-version").distinct("purpose")
    return sorted(texts, key=lambda text: (text.purpose != PHOTOS, text.title_pl))


def standing_consents(user: User, purposes: Iterable[str]) -> dict[str, Consent]:
    """The person's standing consents by purpose, in whichever wording they were given."""
    found = Consent.objects.filter(user=user, text__purpose__in=list(purposes), withdrawn_at=None)
    return {consent.text.purpose: consent for consent in found.select_related("text")}


def photo_refused(session: Session) -> set[int]:
    """The standing registrations WITHOUT the consent to photographs: their badge carries the mark."""
    agreed = Consent.objects.filter(text__purpose=PHOTOS, withdrawn_at=None).values("user")
    standing = session.registrations.exclude(state=State.CANCELLED)
    return set(standing.filter(Q(user=None) | ~Q(user__in=agreed)).values_list("pk", flat=True))


def contacts_for(session: Session, partner: int) -> QuerySet[Registration]:
    """The registered people who agreed that this partner may have their contact."""
    agreed = Consent.objects.filter(text__purpose=contact_purpose(session, partner), withdrawn_at=None)
    return session.registrations.filter(
        state=State.REGISTERED, user__in=agreed.values("user")
    ).select_related("city", "organisation")


# Hints for organisers


def suspicions(registrations: Iterable[Registration]) -> dict[int, Organisation]:
    """The firm of the register that an unconfirmed person of another side seems to come from.

    The e-mail's domain is that of the firm's site, or the organisation that was typed has the firm's name.
    """
    doubtful = [
        one
        for one in registrations
        if one.verified_at is None
        and one.stakeholder in (Stakeholder.EXPERT, Stakeholder.NGO, Stakeholder.INSTITUTION)
    ]
    if not doubtful:
        return {}
    domains, names = {}, {}
    for firm in Organisation.objects.filter(kind=Organisation.Kind.BUSINESS, nip__isnull=False):
        names[fold(firm.name)] = firm
        host = (urlsplit(firm.website).hostname or "").removeprefix("www.")
        if host:
            domains[host] = firm
    mandates = Mandate.objects.filter(
        user__in=[one.user_id for one in doubtful if one.user_id],
        organisation__kind=Organisation.Kind.BUSINESS,
    ).select_related("organisation")
    firm_of = {mandate.user_id: mandate.organisation for mandate in mandates}
    found = {}
    for one in doubtful:
        firm = (
            domains.get(one.email.rpartition("@")[2])
            or names.get(fold(one.organisation_name))
            or firm_of.get(one.user_id)
        )
        if firm is not None:
            found[one.pk] = firm
    return found


@dataclass(frozen=True)
class Duplicate:
    """Two standing registrations that may be one person, and why it seems so."""

    first: Registration
    second: Registration
    same_phone: bool

    @property
    def both(self) -> tuple[Registration, Registration]:
        return self.first, self.second


def duplicates(session: Session) -> list[Duplicate]:
    """Pairs with one name and one organisation or city, or with one phone number, that nobody has looked at."""
    standing = list(
        session.registrations.exclude(state=State.CANCELLED)
        .select_related("city", "organisation")
        .order_by("pk")
    )
    seen = set(DifferentPeople.objects.filter(first__session=session).values_list("first", "second"))
    by_key: dict[tuple, list[Registration]] = defaultdict(list)
    for one in standing:
        words = " ".join(sorted(fold(one.name).replace("-", " ").split()))
        by_key["name", words, fold(one.comes_from)].append(one)
        if one.phone:
            by_key["phone", one.phone[-9:]].append(one)
    pairs: dict[tuple[int, int], Duplicate] = {}
    for key, people in by_key.items():
        for i, first in enumerate(people):
            for second in people[i + 1 :]:
                pair = (first.pk, second.pk)
                # A substitute who was invited is not the person whom they stand in for.
                if pair in seen or first.replaces_id == second.pk or second.replaces_id == first.pk:
                    continue
                pairs.setdefault(pair, Duplicate(first, second, key[0] == "phone"))
    return list(pairs.values())


# What people read before the day


@dataclass(frozen=True)
class Reading:
    """What a person reads before the day: texts of the blocks, and the questions of the person's own tables."""

    blocks: list[Block]
    tables: list[Table]

    @property
    def is_empty(self) -> bool:
        return not self.blocks and not self.tables


def reading_of(registration: Registration) -> Reading:
    """Texts of the blocks that are open to the person; questions of the tables where the person sits."""
    from ratusz.apps.dialogue.queries.access import blocks_open_to  # the wall decides on circles

    session = registration.session
    open_to = set(blocks_open_to(registration.user, session).values_list("pk", flat=True))
    blocks = [
        block
        for block in session.blocks.exclude(reading_pl="", reading_en="")
        if not block.is_circle or block.pk in open_to
    ]
    seats = Seat.objects.filter(registration=registration, plan__state=SeatingPlan.State.PUBLISHED)
    tables = Table.objects.filter(pk__in=seats.values("table"), block__in=open_to).select_related(
        "block", "city_question"
    )
    return Reading(blocks, [table for table in tables if table.question])


def waits_for_reading(session: Session) -> QuerySet[Registration]:
    """The registered people to whom the reading has not been sent."""
    return session.registrations.filter(
        state=State.REGISTERED, reading_sent_at=None, user__is_active=True
    ).select_related("user", "session__edition", "city", "organisation")


def sessions_with_reading_due() -> QuerySet[Session]:
    """Sessions whose moment to send the reading has come, up to their day."""
    return Session.objects.filter(
        reading_sends_at__lte=timezone.now(), edition__session_date__gte=timezone.localdate()
    ).select_related("edition")


def sessions_with_needs_to_delete() -> QuerySet[Session]:
    """Sessions of days gone by whose needs are still kept."""
    return (
        Session.objects.filter(
            Q(needs_deleted_at=None) | Q(registrations__needs__isnull=False),
            edition__session_date__lt=timezone.localdate(),
        )
        .select_related("edition")
        .distinct()
    )


def needs_visible_to(user: Any, session: Session) -> QuerySet[Needs]:
    """What people need on the day: for those who look after registrations, and nobody else."""
    if not may(user, "dialogue.view_needs", session.edition):
        return Needs.objects.none()
    return Needs.objects.filter(registration__session=session).exclude(registration__state=State.CANCELLED)


def cities_to_choose(edition: Edition) -> QuerySet[City]:
    """The cities of the register in Polish order; two of one name are told apart by their voivodeship."""
    return City.objects.filter(valid_to=None).order_by("sort_key")


def peer_wishes(user: User, session: Session) -> QuerySet:
    """The wishes to sit beside a peer city that the person's own city has stored with the ranking."""
    requests = ranking.seat_requests_visible_to(user, session.edition)
    return requests.filter(city__in=session.registrations.filter(user=user).values("city"))


def organisations_to_meet(session: Session, but: Collection[int] = ()) -> QuerySet[Organisation]:
    """Confirmed organisations that are registered: those with whom one can wish to sit."""
    confirmed = session.registrations.filter(state=State.REGISTERED, verified_at__isnull=False)
    return Organisation.objects.filter(
        pk__in=confirmed.exclude(stakeholder=Stakeholder.LOCAL_GOVERNMENT).values("organisation")
    ).exclude(pk__in=but)
