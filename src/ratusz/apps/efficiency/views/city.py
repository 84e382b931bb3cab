from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ratusz.apps.core.templatetags.formats import number
from ratusz.apps.efficiency import queries, wording
from ratusz.apps.efficiency.models import StudiedCity, Study
from ratusz.apps.efficiency.views.reading import not_yet, reading
from ratusz.apps.efficiency.views.study import drawn, interval_picture, least_of, same_years


@require_safe
def city(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    """One city: its score with the interval, whom to visit, what is within reach, and what changed."""
    found = reading(request, year)
    if found.study is None:
        return not_yet(request, found, status=404)
    row = queries.city_result(found.study, slug)
    if row is None:
        raise Http404(_("The study %(year)s has no such city.") % {"year": year})
    shown = found.study
    names = {card["code"]: wording.said(card, "name") for card in shown.summary["columns"]}
    context = found.context | {
        "row": row,
        "class_name": wording.class_name(shown.summary["classes"], row.size_class) if row.size_class else "",
        "missing": ", ".join(names[code] for code in row.missing),
        "sources": wording.sources(shown),
        "same_names": same_years(shown),
    }
    if row.compared:
        every = list(queries.rows_visible_to(request.user, shown).filter(score__isnull=False))
        by_slug = {other.slug: other for other in every}
        context |= {
            "score": wording.score(row.score),
            "interval": wording.interval(row),
            "verdict": wording.verdict(row, shown),
            "picture": interval_picture(row, least_of(shown)),
            "peers": [
                {"row": by_slug[peer["slug"]], "words": wording.likeness(peer, shown)} for peer in row.peers
            ],
            "likeness": wording.likenesses(row, shown),
            "followers": sorted(
                (r for r in every if any(p["slug"] == row.slug for p in r.peers)), key=lambda r: r.sort_key
            ),
            "targets": targets(row, shown),
            "pictures": drawn(shown, every, own=row.slug),
        }
    return render(request, "efficiency/city.html", context)


def targets(row: StudiedCity, shown: Study) -> list[dict[str, Any]]:
    """Each figure of the city with what the mixture of its peers has, in words."""
    years = {card["code"]: card["year"] for card in shown.summary["columns"]}
    return [
        item
        | {
            "year": str(years[item["code"]]),
            "now_written": number(item["now"], item["decimals"]),
            "target_written": number(item["target"], item["decimals"]),
            "change_written": wording.signed(item["change"], 0),
            "slack_written": number(item["slack"], item["decimals"]) if item["slack"] else "",
        }
        for item in row.targets
    ]
