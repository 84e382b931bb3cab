"""The public pages of the session, made from the published version alone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ratusz.apps.dialogue import queries
from ratusz.apps.editions.reading import edition_of


@require_safe
def agenda(request: HttpRequest, year: int) -> HttpResponse:
    """The day, or that it is not published yet."""
    edition = edition_of(request.user, year)
    session = queries.session_of(edition)
    version = queries.published_agenda(session) if session else None
    return render(
        request, "dialogue/agenda.html", {"edition": edition, "session": session, "version": version}
    )
