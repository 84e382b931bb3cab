from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
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


def _export(ending: str) -> Callable:
    @require_safe
    @rate_limit(f"efficiency.{ending}", OFTEN)
    def view(request: HttpRequest, year: int) -> HttpResponse:
        study = _study(request, year)
        rows = queries.sorted_rows(queries.rows_visible_to(request.user, study), "score", descending=True)
        address = settings.BASE_URL + reverse("efficiency:study", args=[study.edition.year])
        return open_data.table_download(
            request, ending, name=f"efficiency-{year}", title=_("Efficiency"), fields=exports.fields(study),
            records=list(exports.records(study, rows)), about=exports.about(study, address),
        )  # fmt: skip

    return view


csv = _export("csv")
xlsx = _export("xlsx")
json = _export("json")


@require_safe
@rate_limit("efficiency.bundle", OFTEN)
def bundle(request: HttpRequest, year: int) -> HttpResponse:
    """The bundle from which anyone computes the study again, byte for byte as it was stored."""
    study = _study(request, year)
    name = f"efficiency-{year}-{study.number or 'preview'}.zip"
    response = as_download(queries.bundle_of(request.user, study), "application/zip", name)
    response["X-Checksum-Sha256"] = study.bundle_sha256
    return response
