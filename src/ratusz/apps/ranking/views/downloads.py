from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

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


def _file(content: bytes, kind: str, name: str, *, inline: bool = False) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    return response


def _export(write: Callable[[HttpRequest, Ranking], bytes], kind: str, ending: str) -> Callable:
    @require_safe
    @rate_limit(f"ranking.{ending}", OFTEN)
    def view(request: HttpRequest, year: int) -> HttpResponse:
        ranking = _ranking(request, year)
        return _file(write(request, ranking), kind, f"ranking-{year}.{ending}", inline=ending == "json")

    return view


def _rows(request: HttpRequest, ranking: Ranking) -> list:
    rows = queries.rows_visible_to(request.user, ranking).defer(None)
    return list(queries.sorted_rows(rows, "place", descending=False))


def _address(ranking: Ranking) -> str:
    return settings.BASE_URL + reverse("ranking:ranking", args=[ranking.edition.year])


def _csv(request: HttpRequest, ranking: Ranking) -> bytes:
    """Polish pages give the Polish form unless `?format=plain` asks for commas and decimal points."""
    polish = get_language() == "pl" and request.GET.get("format") != "plain"
    return exports.write_csv(ranking, _rows(request, ranking), polish=polish)


def _xlsx(request: HttpRequest, ranking: Ranking) -> bytes:
    return exports.write_xlsx(ranking, _rows(request, ranking), _address(ranking))


def _json(request: HttpRequest, ranking: Ranking) -> bytes:
    return exports.write_json(ranking, _rows(request, ranking), _address(ranking))


csv = _export(_csv, "text/csv; charset=utf-8", "csv")
xlsx = _export(_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
json = _export(_json, "application/json", "json")


@require_safe
@rate_limit("ranking.bundle", OFTEN)
def bundle(request: HttpRequest, year: int) -> HttpResponse:
    """The bundle from which anyone recomputes the ranking, byte for byte as it was stored."""
    ranking = _ranking(request, year)
    content = queries.visible_to(request.user).defer(None).values_list("bundle", flat=True).get(pk=ranking.pk)
    response = _file(bytes(content), "application/zip", f"ranking-{year}-{ranking.number or 'preview'}.zip")
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
    return _file(
        method.toml.encode(), "application/toml; charset=utf-8", f"method-{year}-v{method.version}.toml"
    )
