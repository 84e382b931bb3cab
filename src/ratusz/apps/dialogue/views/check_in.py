"""The check-in desk: phones that find a person by badge or name and note, once, that they came."""

import json
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.live import stream
from ratusz.apps.core.ratelimit import rate_limit
from ratusz.apps.dialogue import queries, services
from ratusz.apps.dialogue.models import CheckIn, Session
from ratusz.apps.dialogue.queries import day
from ratusz.apps.editions.permissions import may, require
from ratusz.apps.editions.reading import edition_of


def _session(request: HttpRequest, year: int) -> Session:
    """The session at whose desk the person works."""
    session = queries.session_of(edition_of(request.user, year))
    if session is None:
        raise Http404(_("No session was prepared in this edition."))
    require(request.user, "dialogue.check_in", session.edition)
    return session


@login_required
@never_cache
@require_safe
def desk(request: HttpRequest, year: int) -> HttpResponse:
    """The desk's page: counter, camera, search, one button for each person found."""
    session = _session(request, year)
    words = request.GET.get("q", "")[:80]
    context: dict[str, Any] = {
        "edition": session.edition,
        "counts": day.arrivals(session),
        "words": words,
        "found": day.found(day.people_for_desk(request.user, session), words)[:20] if words.strip() else [],
        "keys": uuid.uuid4,
        "desk": request.GET.get("desk", "")[:40],
        "may_undo": may(request.user, "dialogue.run_day", session.edition),
    }
    return render(request, "dialogue/my/check_in.html", context)


@login_required
@never_cache
@require_safe
def people(request: HttpRequest, year: int) -> HttpResponse:
    """Everybody whom the desk may meet, kept by the page so that it finds people without a network."""
    session = _session(request, year)
    return JsonResponse({"people": day.people_for_desk(request.user, session), **day.arrivals(session)})


@login_required
@never_cache
@require_safe
def live(request: HttpRequest, year: int) -> HttpResponseBase:
    """Arrivals at all desks, as they happen."""
    session = _session(request, year)
    return stream(
        request,
        [f"session:{session.pk}:desk"],
        lambda: {"people": day.people_for_desk(request.user, session), **day.arrivals(session)},
        allowed=lambda user: may(user, "dialogue.check_in", session.edition),
    )


@login_required
@never_cache
@require_POST
@rate_limit("dialogue.check_in", "1200/m")
def note(request: HttpRequest, year: int) -> HttpResponse:
    """Checks a person in. A phone sends JSON and is answered in JSON; a plain form goes back to the page."""
    plain = request.content_type != "application/json"
    try:
        session = _session(request, year)
        arrival = services.check_in(by=request.user, session=session, **_told(request, plain))
    except NotAllowed as error:
        if plain:
            raise
        return JsonResponse({"error": str(error), "code": error.code}, status=403)
    except DomainError as error:
        if plain:
            messages.error(request, str(error))
            return _back(request, year)
        return JsonResponse({"error": str(error), "code": error.code}, status=422)
    person = arrival.check_in.registration
    if plain:
        if arrival.again:
            messages.warning(request, f"{person.name}: {arrival.notice}")
        else:
            messages.success(request, _("%(name)s is in.") % {"name": person.name})
        return _back(request, year)
    answer = {
        "id": person.pk,
        "name": person.name,
        "from": person.comes_from,
        "again": arrival.again,
        "notice": arrival.notice if arrival.again else "",
        "at": arrival.check_in.at,
        "desk": arrival.check_in.desk,
        **day.arrivals(session),
    }
    return JsonResponse(answer, encoder=DjangoJSONEncoder)


def _told(request: HttpRequest, plain: bool) -> dict[str, Any]:
    """What the desk sent, with the types that the service takes. Raises DomainError."""
    try:
        sent = request.POST.dict() if plain else json.loads(request.body)
        if not isinstance(sent, dict):
            raise TypeError
        moment = parse_datetime(sent["at"]) if sent.get("at") else None
        code = str(sent.get("code") or "").strip()
        return {
            "key": uuid.UUID(str(sent["key"])),
            "code": code,
            "registration": None if code else int(sent["registration"]) % 2**63,
            "desk": str(sent.get("desk") or ""),
            "way": CheckIn.Way.CODE if code else CheckIn.Way.NAME,
            "at": moment if moment and is_aware(moment) else None,
        }
    except (KeyError, TypeError, ValueError) as error:
        raise DomainError(
            _("The message of the desk is incomplete."),
            next_step=_("Look the person up by name."),
            code="unreadable",
        ) from error


def _back(request: HttpRequest, year: int) -> HttpResponse:
    kept = {name: request.POST[name][:80] for name in ("q", "desk") if request.POST.get(name)}
    return redirect(f"{reverse('dialogue:check_in', args=[year])}?{urlencode(kept)}")


@login_required
@require_POST
def undo(request: HttpRequest, year: int) -> HttpResponse:
    """Takes back the check-in of somebody who was noted by mistake."""
    session = _session(request, year)
    people = day.desk_visible_to(request.user, session).select_related("session__edition")
    asked = request.POST.get("registration", "")
    person = get_object_or_404(people, pk=int(asked) if asked.isdecimal() and len(asked) < 19 else 0)
    services.undo_check_in(by=request.user, registration=person)
    messages.success(request, _("%(name)s is not checked in any more.") % {"name": person.name})
    return _back(request, year)
