from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ratusz.apps.core import open_data
from ratusz.apps.core.open_data import as_download
from ratusz.apps.core.ratelimit import rate_limit
from ratusz.apps.ranking import exports, queries
from ratusz.apps.ranking.models import Ranking
from ratusz.apps.ranking.views.reading import reading

OFTEN = "60/m"


def _ranking(request: HttpRequest, year: int) -> Ranking:
    found = reading(request, year).ranking
    if found is None:
        raise Http404(_("No ranking is published yet"))
    return found


def _export(ending: str) -> Callable:
    @require_safe
    @rate_limit(f"ranking.{ending}", OFTEN)
    def view(request: HttpRequest, year: int) -> HttpResponse:
        ranking = _ranking(request, year)
        rows = queries.rows_visible_to(request.user, ranking).defer(None)
        sorted_rows = queries.sorted_rows(rows, "place", descending=False)
        address = settings.BASE_URL + reverse("ranking:ranking", args=[ranking.edition.year])
        return open_data.table_download(
            request, ending, name=f"ranking-{year}", title=_("Ranking"), fields=exports.fields(ranking),
            records=list(exports.records(ranking, sorted_rows)), about=exports.about(ranking, address),
        )  # fmt: skip

    return view


csv = _export("csv")
xlsx = _export("xlsx")
json = _export("json")


@require_safe
@rate_limit("ranking.bundle", OFTEN)
def bundle(request: HttpRequest, year: int) -> HttpResponse:
    """The bundle from which anyone recomputes the ranking, byte for byte as it was stored."""
    ranking = _ranking(request, year)
    content = queries.visible_to(request.user).defer(None).values_list("bundle", flat=True).get(pk=ranking.pk)
    response = as_download(
        bytes(content), "application/zip", f"ranking-{year}-{ranking.number or 'preview'}.zip"
    )
    response["X-Checksum-Sha256"] = ranking.bundle_sha256
    return response


@require_safe
def method_toml(request: HttpRequest, year: int) -> HttpResponse:
    """The method file of a version (`?version=`), else of the ranking that counts or the locked method."""
    found = reading(request, year)
    methods = queries.methods_visible_to(request.user).filter(edition=found.edition)
    asked = request.GET.get("version", "")
    if asked:
        method = methods.filter(version=int(asked)).first() if asked.isdecimal() and len(asked) < 5 else None
    else:
        method = found.ranking.method if found.ranking else queries.locked_method(found.edition)
    if method is None:
        raise Http404(_("There is no such version of the method."))
    return as_download(
        method.toml.encode(), "application/toml; charset=utf-8", f"method-{year}-v{method.version}.toml"
    )
