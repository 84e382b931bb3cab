"""Editions and their phases for the public API."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router

from ratusz.apps.core.public_data import Page, Paging, Record, known, page_of
from ratusz.apps.editions import queries, reading
from ratusz.apps.editions.models import Edition

router = Router(tags=["Editions"])

Year = Annotated[int, Path(ge=1900, le=2200, description=_("Year of the edition."), examples=[2026])]


class PhaseRecord(Record):
    """A stretch of the edition's calendar."""

    kind: Literal[
        "measure", "verify", "rank", "call", "judge", "convene", "recommend", "commit", "consult", "follow_up"
    ] = known(_("Which phase of the edition it is."), example="measure")
    opens_at: datetime = known(_("From when the phase is open."), example="2026-02-01T00:00:00+01:00")
    closes_at: datetime = known(
        _("Until when the phase is open; this moment is no longer part of it."),
        example="2026-04-01T00:00:00+02:00",
    )


class EditionRecord(Record):
    """One year of the programme."""

    year: int = known(_("Year of the edition."), example=2026)
    name_pl: str = known(_("Name in Polish."), example="Miasta Przyszłości 2026")
    name_en: str = known(
        _("Name in English; empty where there is none."), example="Cities of the Future 2026"
    )
    organiser: str = known(_("Who runs the programme."), example="Ośrodek Dialogu Miejskiego")
    session_number: int | None = known(
        _("Which Dialogue Session of the series it is."), missing=_("No session in this edition."), example=5
    )
    ranking_number: int | None = known(
        _("Which ranking of the series it is."), missing=_("No ranking in this edition."), example=3
    )
    session_date: date | None = known(
        _("Day of the Dialogue Session."), missing=_("Not set yet."), example="2026-10-15"
    )
    venue_pl: str = known(_("Place of the session in Polish; empty where it is not set."), example="Sopot")
    venue_en: str = known(_("Place of the session in English; empty where it is not set."), example="Sopot")
    is_current: bool = known(_("True for the edition that runs now."), example=True)
    phases: list[PhaseRecord] = known(_("The calendar of the edition."))
    files: str = known(
        _("Address of the description of the edition's files (Frictionless Data Package)."),
        example="https://example.org/open-data/2026/datapackage.json",
    )


class EditionPage(Page[EditionRecord]):
    """Editions, the newest first."""


def record_of(edition: Edition) -> EditionRecord:
    """The public record of an edition whose phases are at hand."""
    return EditionRecord(
        year=edition.year,
        name_pl=edition.name_pl,
        name_en=edition.name_en,
        organiser=edition.programme.organiser,
        session_number=edition.session_number,
        ranking_number=edition.ranking_number,
        session_date=edition.session_date,
        venue_pl=edition.venue_pl,
        venue_en=edition.venue_en,
        is_current=edition.is_current,
        phases=[
            PhaseRecord(kind=phase.kind, opens_at=phase.opens_at, closes_at=phase.closes_at)
            for phase in edition.phases.all()
        ],
        files=f"{settings.BASE_URL}/open-data/{edition.year}/datapackage.json",
    )


def edition_of(year: int) -> Edition:
    """The edition of the year as everybody may see it; one in preparation does not exist here."""
    return reading.edition_of(None, year)


@router.get("/editions", response=EditionPage, operation_id="list_editions", summary=_("All editions"))
def list_editions(request: HttpRequest, asked: Query[Paging]) -> Any:
    """The current edition and the past ones; an edition in preparation is not public yet."""
    return page_of(EditionPage, request, queries.visible_to(None).order_by("-year", "pk"), asked, record_of)


@router.get("/editions/{year}", response=EditionRecord, operation_id="get_edition", summary=_("One edition"))
def get_edition(request: HttpRequest, year: Year) -> Any:
    """An edition with its calendar."""
    return record_of(edition_of(year))
