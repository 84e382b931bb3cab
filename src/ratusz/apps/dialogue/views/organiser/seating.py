"""The planner: plans of a session, the board of one plan, and what is done on it."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.dialogue import queries, services
from ratusz.apps.dialogue.models import SeatingPlan, Session, Stakeholder
from ratusz.apps.dialogue.planner.board import Board, seats_of_search
from ratusz.apps.dialogue.planner.input import engine_input, read_seats
from ratusz.apps.dialogue.planner.words import in_words, speaker_of
from ratusz.apps.dialogue.views.organiser.stage import for_organisers, stage
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import may

FELT = 0.005


def plan_of(request: HttpRequest, session: Session, pk: int) -> SeatingPlan:
    """The plan as the person may see it. Raises Http404."""
    found = queries.plans_visible_to(request.user, session).filter(pk=pk).first()
    if found is None:
        raise Http404(_("There is no such plan."))
    return found


def board_of(plan: SeatingPlan, slot: int) -> Board | None:
    """The board of a plan; during a search that of the best plan so far. None: there is nothing to seat."""
    found = getattr(plan, "seating_input", None) or engine_input(plan.session, plan)
    if found is None:
        return None
    seats = seats_of_search(plan, found)
    return Board(plan, found, read_seats(plan, found) if seats is None else seats, slot)


@never_cache
@require_safe
@for_organisers
def plans(request: HttpRequest, edition: Edition, session: Session) -> HttpResponse:
    """The plans of the session, and the button that makes the first."""
    return stage.show(
        request, edition, "seating_plans", _("Seating plans"),
        plans=list(queries.plans_visible_to(request.user, session)),
        ready=engine_input(session) is not None,
        may_plan=may(request.user, "dialogue.plan_seats", edition),
        published=queries.published_plan(session),
    )  # fmt: skip


@require_POST
@for_organisers
def make(request: HttpRequest, edition: Edition, session: Session) -> HttpResponse:
    """Makes a draft, empty or as a copy, and opens it."""
    name = request.POST.get("name", "")
    if pk := number(request.POST.get("of")):
        plan = services.copy_plan(by=request.user, plan=plan_of(request, session, pk), name=name)
    else:
        plan = services.make_plan(by=request.user, session=session, name=name)
    return redirect(stage.at(edition, "seating_board", plan.pk))


@never_cache
@require_safe
@for_organisers
def board(request: HttpRequest, edition: Edition, session: Session, pk: int) -> HttpResponse:
    """The board of one plan in one round; `?part=state` gives what changes during a search."""
    services.end_lost_searches()
    plan = plan_of(request, session, pk)
    shown = board_of(plan, (number(request.GET.get("round")) or 1) - 1)
    if shown is None:
        messages.error(request, _("A plan needs rounds, tables and registered people."))
        return redirect(stage.at(edition, "seating"))
    context = board_context(request, edition, shown)
    if request.GET.get("part") == "state":
        return render(request, "dialogue/admin/seating_parts.html", context | {"cards": shown.cards})
    return stage.show(request, edition, "seating_board", str(plan), **context)


def board_context(request: HttpRequest, edition: Edition, shown: Board) -> dict[str, Any]:
    """What the board's templates read."""
    plan = shown.plan
    may_plan = may(request.user, "dialogue.plan_seats", edition)
    others = [one for one in queries.plans_visible_to(request.user, plan.session) if one.pk != plan.pk]
    return {
        "board": shown,
        "plan": plan,
        "year": str(edition.year),
        "may_plan": may_plan,
        "may_change": may_plan
        and plan.state == SeatingPlan.State.DRAFT
        and plan.search == SeatingPlan.Search.IDLE,
        "searching": plan.search != SeatingPlan.Search.IDLE,
        "best": plan.progress.get("best") if plan.search == SeatingPlan.Search.RUNNING else None,
        "error": _(plan.progress["error"]) if plan.progress.get("error") else "",
        "can_undo": plan.changes.filter(undone=False).exists(),
        "can_redo": plan.changes.filter(undone=True).exists(),
        "others": others,
        "kinds": list(Stakeholder),
    }


@require_POST
@for_organisers
def act(request: HttpRequest, edition: Edition, session: Session, pk: int) -> HttpResponse:
    """Does what a button, a key or a drop asked for; answers with the parts that changed, or with the board."""
    plan = plan_of(request, session, pk)
    slot = (number(request.POST.get("round")) or 1) - 1
    wrong, done, after = "", "", None
    try:
        done, after = _do(request, plan, slot)
    except NotAllowed:
        raise
    except DomainError as error:
        wrong = str(error)
    if request.headers.get("X-Planner"):
        return _parts(request, edition, after or plan_of(request, session, pk), slot, wrong)
    if wrong:
        messages.error(request, wrong)
    elif done:
        messages.success(request, done)
    if not session.plans.filter(pk=pk).exists():
        return redirect(stage.at(edition, "seating"))
    return redirect(f"{stage.at(edition, 'seating_board', pk)}?round={slot + 1}")


def _do(request: HttpRequest, plan: SeatingPlan, slot: int) -> tuple[str, SeatingPlan | None]:
    """Calls the service that was asked for; what to say afterwards, and the plan as it is then."""
    asked, by = request.POST, request.user
    version = number(asked.get("version"))
    where: dict[str, Any] = {"by": by, "plan": plan, "slot": slot, "version": version}
    person = number(asked.get("person")) or 0
    match asked.get("do"):
        case "move":
            table = number(asked.get("table"))
            after = services.move_person(**where, person=person, table=table)
        case "swap":
            after = services.swap_people(**where, person=person, other=number(asked.get("other")) or 0)
        case "pin":
            after = services.pin(**where, person=person)
        case "unpin":
            after = services.unpin(**where, person=person)
        case "undo":
            after = services.undo(by=by, plan=plan, version=version)
        case "redo":
            after = services.redo(by=by, plan=plan, version=version)
        case "search":
            after = services.search_plan(by=by, plan=plan, version=version)
        case "stop":
            after = services.stop_search(by=by, plan=plan)
        case "recount":
            after = services.recount(by=by, plan=plan)
            return _("Counted anew, with today’s people, tables and rules."), after
        case "delete":
            services.delete_draft(by=by, plan=plan)
            return _("The draft is deleted."), None
        case _other:
            raise Http404
    return "", after


def _parts(request: HttpRequest, edition: Edition, plan: SeatingPlan, slot: int, wrong: str) -> HttpResponse:
    """The parts of the board that may have changed: the two tables of a move, or all."""
    shown = board_of(plan, slot)
    if shown is None:
        raise Http404
    touched = {number(one) for one in request.POST.get("touched", "").split(",") if one}
    cards = (
        [card for card in shown.cards if card.table.pk in touched] if touched and not wrong else shown.cards
    )
    context = board_context(request, edition, shown) | {"cards": cards, "wrong": wrong}
    return render(request, "dialogue/admin/seating_parts.html", context, status=409 if wrong else 200)


@never_cache
@require_safe
@for_organisers
def what_if(request: HttpRequest, edition: Edition, session: Session, pk: int) -> HttpResponse:
    """What a move or a swap would cost, in words, before it is done."""
    plan = plan_of(request, session, pk)
    found = engine_input(session, plan)
    if found is None:
        raise Http404
    asked = request.GET
    slot, person = (number(asked.get("round")) or 1) - 1, number(asked.get("person")) or 0
    try:
        cost = services.what_if(
            found=found, seats=read_seats(plan, found), slot=slot, person=person,
            table=number(asked.get("table")), other=number(asked.get("other")),
        )  # fmt: skip
    except DomainError as error:
        return JsonResponse({"words": [str(error)], "bad": True})
    # A change that rounds to nothing would only be read out in vain.
    cost = replace(cost, changes={aim: more for aim, more in cost.changes.items() if abs(more) >= FELT})
    words = [in_words(text) for text in speaker_of(found).cost(cost)]
    return JsonResponse({"words": words, "bad": bool(cost.broken) or cost.cost > 0})


@never_cache
@require_safe
@for_organisers
def person(request: HttpRequest, edition: Edition, session: Session, pk: int) -> HttpResponse:
    """A person in a round: why they sit here, and what can be done; shown beside the board."""
    plan = plan_of(request, session, pk)
    shown = board_of(plan, (number(request.GET.get("round")) or 1) - 1)
    key = number(request.GET.get("person"))
    if shown is None or key not in shown.found.people:
        raise Http404
    seat = shown.seats.get((shown.number, key))
    context = board_context(request, edition, shown) | {
        "who": shown.found.people[key],
        "table": shown.found.tables[seat[0]] if seat else None,
        "pinned": bool(seat and seat[1]),
        "reasons": shown.why(key),
        "route": [
            (
                slot,
                shown.found.tables[shown.seats[slot.number, key][0]]
                if (slot.number, key) in shown.seats
                else None,
            )
            for slot in shown.found.slots
        ],
    }
    return render(request, "dialogue/admin/seating_person.html", context)


def number(text: str | None) -> int | None:
    """A whole number of an address or a form; None for anything else."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 18 else None


def board_at(edition: Edition, plan: SeatingPlan) -> str:
    """The address of a plan's board."""
    return reverse("dialogue_admin:seating_board", args=[edition.year, plan.pk])
