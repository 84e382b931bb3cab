import hashlib
import time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from ratusz.apps.core.ratelimit import caller_of, take, too_many
from ratusz.apps.ranking import queries
from ratusz.apps.ranking.models import Ranking
from ratusz.apps.ranking.views.reading import not_yet, reading
from ratusz.engines import composite

# Cells times variants that the server recomputes while the reader waits: a few seconds.
AT_MOST = 66 * 20 * 20_000
OFTEN, OFTEN_IN_ALL = "3/m", "20/m"


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, year: int) -> HttpResponse:
    """What the bundle holds, how to recompute it at home; a POST recomputes it here by the independent verifier."""
    found = reading(request, year)
    if found.ranking is None:
        return not_yet(request, found, status=404)
    small = _work(found.ranking) <= AT_MOST
    context: dict[str, Any] = found.context | {"small": small, "size": None}
    if request.method == "POST" and small:
        for key, rate in ((f"ranking.verify:{caller_of(request)}", OFTEN), ("ranking.verify", OFTEN_IN_ALL)):
            if wait := take(key, rate):
                return too_many(request, wait)
        context |= _recompute(request, found.ranking)
    return render(request, "ranking/verify.html", context)


def _work(ranking: Ranking) -> int:
    summary = ranking.summary
    return summary["units"] * len(summary["indicators"]) * max(summary["variants"], 1)


def _recompute(request: HttpRequest, ranking: Ranking) -> dict[str, Any]:
    started = time.perf_counter()
    content = bytes(
        queries.visible_to(request.user).defer(None).values_list("bundle", flat=True).get(pk=ranking.pk)
    )
    try:
        differences = list(composite.verify_bundle(content).differences)
    except composite.EngineError as error:
        differences = [str(error)]
    digest = hashlib.sha256(content).hexdigest()
    return {
        "checked": True,
        "differences": differences,
        "same_digest": digest == ranking.bundle_sha256,
        "seconds": time.perf_counter() - started,
    }
