"""A participant's own way through the day."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ratusz.apps.dialogue import queries
from ratusz.apps.dialogue.models import Registration
from ratusz.apps.dialogue.queries.seating import mates_of
from ratusz.apps.editions.reading import edition_of


@login_required
@never_cache
@require_safe
def route(request: HttpRequest, year: int) -> HttpResponse:
    """The tables of the person, round by round, with room, way, topic, question and who sits there too."""
    session = queries.session_of(edition_of(request.user, year))
    own = queries.own_registration(request.user, session) if session else None
    if session is None or own is None or own.state != Registration.State.REGISTERED:
        raise Http404(_("This page is for the participants of the Session."))
    seats = queries.route_of(own)
    mates = mates_of(request.user, session, own)
    for seat in seats:
        seat.mates = mates.get((seat.round_id, seat.table_id), [])
    context = {
        "edition": session.edition,
        "session": session,
        "own": own,
        "route": seats,
        "plan": queries.published_plan(session),
    }
    return render(request, "dialogue/my/route_page.html", context)
