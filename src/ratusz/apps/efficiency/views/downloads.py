from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ratusz.apps.core import open_data
from ratusz.apps.core.open_data import as_download
from ratusz.apps.core.ratelimit import rate_limit
from ratusz.apps.efficiency import exports, queries
from ratusz.apps.efficiency.models import Study
from ratusz.apps.efficiency.views.reading import reading

OFTEN = "60/m"


def _study(request: HttpRequest, year: int) -> Study:
    found = reading(request, year).study
    if found is None:
        raise Http404(_("No study is published yet"))
    return found


def _export(write: Callable[[HttpRequest, Study, list], bytes], kind: str, ending: str) -> Callable:
    @require_safe
    @rate_limit(f"efficiency.{ending}", OFTEN)
    def view(request: HttpRequest, year: int) -> HttpResponse:
        study = _study(request, year)
        rows = queries.sorted_rows(queries.rows_visible_to(request.user, study), "score", descending=True)
        content = write(request, study, list(exports.records(study, rows)))
        return as_download(content, kind, f"efficiency-{year}.{ending}", inline=ending == "json")

    return view


def _about(study: Study) -> dict:
    return exports.about(study, settings.BASE_URL + reverse("efficiency:study", args=[study.edition.year]))


def _csv(request: HttpRequest, study: Study, records: list) -> bytes:
    """Polish pages give the Polish form unless `?format=plain` asks for commas and decimal points."""
    polish = get_language() == "pl" and request.GET.get("format") != "plain"
    return open_data.write_csv(exports.fields(study), records, polish=polish)


def _xlsx(request: HttpRequest, study: Study, records: list) -> bytes:
    return open_data.write_xlsx(_("Efficiency"), exports.fields(study), records, _about(study))


def _json(request: HttpRequest, study: Study, records: list) -> bytes:
    return open_data.write_json(exports.fields(study), records, _about(study), rows="cities")


csv = _export(_csv, "text/csv; charset=utf-8", "csv")
xlsx = _export(_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
json = _export(_json, "application/json", "json")


@require_safe
@rate_limit("efficiency.bundle", OFTEN)
def bundle(request: HttpRequest, year: int) -> HttpResponse:
    """The bundle from which anyone computes the study again, byte for byte as it was stored."""
    study = _study(request, year)
    name = f"efficiency-{year}-{study.number or 'preview'}.zip"
    response = as_download(queries.bundle_of(request.user, study), "application/zip", name)
    response["X-Checksum-Sha256"] = study.bundle_sha256
    return response
