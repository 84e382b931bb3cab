"""Running the day: the clock of the hall, messages, rooms, arrivals and notes on one screen."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.live import stream
from ratusz.apps.dialogue import services
from ratusz.apps.dialogue.models import Session, Table
from ratusz.apps.dialogue.queries import day
from ratusz.apps.dialogue.views.organiser.stage import for_organisers, stage
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import may


@require_safe
@never_cache
@for_organisers
def run(request: HttpRequest, edition: Edition, session: Session) -> HttpResponse:
    """Everything that one needs in hand on the day."""
    hall = services.open_hall(session)
    steps = day.steps(session)
    now = next((s for s in steps if hall.block and (s.block, s.round) == (hall.block, hall.round)), None)
    after = steps[steps.index(now) + 1 :][:1] if now else steps[:1]
    turn = hall.round
    absolute = request.build_absolute_uri
    context: dict[str, Any] = {
        "session": session,
        "hall": hall,
        "steps": steps,
        "now": now,
        "next": after[0] if after else None,
        "messages_shown": day.messages_shown(session),
        "tables": day.notes_by_table(session, turn) if turn else [],
        "counts": day.arrivals(session),
        "awaited": list(day.awaited(session)[:60]),
        "awaited_count": day.awaited(session).count(),
        "may_run": may(request.user, "dialogue.run_day", edition),
        "display": absolute(reverse("dialogue:hall_display", args=[edition.year, hall.display_code])),
        "ends": int(hall.ends_at.timestamp() * 1000) if hall.ends_at else None,
        "left": int(hall.left.total_seconds() * 1000) if hall.left is not None else None,
    }
    return stage.show(request, edition, "run", _("Run the day"), **context)


@require_safe
@never_cache
@for_organisers
def run_live(request: HttpRequest, edition: Edition, session: Session) -> HttpResponseBase:
    """The hall and the desks, as they change."""

    def first() -> dict[str, Any]:
        hall = day.hall_of(session)
        return {"version": hall.version if hall else 0, **day.arrivals(session)}

    return stream(
        request,
        [f"session:{session.pk}:hall", f"session:{session.pk}:desk"],
        first,
        allowed=lambda user: may(user, "dialogue.view_unpublished", edition),
    )


def act(view: Callable) -> Callable:
    """A button of the screen: what goes wrong is said on the same screen."""

    @require_POST
    @for_organisers
    @wraps(view)
    def acted(request: HttpRequest, edition: Edition, session: Session) -> HttpResponse:
        try:
            view(request, session)
        except NotAllowed:
            raise
        except DomainError as error:
            messages.error(request, str(error))
        return redirect(stage.at(edition, "run"))

    return acted


def _number(request: HttpRequest, name: str) -> int:
    """A number that a button carries; anything else is no button of ours."""
    text = request.POST.get(name, "")
    if not text.removeprefix("-").isdecimal() or len(text) > 12:
        raise Http404
    return int(text)


@act
def clock(request: HttpRequest, session: Session) -> None:
    """Chooses what the hall shows, or starts, stops and corrects its clock."""
    by, version = request.user, _number(request, "version")
    match request.POST.get("do"):
        case "start":
            services.start_clock(by=by, session=session, version=version)
        case "stop":
            services.stop_clock(by=by, session=session, version=version)
        case "add":
            services.add_minutes(by=by, session=session, version=version, minutes=1)
        case "take":
            services.add_minutes(by=by, session=session, version=version, minutes=-1)
        case "nothing":
            services.show_in_hall(by=by, session=session, version=version, block=None)
        case "show":
            asked = request.POST.get("step")
            step = next((step for step in day.steps(session) if step.key == asked), None)
            if step is None:
                raise Http404
            services.show_in_hall(by=by, session=session, version=version, block=step.block, turn=step.round)
        case _other:
            raise Http404


@act
def message(request: HttpRequest, session: Session) -> None:
    """Puts a message up, or takes one down."""
    if request.POST.get("do") == "down":
        shown = get_object_or_404(day.messages_shown(session), pk=_number(request, "message"))
        services.take_down_message(by=request.user, message=shown)
        return
    services.say_to_hall(
        by=request.user,
        session=session,
        text_pl=request.POST.get("text_pl", ""),
        text_en=request.POST.get("text_en", ""),
    )
    messages.success(request, _("The hall shows the message."))


@act
def rooms(request: HttpRequest, session: Session) -> None:
    """Swaps the rooms of two tables."""
    tables = Table.objects.filter(block__session=session).select_related("block__session__edition")
    first, second = (get_object_or_404(tables, pk=_number(request, name)) for name in ("first", "second"))
    services.swap_rooms(by=request.user, first=first, second=second)
    messages.success(request, _("The tables changed rooms; the hall and everybody’s route show it."))


@act
def new_display(request: HttpRequest, session: Session) -> None:
    """Replaces the secret address of the display."""
    services.new_display_link(by=request.user, session=session)
    messages.success(request, _("The display has a new address; the old one has stopped working."))
