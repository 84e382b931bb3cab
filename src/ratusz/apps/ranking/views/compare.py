from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ratusz.apps.ranking import exports, queries, table
from ratusz.apps.ranking.models import RankedCity, Ranking
from ratusz.apps.ranking.scorecard.standing import Standing, indicators, pillars
from ratusz.apps.ranking.views.reading import Reading, not_yet, reading

AT_MOST = 4
CHOICES = 12


@require_safe
def compare(request: HttpRequest, year: int) -> HttpResponse:
    """Up to four cities side by side, and for each two whether the variants tell them apart."""
    found = reading(request, year)
    if found.ranking is None:
        return not_yet(request, found, status=404)
    asked = list(dict.fromkeys(request.GET.getlist("city")))
    if len(asked) > AT_MOST:
        messages.warning(
            request,
            _("You chose %(count)d cities; up to four can be compared. The first four are shown.")
            % {"count": len(asked)},
        )
        return redirect(_address(found, asked[:AT_MOST]))
    rows = queries.compared(request.user, found.ranking, asked)
    text = request.GET.get("add", "").strip()[:80]
    choices = _choices(request, found.ranking, text, rows)
    exact = [c for c in choices if c.name.casefold() == text.casefold()] if text else []
    if len(rows) < AT_MOST and (len(choices) == 1 or len(exact) == 1):
        return redirect(_address(found, [*(r.slug for r in rows), (exact or choices)[0].slug]))
    by_class = [
        table.lines([r], found.ranking, size_class=r.size_class)[0] if r.size_class else None for r in rows
    ]
    context = found.context | {
        "rows": rows,
        "names": ", ".join(r.name for r in rows),
        "sources": exports.sources(found.ranking) if rows else [],
        "columns": [
            {
                "row": row,
                "line": line,
                "class_line": class_line,
                "without": _address(found, [r.slug for r in rows if r is not row]),
                "class_size": table.places(found.ranking.summary, row.size_class),
            }
            for row, line, class_line in zip(rows, table.lines(rows, found.ranking), by_class, strict=True)
        ],
        "pillars": _side_by_side([pillars(row, found.ranking) for row in rows]),
        "indicators": _side_by_side([indicators(row, found.ranking) for row in rows]),
        "pairs": _pairs(found.ranking, rows),
        "counted": found.ranking.summary["groups"]["0"] is not None,
        "text": text,
        "choices": [(c, _address(found, [*(r.slug for r in rows), c.slug])) for c in choices],
        "full": len(rows) >= AT_MOST,
    }
    return render(request, "ranking/compare.html", context)


def _address(found: Reading, slugs: list[str]) -> str:
    pairs = [("city", slug) for slug in slugs]
    if keep := found.context["publication"]:
        pairs.append(("publication", str(keep)))
    return f"{reverse('ranking:compare', args=[found.edition.year])}?{urlencode(pairs)}"


def _choices(request: HttpRequest, ranking: Ranking, text: str, rows: list[RankedCity]) -> list[RankedCity]:
    if not text:
        return []
    found = queries.search_rows(queries.rows_visible_to(request.user, ranking), text)
    return list(found.exclude(pk__in=[r.pk for r in rows]).order_by("sort_key")[:CHOICES])


def _side_by_side(columns: Sequence[Sequence[Standing]]) -> list[dict[str, Any]]:
    """Lines of the same card, one cell for each city."""
    if not columns:
        return []
    return [{"card": cells[0].card, "cells": cells} for cells in zip(*columns, strict=True)]


def _pairs(ranking: Ranking, rows: list[RankedCity]) -> list[dict[str, Any]]:
    """Each two of the classified cities, the better first, and the share of variants in which it is ahead."""
    ranked = sorted((r for r in rows if r.classified), key=lambda r: r.rank)
    shares = queries.pair_shares(ranking, [r.city_id for r in ranked]) if len(ranked) > 1 else {}
    found = []
    for k, better in enumerate(ranked):
        for other in ranked[k + 1 :]:
            share = shares.get((better.city_id, other.city_id))
            back = shares.get((other.city_id, better.city_id), 0.0)
            found.append(
                {
                    "better": better,
                    "other": other,
                    "share": share,
                    "overlap": other.p05 <= better.p95,
                    "apart": None if share is None else max(share, back) >= ranking.summary["told_apart"],
                }
            )
    return found
