"""Runs of the locked method: started, watched, stopped."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ratusz.apps.core.errors import DomainError
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import may
from ratusz.apps.ranking import queries, services
from ratusz.apps.ranking.models import Run
from ratusz.apps.ranking.views.organiser.stage import stage


@require_POST
@stage.for_organisers
def request_run(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Queues a run of the locked method and leads to its progress."""
    locked = queries.locked_method(edition)
    if locked is None:
        raise DomainError(_("The edition has no locked method."), next_step=_("Lock the method first."))
    started = services.request_run(method=locked, by=request.user)
    return redirect(stage.at(edition, "run", started.pk))


def _run(request: HttpRequest, edition: Edition, pk: int) -> Run:
    found = queries.runs_visible_to(request.user).filter(edition=edition, pk=pk).first()
    if found is None:
        raise Http404(_("There is no such run."))
    return found


@require_safe
@stage.for_organisers
def run(request: HttpRequest, edition: Edition, pk: int) -> HttpResponse:
    """The progress of a run; htmx asks for the state alone every second."""
    services.mark_stale_runs()
    found = _run(request, edition, pk)
    ranking = queries.visible_to(request.user).filter(run=found).first()
    context = {
        "run": found,
        "ranking": ranking,
        "error": _(found.error) if found.error else "",
        "may_run": may(request.user, "ranking.run", edition),
        "may_publish": may(request.user, "ranking.publish", edition),
    }
    if request.htmx:
        return render(request, "ranking/admin/run_state.html", context | {"year": str(edition.year)})
    return stage.show(request, edition, "run", _("Run no. %(pk)s") % {"pk": found.pk}, **context)


@require_POST
@stage.for_organisers
def stop_run(request: HttpRequest, edition: Edition, pk: int) -> HttpResponse:
    """Stops a run."""
    services.stop_run(run=_run(request, edition, pk), by=request.user)
    messages.success(request, _("The run is stopped."))
    return redirect(stage.at(edition, "run", pk))
