"""The session at a glance: what each part holds, and the next step in it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ratusz.apps.dialogue.agenda.clashes import clashes_in
from ratusz.apps.dialogue.agenda.content import content_of
from ratusz.apps.dialogue.models import (
    CheckIn,
    CityQuestion,
    Feedback,
    Note,
    Registration,
    Session,
    Table,
    TableRecord,
    Theme,
)
from ratusz.apps.dialogue.queries.agenda import published_agenda
from ratusz.apps.dialogue.queries.seating import published_plan

State = Registration.State


@dataclass(frozen=True)
class Part:
    """A part of the preparation: what there is, the next step in words (empty: nothing to do), its screens."""

    title: str
    facts: list[str]
    next_step: str
    links: list[tuple[str, str]]


def parts(session: Session) -> list[Part]:
    """The parts in the order in which a session is prepared, held and followed up."""
    found = [_agenda, _registration, _tables, _seating, _day, _notes, _afterwards]
    return [part(session) for part in found]


def _links(session: Session, *named: tuple[str, Any]) -> list[tuple[str, str]]:
    """Label and address of the screens that are there."""
    links = []
    for name, label in named:
        try:
            links.append((label, reverse(f"dialogue_admin:{name}", args=[session.edition.year])))
        except NoReverseMatch:
            continue
    return links


def _agenda(session: Session) -> Part:
    blocks, rooms = session.blocks.count(), session.rooms.count()
    facts = [
        ngettext("%(n)s block", "%(n)s blocks", blocks) % {"n": blocks},
        ngettext("%(n)s room", "%(n)s rooms", rooms) % {"n": rooms},
    ]
    version = published_agenda(session)
    if version:
        facts.append(_("version %(number)s is public") % {"number": version.number})
    clashes = clashes_in(session) if blocks else []
    stops = sum(clash.stops for clash in clashes)
    if not rooms:
        step = _("Begin with the rooms.")
    elif not blocks:
        step = _("Add the first block of the day.")
    elif stops:
        step = ngettext("Mend %(n)s clash.", "Mend %(n)s clashes.", stops) % {"n": stops}
    elif version is None:
        step = _("Publish the agenda.")
    elif version.content != content_of(session):
        step = _("Publish what you have changed.")
    else:
        step = ""
    links = _links(
        session, ("agenda", _("Agenda")), ("rooms", _("Rooms")), ("topics", _("Topics")),
        ("change_session", _("Place and registration")),
    )  # fmt: skip
    return Part(_("Agenda"), facts, step, links)


def _registration(session: Session) -> Part:
    counts = session.registrations.aggregate(
        here=Count("pk", filter=Q(state=State.REGISTERED)),
        waiting=Count("pk", filter=Q(state=State.WAITING)),
        asked=Count("pk", filter=Q(state=State.INVITED)),
        unknown=Count("pk", filter=Q(state=State.REGISTERED, verified_at=None)),
    )
    facts = [
        ngettext("%(n)s person registered", "%(n)s people registered", counts["here"]) % {"n": counts["here"]}
    ]
    if counts["waiting"]:
        facts.append(_("%(n)s on the waiting list") % {"n": counts["waiting"]})
    if counts["asked"]:
        facts.append(_("%(n)s asked, without an answer yet") % {"n": counts["asked"]})
    if session.registration_opens_at is None:
        step = _("Say when registration opens.")
    elif counts["unknown"]:
        step = ngettext(
            "Confirm the organisation of %(n)s person.",
            "Confirm the organisations of %(n)s people.",
            counts["unknown"],
        ) % {"n": counts["unknown"]}
    elif not counts["here"]:
        opens = date_format(localtime(session.registration_opens_at), "j E Y, H:i")
        step = _("Registration opens %(when)s.") % {"when": opens}
    else:
        step = ""
    links = _links(
        session, ("registrations", _("People")), ("quotas", _("Quotas")), ("duplicates", _("Doubles")),
        ("reading", _("Reading")),
    )  # fmt: skip
    return Part(_("Registration"), facts, step, links)


def _tables(session: Session) -> Part:
    tables = Table.objects.filter(block__session=session)
    questions = CityQuestion.objects.filter(session=session)
    number, asked = tables.count(), questions.count()
    idle = questions.filter(tables=None).count()
    silent = tables.filter(question_pl="", city_question=None).count()
    hostless = tables.filter(hosts=None, block__hosts=None).count()
    facts = [
        ngettext("%(n)s table", "%(n)s tables", number) % {"n": number},
        ngettext("%(n)s question of a city", "%(n)s questions of cities", asked) % {"n": asked},
    ]
    if not number:
        step = _("Give circles and round tables their tables.")
    elif idle:
        step = ngettext(
            "Give %(n)s question of a city a table.", "Give %(n)s questions of cities a table.", idle
        ) % {"n": idle}
    elif silent:
        step = ngettext("%(n)s table has no question.", "%(n)s tables have no question.", silent) % {
            "n": silent
        }
    elif hostless:
        step = ngettext("%(n)s table has no host.", "%(n)s tables have no host.", hostless) % {"n": hostless}
    else:
        step = ""
    return Part(
        _("Tables and questions"), facts, step, _links(session, ("questions", _("Questions of cities")))
    )


def _seating(session: Session) -> Part:
    plan, drafts = published_plan(session), session.plans.filter(state="draft").count()
    facts = [ngettext("%(n)s draft", "%(n)s drafts", drafts) % {"n": drafts}]
    if plan:
        facts.append(_("plan %(number)s is published") % {"number": plan.number})
        step = ""
    else:
        step = _("Choose a draft and publish it.") if drafts else _("Make the first seating plan.")
    return Part(_("Seating"), facts, step, _links(session, ("seating", _("Seating plans"))))


def _day(session: Session) -> Part:
    came = CheckIn.objects.filter(registration__session=session).count()
    facts = [ngettext("%(n)s person checked in", "%(n)s people checked in", came) % {"n": came}]
    step = "" if came else _("Print badges and cards, and try the hall display a day before.")
    links = _links(session, ("run", _("Run the day")), ("print", _("Print")))
    return Part(_("The day"), facts, step, links)


def _notes(session: Session) -> Part:
    notes = Note.objects.filter(record__table__block__session=session, withdrawn_at=None).count()
    themes = Theme.objects.filter(session=session).count()
    written = TableRecord.objects.filter(table__block__session=session, notes__withdrawn_at=None)
    open_records = written.filter(notes__isnull=False, confirmed_at=None).distinct().count()
    facts = [
        ngettext("%(n)s note", "%(n)s notes", notes) % {"n": notes},
        ngettext("%(n)s theme", "%(n)s themes", themes) % {"n": themes},
    ]
    step = ""
    if open_records and notes:
        step = ngettext(
            "%(n)s table has not confirmed its record.", "%(n)s tables have not confirmed their records.",
            open_records,
        ) % {"n": open_records}  # fmt: skip
    links = _links(session, ("notes", _("Notes")), ("harvest", _("Harvest")))
    return Part(_("Notes and harvest"), facts, step, links)


def _afterwards(session: Session) -> Part:
    answers = Feedback.objects.filter(session=session).count()
    facts = [ngettext("%(n)s answer", "%(n)s answers", answers) % {"n": answers}]
    return Part(_("Afterwards"), facts, "", _links(session, ("afterwards", _("After the day"))))
