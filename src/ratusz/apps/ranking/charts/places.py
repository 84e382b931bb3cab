"""The places of a class with their intervals, and on the map."""

from django.utils.translation import gettext as _

from ratusz.apps.core.pictures import Ranked, interval_plot
from ratusz.apps.ranking import queries, table, wording
from ratusz.apps.ranking.charts.chart import Chart, Scope

AT_MOST = 100


def places(scope: Scope) -> Chart | None:
    """Every city of the class with its interval, on stripes of cities that cannot be told apart."""
    rows = [row for row in scope.rows if scope.bounds(row)[0] is not None]
    if not rows:
        return None
    numbers = _groups(scope, len(rows))
    drawn = [_ranked(scope, row, number) for row, number in zip(rows, numbers, strict=True)][:AT_MOST]
    picture = interval_plot(
        drawn,
        count=max(table.places(scope.ranking.summary, scope.size_class), *(r.high for r in drawn), 1),
        title=_("Places and 90%% intervals %(year)s: %(class)s")
        % {"year": scope.year, "class": scope.class_name},
        headings=(_("City"), _("Place"), _("Interval")),
        description=_("A bar from the 5th to the 95th percentile of the places over the variants, the place a dot."),
    )  # fmt: skip
    records = [
        (row.slug, row.name, scope.place(row), *scope.bounds(row), number)
        for row, number in zip(rows, numbers, strict=True)
    ]
    fields = ("slug", "city", "place", "p05", "p95", "group_not_told_apart")
    return Chart(
        "places", picture, fields, records, {"shown": len(drawn), "all": len(rows), "groups": max(numbers)}
    )


def _ranked(scope: Scope, row: queries.Standing, number: int) -> Ranked:
    low, high = wording.bounds(*scope.bounds(row))
    return Ranked(
        row.name, scope.written(row), scope.place(row), low, high, wording.interval(low, high), number
    )


def _groups(scope: Scope, count: int) -> list[int]:
    """The number of each city's group from 1; all 1 where the pairs were not counted."""
    found = [
        number
        for number, group in enumerate(scope.ranking.summary["groups"].get(str(scope.size_class)) or [], 1)
        for _name in group
    ]
    return found if len(found) == count else [1] * count


def on_map(scope: Scope) -> Chart | None:
    """The cities of the class on the map of Poland."""
    rows = queries.rows_visible_to(scope.user, scope.ranking)
    if scope.size_class:
        rows = rows.filter(size_class=scope.size_class)
    rows = list(queries.sorted_rows(rows, "place", descending=False, size_class=scope.size_class))
    picture = table.poland(rows, scope.ranking, size_class=scope.size_class)
    if picture is None:
        return None
    records = [
        (r.slug, r.name, r.lat, r.lon, r.population, r.class_rank if scope.size_class else r.rank)
        for r in rows
    ]
    return Chart("map", picture, ("slug", "city", "lat", "lon", "population", "place"), records)
