from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ratusz.apps.cities import queries as cities
from ratusz.apps.ranking import cards, critics, explained, queries, rules
from ratusz.apps.ranking.models import Method
from ratusz.apps.ranking.views.reading import Reading, not_yet, reading


@require_safe
def method(request: HttpRequest, year: int) -> HttpResponse:
    """How the ranking is made: the locked version, its indicator cards, its formulae, and answers to critics."""
    found = reading(request, year)
    shown = found.ranking.method if found.ranking is not None else queries.locked_method(found.edition)
    if asked := request.GET.get("version"):
        versions = queries.methods_visible_to(request.user).filter(edition=found.edition)
        shown = versions.filter(version=int(asked)).first() if asked.isdigit() and len(asked) < 5 else None
    if shown is None:
        return not_yet(request, found, status=404)
    chosen = rules.read_method(shown.toml)
    of_this = found.ranking is not None and found.ranking.method_id == shown.pk
    measured = found.ranking.summary["indicators"] if of_this else cards.indicator_cards(chosen)
    codes = [card["code"] for card in measured]
    named = {card["code"]: cards.said(card, "name") for card in measured}
    context = found.context | {
        "facts": _facts(request, found, named) if of_this else None,
        "method": shown,
        "chosen": chosen,
        "of_this": of_this,
        "pillars": _by_pillar(cards.pillars(chosen), measured),
        "versions": queries.methods_visible_to(request.user)
        .filter(edition=found.edition)
        .exclude(state=Method.State.DRAFT)
        .order_by("-version"),
        "publications": queries.visible_to(request.user)
        .filter(edition=found.edition, published_at__isnull=False)
        .order_by("-number"),
        "corrections": cities.corrections_visible_to(request.user)
        .filter(observation__indicator__code__in=codes, observation__year__lte=year)
        .count(),
        "steps": explained.steps(chosen),
        "tree": explained.tree(chosen),
        "runs": found.ranking.summary["variants"] if of_this else chosen.uncertainty.runs,
    }
    return render(request, "ranking/method.html", context)


def _facts(request: HttpRequest, found: Reading, named: dict[str, str]) -> dict[str, Any]:
    """What the ranking itself answers to critics, the indicators by their names."""
    ranking = found.ranking
    counted = critics.facts(ranking, queries.rows_visible_to(request.user, ranking).defer(None))
    cards_of = {card["code"]: card for card in ranking.summary["indicators"]}
    return counted | {
        "oldest_names": [named[code] for code in counted["oldest"]["codes"]] if counted["oldest"] else [],
        "newest_names": [named[code] for code in counted["newest"]["codes"]] if counted["newest"] else [],
        "closest_names": [named[counted["closest"][k]] for k in "ab"] if counted["closest"] else [],
        "heaviest_name": named.get(counted["heaviest"]),
        "heaviest_share": cards_of[counted["heaviest"]]["share"] if counted["heaviest"] else None,
        "classes": [c for c in ranking.summary["classes"] if c["kept"] is not None],
    }


def _by_pillar(pillars: list[dict[str, Any]], measured: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The pillars with the cards under each; indicators right under the index stand in a group without a name."""
    groups = [{"pillar": p, "cards": [c for c in measured if c["pillar"] == p["code"]]} for p in pillars]
    if alone := [c for c in measured if c["pillar"] is None]:
        groups.append({"pillar": None, "cards": alone})
    return groups
