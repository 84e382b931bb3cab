from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from ratusz.apps.editions import queries, second_factor
from ratusz.apps.editions.models import Phase, Role
from ratusz.apps.editions.permissions import ADMINISTRATOR, roles_of
from ratusz.apps.editions.river import river_of
from ratusz.apps.editions.tasks_board import board_of

PANEL = {Role.ORGANISER, Role.SECRETARY, ADMINISTRATOR}


@login_required
def my_edition(request: HttpRequest) -> HttpResponse:
    """What is asked of me now, by when, and what came of what I did."""
    editions = list(queries.editions_at_work(request.user))
    edition = queries.current_edition(request)
    chosen = next((one for one in editions if str(one.year) == request.GET.get("year")), None)
    edition = chosen or edition or next(iter(editions), None)
    if edition is None:
        return render(request, "editions/my_edition.html", {"edition": None})
    tasks, outcomes = board_of(request.user, edition)
    roles = roles_of(request.user, edition)
    now = timezone.now()
    upcoming = [phase for phase in edition.phases.all() if phase.opens_at > now]
    return render(
        request,
        "editions/my_edition.html",
        {
            "edition": edition,
            "other_editions": [one for one in editions if one != edition],
            "role_names": [role.label for role in Role if role in roles],
            "may_enter_panel": bool(roles & PANEL),
            "tasks": tasks,
            "outcomes": outcomes,
            "river": river_of(edition, now),
            "next_phase": upcoming[0] if upcoming else None,
            "phases": Phase.Kind,
        },
    )


@login_required
def set_up_second_factor(request: HttpRequest) -> HttpResponse:
    """Explains the second factor and leads to the set-up; afterwards on to where the person was going."""
    target = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        request.session[second_factor.NEXT] = target
    if second_factor.has_one(request.user):
        return redirect(request.session.pop(second_factor.NEXT, "") or "my_edition")
    return render(
        request, "editions/second_factor.html", {"required": second_factor.is_required_of(request.user)}
    )
