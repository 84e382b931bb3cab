from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ratusz.apps.efficiency import queries, wording
from ratusz.apps.efficiency.bundle import command
from ratusz.apps.efficiency.figures import column_name
from ratusz.apps.efficiency.pictures import choice
from ratusz.apps.efficiency.views.reading import not_yet, reading


@require_safe
def method(request: HttpRequest, year: int) -> HttpResponse:
    """What went in and why, how a score comes about, how sure it is, and how to compute it again."""
    found = reading(request, year)
    if found.study is None:
        return not_yet(request, found, status=404)
    shown = found.study
    context = found.context | {
        "returns_picture": choice(shown.returns),
        "orientation_picture": choice(shown.orientation),
        "gap": f"{shown.summary['proof_gap']:.0e}",
        "change_words": wording.no_change(shown),
        "command": command(shown, [column_name(c) for c in shown.summary["columns"]], len(shown.inputs)),
        "publications": queries.visible_to(request.user)
        .filter(edition=found.edition, published_at__isnull=False)
        .order_by("-number"),
    }
    return render(request, "efficiency/method.html", context)
