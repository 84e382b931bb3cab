"""Two methods side by side: who moves, and why."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.open_data import as_download, write_table
from ratusz.apps.editions.models import Edition
from ratusz.apps.ranking import comparison, queries
from ratusz.apps.ranking.models import Method
from ratusz.apps.ranking.views.organiser.stage import stage

SHOWN = 100


@require_safe
@stage.for_organisers
def compare(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Any two methods on this edition's figures; as a page, or with `format=csv` as a file."""
    methods = list(queries.methods_to_compare(request.user, edition))
    chosen = [_asked(request, methods, name) for name in ("one", "other")]
    mine = [m for m in methods if m.edition_id == edition.pk]
    usual = [*mine[1:2], *mine[:1]] if len(mine) > 1 else [*(m for m in methods if m not in mine), *mine]
    one = chosen[0] or (usual[0] if usual else None)
    other = chosen[1] or (usual[-1] if usual else None)
    context: dict[str, Any] = {
        "methods": [(m.pk, comparison.label(m), m.name) for m in methods],
        "one": one,
        "other": other,
    }
    if one is not None and other is not None and one != other:
        try:
            found = comparison.compared(one, other, edition)
        except DomainError as error:
            context["problem"] = str(error)
        else:
            if request.GET.get("format") == "csv":
                return _csv(found, edition, one, other)
            everyone = "all" in request.GET or len(found.rows) <= SHOWN
            rows = found.rows if everyone else found.movers[:SHOWN]
            context |= {
                "found": found, "rows": rows, "hidden": len(found.rows) - len(rows),
                "labels": (comparison.label(one), comparison.label(other)),
            }  # fmt: skip
    return stage.show(request, edition, "compare", _("Compare two methods"), **context)


def _asked(request: HttpRequest, methods: list[Method], name: str) -> Method | None:
    return next((m for m in methods if str(m.pk) == request.GET.get(name)), None)


def _csv(found: comparison.Comparison, edition: Edition, one: Method, other: Method) -> HttpResponse:
    polish = (get_language() or "pl").startswith("pl")
    a, b = comparison.label(one), comparison.label(other)
    interval, words = _("interval"), {True: _("yes"), False: _("no"), None: ""}
    names = (
        [_("City"), a, f"{a}: {interval}", b, f"{b}: {interval}", _("Places gained"), _("Intervals overlap"),
         *(_("gained by: %(step)s") % {"step": name} for name, _shift in found.steps), _("Moved most by")]
    )  # fmt: skip
    # Intervals such as 3–7 would become dates in a spreadsheet; a text with words does not.
    rows = (
        [row.name, row.first, row.interval_first.replace("–", " – "), row.second,
         row.interval_second.replace("–", " – "), row.gained, words[row.overlap], *row.by_step, row.reason]
        for row in found.rows
    )  # fmt: skip
    content = write_table(names, rows, polish=polish)
    return as_download(content, "text/csv; charset=utf-8", f"methods-{edition.year}.csv")
