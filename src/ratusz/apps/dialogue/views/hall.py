"""The hall display: for organisers by their account, for the hall's computer by a secret address."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ratusz.apps.core.live import stream
from ratusz.apps.dialogue import queries
from ratusz.apps.dialogue.models import Hall, Session
from ratusz.apps.dialogue.pictures import qr_svg
from ratusz.apps.dialogue.queries import day
from ratusz.apps.editions.permissions import may, require
from ratusz.apps.editions.reading import edition_of


def _session(request: HttpRequest, year: int) -> Session:
    session = queries.session_of(edition_of(request.user, year))
    if session is None:
        raise Http404(_("No session was prepared in this edition."))
    return session


def _by_account(request: HttpRequest, year: int) -> Session:
    session = _session(request, year)
    require(request.user, "dialogue.view_unpublished", session.edition)
    return session


def _by_code(request: HttpRequest, year: int, code: str) -> Session:
    session = _session(request, year)
    if not _opens(session, code):
        raise Http404(_("This address of the display is not valid any more."))
    return session


def _opens(session: Session, code: str) -> bool:
    known = Hall.objects.filter(session=session).values_list("display_code", flat=True).first()
    return known is not None and constant_time_compare(known, code)


@login_required
@never_cache
@require_safe
def hall(request: HttpRequest, year: int) -> HttpResponse:
    """The display for whoever prepares the session."""
    return _show(request, _by_account(request, year), reverse("dialogue:hall_live", args=[year]))


@never_cache
@require_safe
def display(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """The display for the computer of the hall, where nobody signs in."""
    session = _by_code(request, year, code)
    return _show(request, session, reverse("dialogue:hall_display_live", args=[year, code]))


def _show(request: HttpRequest, session: Session, live: str) -> HttpResponse:
    own = request.build_absolute_uri(reverse("dialogue:route", args=[session.edition.year]))
    context = {
        "edition": session.edition,
        "now": day.hall_now(session),
        "live": live,
        "shown": own.partition("://")[2],
        "qr": qr_svg(own, _("The way to your own tables, as a QR code")),
    }
    response = render(request, "dialogue/hall.html", context)
    # The address is a secret: it must not travel on in a link's referrer.
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


@login_required
@never_cache
@require_safe
def hall_live(request: HttpRequest, year: int) -> HttpResponseBase:
    """What the hall shows, as it changes."""
    session = _by_account(request, year)
    return stream(
        request,
        [f"session:{session.pk}:hall"],
        lambda: day.hall_now(session),
        allowed=lambda user: may(user, "dialogue.view_unpublished", session.edition),
    )


@never_cache
@require_safe
def display_live(request: HttpRequest, year: int, code: str) -> HttpResponseBase:
    """The same for the secret address, until the organiser replaces it."""
    session = _by_code(request, year, code)
    return stream(
        request,
        [f"session:{session.pk}:hall"],
        lambda: day.hall_now(session),
        allowed=lambda user: _opens(session, code),
    )
