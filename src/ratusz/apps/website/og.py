"""The pictures that a link to a ranking or a city shows elsewhere, drawn once and kept with the media."""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from ratusz.apps.core.pictures import og_card
from ratusz.apps.core.ratelimit import rate_limit
from ratusz.apps.ranking import queries as rankings
from ratusz.apps.ranking.models import RankedCity, Ranking
from ratusz.apps.ranking.wording import bounds
from ratusz.apps.website.context import site_name
from ratusz.apps.website.rankings import edition_of


@require_safe
@rate_limit("og", "120/m")
@cache_control(public=True, max_age=3600)
def og_ranking(request: HttpRequest, year: int) -> HttpResponseBase:
    """The card of a published ranking: how many were ranked, the first city and the interval of its place."""
    ranking = ranking_or_404(year)
    rows = rankings.rows_visible_to(None, ranking).filter(rank__isnull=False)
    count, first = rows.count(), rows.order_by("rank", "sort_key").first()
    if first is None:
        raise Http404

    def draw() -> bytes:
        return og_card(
            site=site_name(request),
            kicker=_("Ranking %(year)s") % {"year": year},
            title=ranking.edition.name,
            note=_("Cities: %(count)s. First place: %(city)s.") % {"count": count, "city": first.name},
            **certainty(first, count),
        )

    return kept(draw, "ranking, how certain", ranking.pk, site_name(request), ranking.edition.name)


@require_safe
@rate_limit("og", "120/m")
@cache_control(public=True, max_age=3600)
def og_city(request: HttpRequest, year: int, slug: str) -> HttpResponseBase:
    """The card of a city in a published ranking: its place and the interval of its place."""
    ranking = ranking_or_404(year)
    rows = rankings.rows_visible_to(None, ranking)
    row = rows.filter(slug=slug).first()
    if row is None:
        raise Http404

    def draw() -> bytes:
        kicker = _("Ranking %(year)s") % {"year": year}
        if row.rank is None:
            note = _("Not classified: too few of its figures are public.")
            return og_card(site=site_name(request), kicker=kicker, title=row.name, note=note)
        return og_card(
            site=site_name(request),
            kicker=kicker,
            title=row.name,
            note=_("place %(place)s") % {"place": row.rank},
            **certainty(row, rows.filter(rank__isnull=False).count()),
        )

    return kept(draw, "city", ranking.pk, site_name(request), row.pk)


def certainty(row: RankedCity, count: int) -> dict[str, Any]:
    """The interval of a city's place as the card draws and says it: no card names a place without it."""
    low, high = bounds(row.p05, row.p95) or (row.rank, row.rank)
    said = {"low": low, "high": high, "count": count}
    return {
        "interval": (row.rank, low, high, count),
        "interval_note": _("In 90%% of variants of the method: %(low)s–%(high)s of %(count)s.") % said,
    }


def ranking_or_404(year: int) -> Ranking:
    """The published ranking of the year."""
    edition = edition_of(year)
    found = edition and rankings.published(edition)
    if not found:
        raise Http404
    return found


def kept(draw: Callable[[], bytes], *key: object) -> FileResponse:
    """The picture from the cache of the media; drawn and put there when it is not in it yet.

    A published ranking never changes, so a picture is good for ever under its ranking's number.
    """
    name = hashlib.sha256(repr((get_language(), *key)).encode()).hexdigest()[:32]
    path = Path(settings.MEDIA_ROOT) / "cache" / "og" / f"{name}.png"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(draw())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    return FileResponse(path.open("rb"), content_type="image/png")
