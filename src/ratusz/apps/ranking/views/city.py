from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ratusz.apps.cities import queries as cities
from ratusz.apps.core.pictures import Picture, Track, class_range, rank_history
from ratusz.apps.core.templatetags.formats import number
from ratusz.apps.ranking import cards, queries, table, wording
from ratusz.apps.ranking.models import RankedCity, Ranking
from ratusz.apps.ranking.templatetags.ranking import figure
from ratusz.apps.ranking.views.reading import not_yet, reading

STRONG, WEAK = 0.75, 0.25
NAMED = 3


@require_safe
def city(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    """One city: its place with the interval, each figure against its class, what to learn from whom, its history."""
    found = reading(request, year)
    if found.ranking is None:
        return not_yet(request, found, status=404)
    row = queries.row_of(request.user, found.ranking, slug)
    if row is None:
        raise Http404(_("The ranking %(year)s has no such city.") % {"year": year})
    measured = indicators(row, found.ranking)
    history = queries.history_of(request.user, row.city_id, year)
    context = found.context | {
        "row": row,
        "line": table.lines([row], found.ranking)[0],
        "class_line": table.lines([row], found.ranking, size_class=row.size_class)[0]
        if row.size_class
        else None,
        "class_name": wording.class_name(found.ranking.summary["classes"], row.size_class),
        "class_size": table.places(found.ranking.summary, row.size_class),
        "not_apart": wording.not_apart(row, row.size_class),
        "pillars": pillars(row, found.ranking),
        "indicators": measured,
        "strengths": best(measured),
        "weaknesses": worst(measured),
        "similar": examples(row, found.ranking),
        "history": history,
        "history_picture": drawn_history(row, history),
        "corrections": cities.corrections_visible_to(request.user).filter(
            observation__city=row.city_id,
            observation__indicator__code__in=[c["code"] for c in found.ranking.summary["indicators"]],
            observation__year__lte=year,
        ),
        "map": table.poland([row], found.ranking, size_class=row.size_class, own=row.slug),
    }
    return render(request, "ranking/city.html", context)


def indicators(row: RankedCity, ranking: Ranking) -> list[dict[str, Any]]:
    """Each indicator of the method with the city's figure, its class and a picture of the two."""
    items = {item["code"]: item for item in row.indicators}
    ranges = ranking.summary["ranges"].get(str(row.size_class), {}).get("indicators", {})
    names = {p["code"]: p for p in ranking.summary["pillars"]}
    return [
        {
            "card": card,
            "item": items.get(card["code"]),
            "pillar": names.get(card["pillar"]),
            "median": (ranges.get(card["code"]) or [None] * 5)[2],
            "picture": _range(row, card, items.get(card["code"]), ranges.get(card["code"])),
        }
        for card in ranking.summary["indicators"]
    ]


def _range(
    row: RankedCity, card: dict[str, Any], item: dict[str, Any] | None, five: list[float] | None
) -> str:
    if five is None:
        return ""
    low, q1, median, q3, high = five
    value = item["value"] if item else None
    words = {
        "city": row.name,
        "indicator": cards.said(card, "name"),
        "value": figure(item, card),
        "median": figure({"value": median}, card),
    }
    return mark_safe(  # noqa: S308 - drawn by core.pictures, which escapes names
        class_range(
            value=value, minimum=low, q1=q1, median=median, q3=q3, maximum=high, direction=card["direction"],
            title=_("%(indicator)s: %(city)s %(value)s, median of the class %(median)s") % words,
        )
    )  # fmt: skip


def pillars(row: RankedCity, ranking: Ranking) -> list[dict[str, Any]]:
    """Each pillar with the city's score and its class."""
    ranges = ranking.summary["ranges"].get(str(row.size_class), {}).get("pillars", {})
    found = []
    for pillar in ranking.summary["pillars"]:
        five, score = ranges.get(pillar["code"]), row.pillars.get(pillar["code"])
        picture = ""
        if five is not None:
            picture = class_range(
                value=score, minimum=five[0], q1=five[1], median=five[2], q3=five[3], maximum=five[4],
                title=_("%(pillar)s: %(city)s %(score)s, median of the class %(median)s")
                % {
                    "pillar": cards.said(pillar, "name"), "city": row.name,
                    "score": number(score, 1), "median": number(five[2], 1),
                },
            )  # fmt: skip
        found.append(
            {
                "card": pillar,
                "score": score,
                "median": five[2] if five else None,
                "picture": mark_safe(picture),  # noqa: S308 - drawn by core.pictures
            }
        )
    return found


def best(measured: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Up to three indicators in which the city does better than three quarters of its class."""
    known = [m for m in measured if m["item"] and (m["item"]["percentile"] or 0) >= STRONG]
    return sorted(known, key=lambda m: -m["item"]["percentile"])[:NAMED]


def worst(measured: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Up to three indicators in which three quarters of the class do better."""
    known = [m for m in measured if m["item"] and m["item"]["percentile"] is not None]
    return sorted(
        (m for m in known if m["item"]["percentile"] <= WEAK), key=lambda m: m["item"]["percentile"]
    )[:NAMED]


def examples(row: RankedCity, ranking: Ranking) -> list[dict[str, Any]]:
    """Similar cities that do better, and by name the indicators in which they are ahead."""
    names = {card["code"]: cards.said(card, "name") for card in ranking.summary["indicators"]}
    return [item | {"ahead": [names[code] for code in item["ahead"]]} for item in row.similar]


def drawn_history(row: RankedCity, history: list[RankedCity]) -> Picture | None:
    """The city's places over the editions, once there are two."""
    if len(history) < 2:
        return None
    return rank_history(
        [Track(wording.place(row.rank, row.tied), [item.rank for item in history], own=True)],
        [str(item.ranking.edition.year) for item in history],
        count=max(*(item.rank or 1 for item in history), 10),
        title=_("Places of %(city)s over the editions") % {"city": row.name},
        place_heading=_("City"),
    )
