"""Reads of the ranking. `visible_to` is the only door: what is not published shows nowhere, not even in a count."""

from ratusz.apps.ranking.queries.inputs import Inputs, Standing, inputs_of, standings_of
from ratusz.apps.ranking.queries.methods import (
    city_names,
    draft_of,
    locked_method,
    methods_to_compare,
    methods_visible_to,
    runs_visible_to,
)
from ratusz.apps.ranking.queries.rankings import (
    published,
    published_until,
    published_years,
    result_to_look_at,
    sitemap_items,
    visible_to,
)
from ratusz.apps.ranking.queries.rows import (
    SORTS,
    compared,
    history_of,
    pair_shares,
    row_of,
    rows_visible_to,
    search_rows,
    sorted_rows,
)
from ratusz.apps.ranking.queries.seats import seat_requests, seat_requests_visible_to

__all__ = [
    "SORTS",
    "Inputs",
    "Standing",
    "city_names",
    "compared",
    "draft_of",
    "history_of",
    "inputs_of",
    "locked_method",
    "methods_to_compare",
    "methods_visible_to",
    "pair_shares",
    "published",
    "published_until",
    "published_years",
    "result_to_look_at",
    "row_of",
    "rows_visible_to",
    "runs_visible_to",
    "search_rows",
    "seat_requests",
    "seat_requests_visible_to",
    "sitemap_items",
    "sorted_rows",
    "standings_of",
    "visible_to",
]
