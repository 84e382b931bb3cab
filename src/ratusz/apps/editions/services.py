"""Verbs that write editions, their calendar and the roles in them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.templatetags.formats import moment
from ratusz.apps.editions import queries
from ratusz.apps.editions.models import Edition, Phase, Programme, Role, RoleAssignment
from ratusz.apps.editions.permissions import may, require
from ratusz.apps.editions.signals import edition_opened

FIELDS = (
    "year", "name_pl", "name_en", "session_number", "ranking_number", "session_date", "venue_pl", "venue_en",
)  # fmt: skip
Calendar = Mapping[str, tuple[datetime, datetime] | None]


@transaction.atomic
def save_programme(*, programme: Programme, by: User) -> Programme:
    """Writes the programme's name, organiser and contact; only an administrator may."""
    if not by.is_superuser:
        raise NotAllowed(next_step=_("Ask the administrator of the site."))
    programme.save()
    audit.record(by=by, action="editions.save_programme", subject=programme)
    return programme


@transaction.atomic
def create_edition(
    *,
    programme: Programme,
    year: int,
    name_pl: str,
    name_en: str = "",
    session_number: int | None = None,
    ranking_number: int | None = None,
    session_date: date | None = None,
    venue_pl: str = "",
    venue_en: str = "",
    copy_from: Edition | None = None,
    by: User,
) -> Edition:
    """Opens an edition, with the calendar of an earlier one moved by whole years where one is given.

    Whoever opens it becomes its organiser.
    """
    _require_somewhere(by, "editions.create_edition")
    edition = Edition(
        programme=programme, year=year, name_pl=name_pl, name_en=name_en, session_number=session_number,
        ranking_number=ranking_number, session_date=session_date, venue_pl=venue_pl, venue_en=venue_en,
    )  # fmt: skip
    _check_numbers(edition)
    edition.save()
    if copy_from is not None:
        _copy_calendar(copy_from, edition)
    RoleAssignment.objects.create(edition=edition, user=by, role=Role.ORGANISER)
    audit.record(
        by=by, action="editions.create_edition", subject=edition, edition=edition,
        copied_from=copy_from.pk if copy_from else None,
    )  # fmt: skip
    edition_opened.send(Edition, edition=edition, copied_from=copy_from, by=by)
    return edition


@transaction.atomic
def change_edition(*, edition: Edition, by: User, **fields: Any) -> Edition:
    """Changes the names, numbers, day and venue of an edition."""
    require(by, "editions.change_edition", edition)
    changed = {}
    for field, value in fields.items():
        if field not in FIELDS:
            raise TypeError(f"An edition has no field {field}.")
        if getattr(edition, field) != value:
            changed[field] = [getattr(edition, field), value]
            setattr(edition, field, value)
    _check_numbers(edition)
    edition.save()
    if changed:
        audit.record(
            by=by, action="editions.change_edition", subject=edition, edition=edition, changed=changed
        )
    return edition


@transaction.atomic
def set_calendar(*, edition: Edition, calendar: Calendar, by: User) -> Edition:
    """Sets the phases of an edition: opening and closing moment of each, or None to take it out."""
    require(by, "editions.change_edition", edition)
    before = {phase.kind: phase for phase in Phase.objects.filter(edition=edition)}
    changed = {}
    for kind, span in calendar.items():
        old = before.get(kind)
        if span is None:
            if old:
                changed[kind] = None
                old.delete()
            continue
        _check_span(Phase.Kind(kind), *span)
        if old is None or (old.opens_at, old.closes_at) != span:
            changed[kind] = list(span)
            Phase.objects.update_or_create(
                edition=edition, kind=kind, defaults={"opens_at": span[0], "closes_at": span[1]}
            )
    if changed:
        audit.record(by=by, action="editions.set_calendar", subject=edition, edition=edition, changed=changed)
    return edition


@transaction.atomic
def set_current(*, edition: Edition, by: User) -> Edition:
    """Makes the edition the one that the site shows; the one before becomes a past edition."""
    require(by, "editions.change_edition", edition)
    Edition.objects.filter(programme=edition.programme, is_current=True).exclude(pk=edition.pk).update(
        is_current=False
    )
    edition.is_current = True
    edition.save(update_fields=["is_current"])
    audit.record(by=by, action="editions.set_current", subject=edition, edition=edition)
    return edition


@transaction.atomic
def assign_role(*, edition: Edition, user: User, role: str, by: User) -> RoleAssignment:
    """Gives the person a role in the edition; giving it twice changes nothing."""
    require(by, "editions.assign_role", edition)
    if not user.is_active:
        raise DomainError(
            _("%(person)s has no active account.") % {"person": user},
            next_step=_("Choose a person who can sign in."),
            field="user",
            code="person_inactive",
        )
    assignment, created = RoleAssignment.objects.get_or_create(edition=edition, user=user, role=Role(role))
    if created:
        audit.record(by=by, action="editions.assign_role", subject=user, edition=edition, role=role)
    return assignment


@transaction.atomic
def revoke_role(*, edition: Edition, user: User, role: str, by: User) -> None:
    """Takes a role from the person; an edition keeps at least one organiser."""
    require(by, "editions.assign_role", edition)
    assignment = RoleAssignment.objects.filter(edition=edition, user=user, role=role).first()
    if assignment is None:
        return
    others = RoleAssignment.objects.filter(edition=edition, role=Role.ORGANISER).exclude(user=user)
    if role == Role.ORGANISER and not others.exists():
        raise DomainError(
            _("%(person)s is the only organiser of this edition.") % {"person": user},
            next_step=_("Make somebody else an organiser first."),
            field="role",
            code="last_organiser",
        )
    assignment.delete()
    audit.record(by=by, action="editions.revoke_role", subject=user, edition=edition, role=role)


def _require_somewhere(by: User, action: str) -> None:
    if not by.is_superuser and not any(may(by, action, edition) for edition in queries.editions_at_work(by)):
        raise NotAllowed(next_step=_("Ask the organiser of the edition for the role that you need."))


def _check_numbers(edition: Edition) -> None:
    others = Edition.objects.filter(programme=edition.programme).exclude(pk=edition.pk)
    if twin := others.filter(year=edition.year).first():
        raise DomainError(
            _("There is already an edition of the year %(year)s: %(name)s.")
            % {"year": edition.year, "name": twin.name},
            next_step=_("Choose another year, or change that edition."),
            field="year",
            code="edition_year_taken",
        )
    for field, text in (
        (
            "session_number",
            _("Session no. %(number)s was already held in %(year)s; a number belongs to one edition."),
        ),
        (
            "ranking_number",
            _("Ranking no. %(number)s already belongs to %(year)s; a number belongs to one edition."),
        ),
    ):
        number = getattr(edition, field)
        twin = others.filter(**{field: number}).first() if number is not None else None
        if twin:
            raise DomainError(
                text % {"number": number, "year": twin.year},
                next_step=_("Write another number, or correct the other edition first."),
                field=field,
                code="edition_number_taken",
            )


def _check_span(kind: Phase.Kind, opens_at: datetime, closes_at: datetime) -> None:
    if closes_at <= opens_at:
        raise DomainError(
            _("%(phase)s closes on %(closes)s, which is not after it opens on %(opens)s.")
            % {"phase": kind.label, "closes": moment(closes_at), "opens": moment(opens_at)},
            next_step=_("Set a closing moment after the opening one."),
            field=f"{kind.value}_closes",
            code="phase_ends_before_start",
        )


def _copy_calendar(source: Edition, edition: Edition) -> None:
    years = edition.year - source.year
    for phase in source.phases.all():
        Phase.objects.create(
            edition=edition,
            kind=phase.kind,
            opens_at=_moved(phase.opens_at, years),
            closes_at=_moved(phase.closes_at, years),
        )


def _moved(at: datetime, years: int) -> datetime:
    """The same day and hour on the clock of Warsaw, years later; 29 February becomes 28 February."""
    local = timezone.localtime(at)
    day = 28 if (local.month, local.day) == (2, 29) else local.day
    naive = local.replace(tzinfo=None, fold=0, year=local.year + years, day=day)
    return timezone.make_aware(naive)
