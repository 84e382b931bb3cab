"""Who is ahead of whom, and in how many variants: the table behind "cannot be told apart"."""

from django.utils.translation import gettext as _

from ratusz.apps.core.pictures import pair_matrix
from ratusz.apps.core.templatetags.formats import number
from ratusz.apps.ranking import queries
from ratusz.apps.ranking.charts.chart import MOST_CHOSEN, Chart, Scope

FEWEST = 2


def pairs(scope: Scope) -> Chart | None:
    """The share of variants in which each city is ahead of each other one; None where pairs were not counted."""
    shares = queries.pair_shares(scope.ranking, [row.city_id for row in scope.rows])
    if not shares:
        return None
    chosen = [row for row in scope.rows if row.slug in scope.chosen]
    shown = (chosen if len(chosen) >= FEWEST else scope.rows)[:MOST_CHOSEN]
    apart = scope.ranking.summary["told_apart"]
    lines = [[_cell(shares, a, b, apart) for b in shown] for a in shown]
    names, written = [row.name for row in shown], [scope.written(row) for row in shown]
    picture = pair_matrix(
        names,
        written,
        [[cell["text"] for cell in line] for line in lines],
        [[cell["shade"] for cell in line] for line in lines],
        [[cell["apart"] for cell in line] for line in lines],
        title=_("Who is ahead of whom %(year)s, in %% of the variants: %(class)s")
        % {"year": scope.year, "class": scope.class_name},
        headings=(_("City"), *written),
        description=_("Each row says in what share of the variants its city is ahead of the city of the column."),
    )  # fmt: skip
    records = [
        (a.slug, a.name, b.slug, b.name, shares[a.city_id, b.city_id])
        for a in scope.rows
        for b in scope.rows
        if a is not b
    ]
    table = [
        {"name": name, "slug": row.slug, "place": place, "cells": line}
        for name, row, place, line in zip(names, shown, written, lines, strict=True)
    ]
    fields = ("slug", "city", "other_slug", "other_city", "share_ahead")
    return Chart("pairs", picture, fields, records, {"table": table, "chosen": len(chosen) >= FEWEST})


def _cell(
    shares: dict[tuple[int, int], float], a: queries.Standing, b: queries.Standing, apart: float
) -> dict[str, object]:
    """How often a is ahead of b, as a whole percentage that never says all or none where it is not."""
    if a is b:
        return {"text": "", "shade": 0, "apart": False, "other": b.name}
    share = shares[a.city_id, b.city_id]
    whole = round(100 * share)
    if 0 < share < 1:
        whole = min(max(whole, 1), 99)
    return {
        "text": number(whole),
        "shade": min(int(share * 7) + 1, 7) if share else 0,
        "apart": max(share, shares[b.city_id, a.city_id]) >= apart,
        "other": b.name,
    }
