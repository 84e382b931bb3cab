"""Files for those who want to check or use the figures."""

import csv
from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from ratusz.apps.cities.models import Indicator, Observation

COLUMNS = ["teryt", "city", "indicator", "year", "value", "unit", "flag", "source", "licence"]


class Echo:
    """A file that gives back what is written to it."""

    def write(self, value: str) -> str:
        return value


def figures_csv(indicator: Indicator, figures: QuerySet[Observation]) -> StreamingHttpResponse:
    """The figures as CSV (comma, UTF-8, decimal point), the order of rows always the same."""

    def lines() -> Iterator[str]:
        writer = csv.writer(Echo(), lineterminator="\n")
        yield writer.writerow(COLUMNS)
        rows = figures.order_by("city__teryt", "year").values_list(
            "city__teryt", "city__name", "indicator__code", "year", "value", "indicator__unit_pl", "flag",
            "source__name_pl", "source__licence",
        )  # fmt: skip
        for row in rows.iterator(2000):
            yield writer.writerow(row)

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{indicator.code}.csv"'
    return response
