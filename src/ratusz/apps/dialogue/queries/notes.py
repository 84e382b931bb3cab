"""Notes, records and themes. Each read goes through `blocks_open_to`: the wall of a circle stands in front of all."""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from ratusz.apps.cities.models import CityInEdition
from ratusz.apps.dialogue.detector import Finding, Known, findings, known
from ratusz.apps.dialogue.models import (
    Note,
    NoteSheet,
    Round,
    Session,
    Stakeholder,
    Table,
    TableRecord,
    Theme,
)
from ratusz.apps.dialogue.queries.access import blocks_open_to, tables_hosted_by
from ratusz.apps.dialogue.queries.seating import people_at
from ratusz.apps.editions.permissions import may


def notes_visible_to(user: Any, session: Session) -> QuerySet[Note]:
    """The notes that stand, of the blocks whose talk the person may read."""
    return Note.objects.filter(
        withdrawn_at=None, record__table__block__in=blocks_open_to(user, session)
    ).select_related("record__table__topic", "record__table__block", "record__round")


def records_visible_to(user: Any, session: Session) -> QuerySet[TableRecord]:
    """The records of the blocks whose talk the person may read, with their standing notes.

    A record of which only the sheet is printed yet is none.
    """
    standing = Note.objects.filter(withdrawn_at=None)
    written = Exists(standing.filter(record=OuterRef("pk"))) | ~Q(handover="") | ~Q(harvest="")
    return (
        TableRecord.objects.filter(written, table__block__in=blocks_open_to(user, session))
        .select_related("table__topic", "table__room", "table__block", "table__city_question", "round")
        .prefetch_related(Prefetch("notes", queryset=standing, to_attr="standing_notes"))
        .order_by("round__starts_at", "table__block", "table__number")
    )


def themes_visible_to(user: Any, session: Session) -> QuerySet[Theme]:
    """Themes all of whose notes the person may read: one note of a circle puts a theme behind its wall."""
    closed = Note.objects.filter(themes=OuterRef("pk")).exclude(
        record__table__block__in=blocks_open_to(user, session)
    )
    themes = session.themes.filter(~Exists(closed)).select_related("topic")
    return themes if blocks_open_to(user, session).exists() else themes.none()


def sheets_visible_to(user: Any, session: Session) -> QuerySet[NoteSheet]:
    """Photos of paper sheets: for organisers and the hosts of the table."""
    sheets = NoteSheet.objects.filter(record__table__block__in=blocks_open_to(user, session))
    sheets = sheets.select_related("record__table__block", "record__round")
    if may(user, "dialogue.view_unpublished", session.edition):
        return sheets
    return sheets.filter(record__table__in=tables_hosted_by(user, session))


def tables_to_write(user: Any, session: Session) -> QuerySet[Table]:
    """The tables whose notes the person writes: the own ones, for organisers all."""
    if may(user, "dialogue.view_unpublished", session.edition):
        return Table.objects.filter(block__session=session, block__in=blocks_open_to(user, session))
    return tables_hosted_by(user, session).filter(block__in=blocks_open_to(user, session))


def record_of_sheet(session: Session, code: str) -> TableRecord | None:
    """The record of the printed sheet: whoever holds the paper may send its photo, and reads nothing."""
    return (
        TableRecord.objects.filter(table__block__session=session, sheet_code=code)
        .select_related("table__block__session__edition", "round")
        .first()
    )


def record_of(table: Table, turn: Round) -> TableRecord | None:
    """The record of the table in the round, once something is written."""
    return TableRecord.objects.filter(table=table, round=turn).first()


def names_at(table: Table, turn: Round) -> list[Known]:
    """The names to look for in a note of this table and round, with the words that are offered instead."""
    people = people_at(table, turn)
    classes = dict(
        CityInEdition.objects.filter(
            edition=table.block.session.edition_id, city__in=[one.city_id for one in people if one.city_id]
        ).values_list("city", "size_class__name_pl")
    )
    found: list[Known] = []
    for one in people:
        role = words_for(one.stakeholder)
        found += known(one.name, "person", role, parts=True)
        if one.city:
            size = classes.get(one.city_id)
            found += known(one.city.name, "city", a_city(size))
        if one.organisation:
            found += known(_short(one.organisation.name), "organisation", role)
    return found


def words_for(stakeholder: str) -> str:
    """The words that stand for a person of the type in a note."""
    return {
        Stakeholder.LOCAL_GOVERNMENT: _("somebody of local government"),
        Stakeholder.BUSINESS: _("somebody of business"),
        Stakeholder.NGO: _("somebody of an organisation"),
        Stakeholder.INSTITUTION: _("somebody of an institution"),
        Stakeholder.EXPERT: _("an expert"),
    }[Stakeholder(stakeholder)]


def a_city(size_class: str | None) -> str:
    """The words that stand for a city."""
    return (
        _("a city of the class “%(size)s”") % {"size": size_class} if size_class else _("one of the cities")
    )


def named_in(note: Note) -> list[Finding]:
    """What in a note still seems to name somebody."""
    return findings(note.text, names_at(note.record.table, note.record.round))


def _short(name: str) -> str:
    """The telling part of an organisation's name, without its legal form or a remark in brackets."""
    return name.partition("(")[0].replace("sp. z o.o.", "").replace("S.A.", "").strip()
