"""The entrance: versions of the method, runs and results of an edition on one screen."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import may
from ratusz.apps.ranking import checklist, queries, services
from ratusz.apps.ranking.views.organiser.stage import stage

RUNS_SHOWN = 20


entrance = stage.entrance()


@require_safe
@stage.for_organisers
def overview(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Everything of the edition's ranking on one screen: versions, runs, results."""
    services.mark_stale_runs()
    draft = queries.draft_of(request.user, edition)
    locked = queries.locked_method(edition)
    actions = {"change": "change_method", "lock": "lock_method", "run": "run", "publish": "publish"}
    rights = {
        f"may_{name}": may(request.user, f"ranking.{action}", edition) for name, action in actions.items()
    }
    runs = list(
        queries.runs_visible_to(request.user).filter(edition=edition).select_related("ranking").defer(
            "ranking__bundle", "ranking__pairs", "ranking__summary"
        )[:RUNS_SHOWN]
    )  # fmt: skip
    return stage.show(
        request, edition, "overview", _("Ranking %(year)s") % {"year": edition.year},
        draft=draft,
        checklist=checklist.items(draft, request.user) if draft else None,
        can_compare=queries.methods_to_compare(request.user, edition).count() > 1,
        locked=locked,
        methods=queries.methods_visible_to(request.user).filter(edition=edition).order_by("-version"),
        runs=runs,
        active=next((run for run in runs if run.is_active), None),
        results=queries.result_to_look_at(request.user, edition),
        publications=queries.visible_to(request.user)
        .filter(edition=edition, published_at__isnull=False)
        .order_by("-number"),
        other_editions=stage.other_editions(request.user, edition),
        **rights,
    )  # fmt: skip
