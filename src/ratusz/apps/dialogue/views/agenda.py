"""The public pages and feeds of the session, made from the published version, and a person's own day."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ratusz.apps.core.open_data import as_download
from ratusz.apps.core.ratelimit import rate_limit
from ratusz.apps.dialogue import queries, services
from ratusz.apps.dialogue.agenda import feeds
from ratusz.apps.dialogue.agenda.day import day_of
from ratusz.apps.dialogue.agenda.own import entries, own_day
from ratusz.apps.dialogue.models import AgendaVersion, Registration, Session
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.reading import edition_of

VIEWS = ("list", "rooms", "topics")
CALENDAR = "text/calendar; charset=utf-8"


def _published(request: HttpRequest, year: int) -> tuple[Edition, AgendaVersion]:
    edition = edition_of(request.user, year)
    session = queries.session_of(edition)
    version = queries.published_agenda(session) if session else None
    if version is None:
        raise Http404(_("The agenda of the Session is not published yet."))
    return edition, version


@require_safe
def agenda(request: HttpRequest, year: int) -> HttpResponse:
    """The session and its day: as a list, by room or by topic."""
    edition = edition_of(request.user, year)
    session = queries.session_of(edition)
    version = queries.published_agenda(session) if session else None
    context: dict[str, Any] = {"edition": edition, "session": session, "version": version}
    if session and version:
        day = day_of(version.content)
        shown = request.GET.get("view")
        context |= {
            "day": day,
            "shown": shown if shown in VIEWS else "list",
            "grid": day.grid() if shown == "rooms" else None,
            "versions": list(queries.versions(session)),
            "taking_part": queries.own_registration(request.user, session),
        }
    return render(request, "dialogue/agenda.html", context)


@require_safe
def block(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """One block of the published day."""
    edition, version = _published(request, year)
    day = day_of(version.content)
    found = day.block(pk)
    if found is None:
        raise Http404(_("There is no such block in the agenda; it may have been dropped."))
    return render(
        request, "dialogue/block.html", {"edition": edition, "version": version, "day": day, "item": found}
    )


@require_safe
def agenda_ics(request: HttpRequest, year: int, pk: int | None = None) -> HttpResponse:
    """The day, or one block of it, for calendars."""
    edition, version = _published(request, year)
    day = day_of(version.content)
    blocks = [one for one in day.blocks if pk is None or one.id == pk]
    if not blocks:
        raise Http404(_("There is no such block in the agenda; it may have been dropped."))
    content = feeds.calendar(
        f"{_('Dialogue Session')} – {edition.name}", [feeds.entry_of(one, day, edition) for one in blocks],
        sequence=version.number - 1, stamp=version.published_at,
    )  # fmt: skip
    return as_download(content, CALENDAR, f"session-{year}{f'-{pk}' if pk else ''}.ics")


@require_safe
def schedule_json(request: HttpRequest, year: int) -> HttpResponse:
    """The day for conference apps, as JSON."""
    edition, version = _published(request, year)
    text = feeds.schedule_json(version, edition)
    return as_download(text, "application/json", f"session-{year}-schedule.json", inline=True)


@require_safe
def schedule_xml(request: HttpRequest, year: int) -> HttpResponse:
    """The day for conference apps, as XML."""
    edition, version = _published(request, year)
    content = feeds.schedule_xml(version, edition)
    return as_download(content, "application/xml", f"session-{year}-schedule.xml", inline=True)


def _own(request: HttpRequest, year: int) -> tuple[Session, Registration]:
    session = queries.session_of(edition_of(request.user, year))
    own = queries.own_registration(request.user, session) if session else None
    if session is None or own is None or own.state != Registration.State.REGISTERED:
        raise Http404(_("This page is for the participants of the Session."))
    return session, own


@login_required
@never_cache
@require_safe
def own_agenda(request: HttpRequest, year: int) -> HttpResponse:
    """The person's own day, with the address at which a calendar reads it."""
    session, own = _own(request, year)
    version = queries.published_agenda(session)
    context: dict[str, Any] = {"edition": session.edition, "session": session, "own": own, "version": version}
    if version:
        day, blocks = own_day(version, own, queries.route_of(own))
        context |= {"day": day, "blocks": blocks}
    if feed := getattr(own, "feed", None):
        context["feed_url"] = settings.BASE_URL + reverse("dialogue:own_feed", args=[feed.code])
    return render(request, "dialogue/my/agenda.html", context)


@login_required
@require_POST
def renew_feed(request: HttpRequest, year: int) -> HttpResponse:
    """Makes a new secret address, or takes it away."""
    _session, own = _own(request, year)
    if request.POST.get("do") == "end":
        services.end_feed(by=request.user, registration=own)
        messages.success(request, _("The address shows nothing from now on."))
    else:
        services.renew_feed(by=request.user, registration=own)
        messages.success(
            request, _("Here is your address. Whoever has it sees your day: keep it to yourself.")
        )
    return redirect("dialogue:own_agenda", year)


@require_safe
@never_cache
@rate_limit("session_feed", "60/m")
def own_feed(request: HttpRequest, code: str) -> HttpResponse:
    """The person's day for a calendar that cannot sign in: the secret address is the key."""
    own = queries.registration_of_feed(code)
    version = queries.published_agenda(own.session) if own else None
    if own is None or version is None:
        raise Http404
    content = feeds.calendar(
        f"{_('Dialogue Session')} – {own.session.edition.name}", entries(version, own, queries.route_of(own)),
        sequence=version.number - 1, stamp=version.published_at,
    )  # fmt: skip
    return as_download(content, CALENDAR, f"my-session-{own.session.edition.year}.ics")
