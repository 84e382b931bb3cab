"""Which choice of the method moves the places: Sobol indices, counted once for each frozen ranking."""

from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ratusz.apps.core.pictures import Share, share_bars
from ratusz.apps.core.templatetags.formats import percent
from ratusz.apps.ranking import queries
from ratusz.apps.ranking.charts.chart import Chart, Scope
from ratusz.apps.ranking.models import Ranking
from ratusz.engines import composite
from ratusz.engines.composite import sensitivity

MANY, RUNS, FEWER = 300, 24_576, 4_096
KEPT = 30 * 86_400  # seconds; a frozen ranking never changes

CHOICES = {
    "treatment": gettext_lazy("How outliers are treated"),
    "normalisation": gettext_lazy("The scale of the indicators"),
    "aggregation": gettext_lazy("How indicators are joined"),
    "indicator left out": gettext_lazy("Which indicator is left out"),
    "weights": gettext_lazy("The weights"),
}


def influence(scope: Scope) -> Chart | None:
    """The share of each open choice in what moves the places of all cities; None where nothing is open."""
    counted = indices(scope.ranking)
    if counted is None:
        return None
    order = sorted(range(len(counted["choices"])), key=lambda k: -counted["total"][k])
    shares = [
        Share(
            str(CHOICES.get(counted["choices"][k], counted["choices"][k])),
            max(counted["first"][k], 0.0),
            max(counted["total"][k], 0.0),
            percent(max(counted["first"][k], 0.0)),
            percent(max(counted["total"][k], 0.0)),
        )
        for k in order
    ]
    picture = share_bars(
        shares,
        title=_("What moves the places %(year)s") % {"year": scope.year},
        headings=(_("Choice"), _("By itself"), _("With all others")),
        percent=percent,
        description=_(
            "For each choice a narrow bar for what it moves by itself, a wide one with the others."
        ),
    )
    bounds = counted["bounds"] or [[None] * 4] * len(counted["choices"])
    records = [(counted["choices"][k], counted["first"][k], counted["total"][k], *bounds[k]) for k in order]
    fields = ("choice", "first_order", "total", "first_p05", "first_p95", "total_p05", "total_p95")
    return Chart("influence", picture, fields, records, counted | {"most": shares[0]})


def indices(ranking: Ranking) -> dict[str, Any] | None:
    """First-order and total indices of the mean rank shift; None for a method that leaves nothing open."""
    key = f"ranking.influence.1:{ranking.bundle_sha256}"
    found = cache.get(key)
    if found is None:
        found = _counted(ranking)
        cache.set(key, found, KEPT)
    return found or None


def _counted(ranking: Ranking) -> dict[str, Any]:
    inputs = queries.inputs_of(ranking)
    runs = FEWER if len(inputs.slugs) > MANY else RUNS
    try:
        result = sensitivity.sensitivity(inputs.table, inputs.method, runs=runs)
    except composite.EngineError:
        return {}
    bounds = None
    if not result.exact:
        columns = (result.first_p05, result.first_p95, result.total_p05, result.total_p95)
        bounds = [list(row) for row in zip(*(c.tolist() for c in columns), strict=True)]
    return {
        "choices": list(result.assumptions),
        "first": result.first.tolist(),
        "total": result.total.tolist(),
        "bounds": bounds,
        "exact": result.exact,
        "mean": result.mean,
        "runs": result.provenance.runs,
    }
