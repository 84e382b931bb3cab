"""The planner's other screens: settings, comparison, publication with its difference, repair on the day."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.dialogue import queries, services
from ratusz.apps.dialogue.forms.seating import PublishForm, RepairForm, SettingsForm
from ratusz.apps.dialogue.models import CheckIn, SeatingPlan, Session
from ratusz.apps.dialogue.planner.board import Board
from ratusz.apps.dialogue.planner.compare import moves, routes_changed
from ratusz.apps.dialogue.planner.input import engine_input, read_seats
from ratusz.apps.dialogue.services.seating.repair import no_shows
from ratusz.apps.dialogue.services.seating.store import input_for
from ratusz.apps.dialogue.views.organiser.seating import board_at, plan_of
from ratusz.apps.dialogue.views.organiser.stage import for_organisers, stage
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.panel.stage import sent


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def settings(request: HttpRequest, edition: Edition, session: Session, pk: int) -> HttpResponse:
    """What the plan should reach."""
    plan = plan_of(request, session, pk)
    form = SettingsForm(*sent(request), plan=plan)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_settings(by=request.user, plan=plan, **form.values())
        except NotAllowed:
            raise
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved. Search again, so that the plan follows."))
            return redirect(board_at(edition, plan))
    return stage.show(
        request, edition, "seating_settings", _("What the plan should reach"), form=form, plan=plan
    )


@require_safe
@for_organisers
def compare(request: HttpRequest, edition: Edition, session: Session, pk: int, other: int) -> HttpResponse:
    """Two plans side by side: the aims of each, and who sits elsewhere."""
    one, two = plan_of(request, session, pk), plan_of(request, session, other)
    found = input_for(one)
    before, after = read_seats(one, found), read_seats(two, found)
    columns = [Board(plan, input_for(plan), seats, 0) for plan, seats in ((one, before), (two, after))]
    changed = moves(found, before, after)
    return stage.show(
        request, edition, "seating_compare", _("Two plans side by side"),
        columns=columns, moved=changed, people=len({move.person.pk for move in changed}),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def publish(request: HttpRequest, edition: Edition, session: Session, pk: int) -> HttpResponse:
    """What publishing would change and for whom; then the act."""
    plan = plan_of(request, session, pk)
    found = input_for(plan)
    seats = read_seats(plan, found)
    shown = Board(plan, found, seats, 0)
    form = PublishForm(*sent(request), broken=bool(shown.violations))
    if request.method == "POST" and form.is_valid():
        try:
            services.publish_plan(
                by=request.user, plan=plan, version=int(request.POST.get("version") or 0) or None,
                **form.cleaned_data,
            )  # fmt: skip
        except NotAllowed:
            raise
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Published. Those whose way changed get a mail."))
            return redirect(board_at(edition, plan))
    previous = queries.published_plan(session)
    before = read_seats(previous, found) if previous else {}
    changed = moves(found, before, seats) if previous else []
    away = [move for move in changed if Board(plan, found, seats, move.slot.number).is_away(move.person.pk)]
    return stage.show(
        request, edition, "seating_publish", _("Publish the plan"),
        form=form, plan=plan, board=shown, previous=previous,
        moved=[move for move in changed if move not in away],
        away=list(dict.fromkeys(move.person for move in away)), told=len(routes_changed(found, before, seats)),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def repair(request: HttpRequest, edition: Edition, session: Session) -> HttpResponse:
    """What happened on the day; the answer is a draft to look at and to publish."""
    published = queries.published_plan(session)
    found = engine_input(session, published) if published else None
    if published is None or found is None:
        messages.error(request, _("There is no published plan to repair."))
        return redirect(stage.at(edition, "seating"))
    any_came = CheckIn.objects.filter(registration__session=session).exists()
    form = RepairForm(*sent(request), found=found, missing=no_shows(session), any_came=any_came)
    if request.method == "POST" and form.is_valid():
        try:
            done = services.repair_plan(by=request.user, session=session, **form.values())
        except NotAllowed:
            raise
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            said = ngettext(
                "The repaired plan moves %(n)s seat. Nothing holds until you publish it.",
                "The repaired plan moves %(n)s seats. Nothing holds until you publish it.",
                len(done.moved),
            )
            messages.success(request, said % {"n": len(done.moved)})
            return redirect(stage.at(edition, "seating_publish", done.plan.pk))
    return stage.show(
        request, edition, "seating_repair", _("Repair on the day"),
        form=form, found=found, any_came=any_came, states=SeatingPlan.State,
    )  # fmt: skip
