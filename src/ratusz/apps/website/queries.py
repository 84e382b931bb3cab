"""Reads for the public pages: everything that comes out of here may be shown to anybody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import date
from django.utils import timezone
from django.utils.translation import get_language
from wagtail.models import Locale, PageQuerySet

from ratusz.apps.cities.models import SizeClass
from ratusz.apps.core.templatetags.formats import last_day
from ratusz.apps.core.text import fold
from ratusz.apps.debate import queries as debate
from ratusz.apps.dialogue.queries import agenda_is_public
from ratusz.apps.editions import queries as editions
from ratusz.apps.editions.models import Edition, Phase, Role
from ratusz.apps.editions.river import river_of
from ratusz.apps.partners.queries import public_groups
from ratusz.apps.ranking.queries import published
from ratusz.apps.website.models import (
    DistinctionTitle,
    EditionPage,
    HomePage,
    Laureate,
    NewsPage,
    OrganiserProfile,
    Picture,
    SitePage,
)
from ratusz.apps.website.rankings import teaser

CARD, WIDE, PORTRAIT = "fill-640x400|format-webp", "width-1200|format-webp", "fill-320x320|format-webp"
NEWS_ON_FRONT = 3


def pictures(*sizes: str) -> QuerySet[Picture]:
    """Pictures with their files in the given sizes at hand."""
    return Picture.objects.prefetch_renditions(*sizes)


def news(locale: Locale) -> PageQuerySet[NewsPage]:
    """The published news of one language, newest first; news that is not translated is there in Polish."""
    pages = NewsPage.objects.live().public().filter(locale=locale)
    return (
        pages.select_related("locale", "alias_of__locale")
        .prefetch_related(Prefetch("picture", pictures(CARD)))
        .order_by("-date", "-first_published_at", "-pk")
    )


def of_words(pages: PageQuerySet, query: str) -> PageQuerySet:
    """The pages that hold every word of the query, whatever its case and diacritics."""
    for word in fold(query).split():
        pages = pages.filter(folded__contains=word)
    return pages


def profile(request: HttpRequest | None = None) -> OrganiserProfile:
    """The organiser's profile, its empty places filled from the programme."""
    found = OrganiserProfile.load(request_or_site=request)
    if not (found.name and found.email) and (edition := editions.current_edition(request)):
        found.name = found.name or edition.programme.organiser
        found.email = found.email or edition.programme.contact_email
    return found


# Laureates


def laureates_visible_to(user: Any) -> QuerySet[Laureate]:
    """Announced laureates of the visible editions; all of an edition for its organisers and secretary."""
    rows = Laureate.objects.filter(edition__in=editions.visible_to(user))
    known = user is not None and user.is_authenticated and user.is_active
    if not (known and user.is_superuser):
        rule = Q(public_from__lte=timezone.now())
        if known:
            mine = user.edition_roles.filter(role__in=[Role.ORGANISER, Role.SECRETARY])
            rule |= Q(edition__in=mine.values("edition"))
        rows = rows.filter(rule)
    return rows.select_related("edition", "city", "size_class", "title")


def classes_of(of_editions: QuerySet[Edition]) -> QuerySet[SizeClass]:
    """The size classes of the editions; public."""
    return SizeClass.objects.filter(edition__in=of_editions).select_related("edition")


def titles_visible_to(user: Any) -> QuerySet[DistinctionTitle]:
    """The catalogue of titles; public, as the awards are."""
    return DistinctionTitle.objects.all()


@dataclass(frozen=True)
class LaureateGroup:
    """The laureates of one size class, or (without one) of the whole edition, or outside the ranking."""

    size_class: SizeClass | None
    honorary: bool
    laureates: list[Laureate]


def announced(edition: Edition) -> list[LaureateGroup]:
    """The public laureates of an edition: by class from the largest cities down, honorary awards last."""
    rows = (
        laureates_visible_to(None)
        .filter(edition=edition)
        .prefetch_related(Prefetch("photo", pictures(PORTRAIT)))
    )
    places = {Laureate.Award.MAIN: 0, Laureate.Award.DISTINCTION: 1, Laureate.Award.HONORARY: 2}

    def place(row: Laureate) -> tuple:
        over = row.size_class.over if row.size_class else -1
        return (row.award == Laureate.Award.HONORARY, -over, row.subject, places[row.award], row.order)

    groups = []
    for (honorary, _over), members in groupby(sorted(rows, key=place), key=lambda row: place(row)[:2]):
        listed = list(members)
        groups.append(LaureateGroup(listed[0].size_class, honorary, listed))
    return groups


def latest_laureates(edition: Edition | None) -> tuple[Edition | None, list[LaureateGroup]]:
    """The newest edition, this one or an older, that has public laureates, and they."""
    if edition is not None and (groups := announced(edition)):
        return edition, groups
    newest = laureates_visible_to(None).order_by("-edition__year").first()
    return (newest.edition, announced(newest.edition)) if newest is not None else (None, [])


# The river of an edition


@dataclass(frozen=True)
class Now:
    """What the edition is at: the phase that closes first, or the one that opens next."""

    phase: Phase
    days: int
    opens: bool
    others: list[Phase]


def river(edition: Edition, at: datetime | None = None) -> list[tuple[str, str, str]]:
    """The planned phases from source to mouth as (state, name, days) for the river component."""
    states = {"open": "current", "past": "done"}
    stages = []
    for reach in river_of(edition, at or timezone.now()):
        if reach.phase is not None:
            opens, closes = (
                timezone.localtime(reach.phase.opens_at),
                last_day(reach.phase.closes_at),
            )
            known = closes.year if opens.year == closes.year else edition.year
            days = f"{_day(opens, known)}–{_day(closes, edition.year)}"
            stages.append((states.get(reach.state, ""), str(reach.kind.label), days))
    return stages


def _day(moment: datetime, year: int) -> str:
    """A day as short as can be: its year only where the reader does not know it."""
    english = (get_language() or "pl").startswith("en")
    written = date(moment, "j\u00a0M" if english else "j.m")
    if moment.year == year:
        return written
    return f"{written}\u00a0{moment.year}" if english else f"{written}.{moment.year}"


def now_in(edition: Edition, at: datetime | None = None) -> Now | None:
    """What is going on now; None once everything is over or when nothing is planned."""
    moment = at or timezone.now()
    today = timezone.localdate(moment)
    phases = list(edition.phases.all())
    running = sorted((phase for phase in phases if phase.is_open(moment)), key=lambda phase: phase.closes_at)
    if running:
        first, *others = running
        return Now(first, (last_day(first.closes_at) - today).days, opens=False, others=others)
    ahead = sorted((phase for phase in phases if phase.opens_at > moment), key=lambda phase: phase.opens_at)
    if ahead:
        return Now(ahead[0], (timezone.localdate(ahead[0].opens_at) - today).days, opens=True, others=[])
    return None


# Pages


def front_page(page: HomePage, request: HttpRequest) -> dict[str, Any]:
    """Everything on the front page."""
    edition = editions.current_edition(request)
    laureates_of, laureates = latest_laureates(edition)
    return {
        "edition": edition,
        "now": edition and now_in(edition),
        "stages": edition and river(edition),
        "teaser": teaser(request, edition),
        "news": list(news(page.locale)[:NEWS_ON_FRONT]),
        "partner_groups": public_groups(edition) if edition else [],
        "laureates_of": laureates_of,
        "debate_year": edition.year if debate.is_public(edition) else None,
        "kept_in": ranking.summary["classes"]
        if laureates_of and (ranking := published(laureates_of))
        else [],
        "laureates": [
            one for group in laureates for one in group.laureates if one.award != Laureate.Award.DISTINCTION
        ],
        "laureates_url": laureates_url(page, laureates_of, request),
    }


def laureates_url(page: HomePage, edition: Edition | None, request: HttpRequest) -> str:
    """The page of the edition whose laureates stand on the front page."""
    found = (
        EditionPage.objects.live()
        .filter(edition=edition, locale=page.locale)
        .select_related("locale")
        .first()
    )
    return (found and found.get_url(request)) or ""


def edition_facts(edition: Edition) -> dict[str, Any]:
    """Everything on the page of one edition."""
    ranking = published(edition)
    return {
        "edition": edition,
        "stages": river(edition),
        "ranking_year": edition.year if ranking else None,
        "session_year": edition.year if agenda_is_public(edition) else None,
        "kept_in": ranking.summary["classes"] if ranking else [],
        "partner_groups": public_groups(edition),
        "laureate_groups": announced(edition),
    }


def public_pages(locale: Locale | None = None) -> Iterable[PageQuerySet]:
    """All pages that a search engine may show, one query for each kind of page."""
    hidden = Edition.objects.exclude(pk__in=editions.visible_to(None).values("pk"))
    for kind in sorted(SitePage.__subclasses__(), key=lambda kind: kind.__name__):
        pages = kind.objects.live().public().select_related("locale", "alias_of__locale")
        if locale is not None:
            pages = pages.filter(locale=locale)
        yield pages.exclude(edition__in=hidden) if kind is EditionPage else pages
