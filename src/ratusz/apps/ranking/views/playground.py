"""The playground: a reader's own weights and choices, computed at once and never stored."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ratusz.apps.core.open_data import as_download
from ratusz.apps.core.ratelimit import rate_limit
from ratusz.apps.ranking import cards, choices, queries, wording
from ratusz.apps.ranking import playground as play
from ratusz.apps.ranking.engine_messages import explain
from ratusz.apps.ranking.models import Ranking
from ratusz.apps.ranking.playground.board import missing_figures
from ratusz.apps.ranking.playground.choice import token
from ratusz.apps.ranking.playground.lines import lines
from ratusz.apps.ranking.playground.play import AT_ONCE, FEWER, VARIANTS
from ratusz.apps.ranking.playground.words import STEPS, SWITCHES
from ratusz.apps.ranking.views.reading import Reading, not_yet, reading
from ratusz.engines import composite

OFTEN = "240/m"
PER_PAGE = 100
COUNT = "intervals"


@require_safe
@rate_limit("ranking.playground", OFTEN)
def playground(request: HttpRequest, year: int) -> HttpResponse:
    """The page with sliders, switches, the honest line and the table.

    A form that was sent without a script leads on to its short address.
    """
    found = reading(request, year)
    if found.ranking is None:
        return not_yet(request, found, status=404)
    context = _context(request, found, found.ranking)
    if not context["problems"] and _sent(request) != context["query"]:
        return redirect(f"{request.path}?{context['query']}" if context["query"] else request.path)
    context |= _controls(found.ranking, context)
    return render(request, "ranking/playground.html", context)


@require_safe
@rate_limit("ranking.playground", OFTEN)
def places(request: HttpRequest, year: int) -> HttpResponse:
    """The part of the page that follows a slider: the honest line and the table."""
    found = reading(request, year)
    if found.ranking is None:
        raise Http404(_("No ranking is published yet"))
    context = _context(request, found, found.ranking)
    response = render(request, "ranking/playground_places.html", context)
    response["HX-Replace-Url"] = context["address"]
    response["Cache-Control"] = "private, max-age=300"
    return response


@require_safe
@rate_limit("ranking.playground.method", "60/m")
def method_toml(request: HttpRequest, year: int) -> HttpResponse:
    """The reader's choice as a method file: with the data of the bundle anyone computes the same places."""
    found = reading(request, year)
    if found.ranking is None:
        raise Http404(_("No ranking is published yet"))
    published = queries.inputs_of(found.ranking).method
    choice, _problems = play.read_choice(request.GET.dict(), play.board_of(published), {})
    try:
        chosen = play.method_of(choice, published)
    except play.NothingLeft:
        raise Http404(_("Every indicator has a weight of 0.")) from None
    first = "# A reader's own choice, not the published method" if choice else "# The published method"
    address = settings.BASE_URL + reverse("ranking:playground", args=[year])
    text = f"{first}: {address}?{choice.query()}\n{chosen.to_toml()}"
    return as_download(text, "application/toml; charset=utf-8", f"my-method-{year}.toml")


def _sent(request: HttpRequest) -> str:
    """The query as it was sent, without what only says which publication is read."""
    return urlencode([(k, v) for k, values in request.GET.lists() for v in values])


def _context(request: HttpRequest, found: Reading, shown: Ranking) -> dict[str, Any]:
    inputs = queries.inputs_of(shown)
    board = play.board_of(inputs.method)
    names = _names(shown, inputs.method)
    choice, problems = play.read_choice(request.GET.dict(), board, names)
    numbers = {str(item["number"]): item["number"] for item in shown.summary["classes"]}
    size_class = numbers.get(request.GET.get("class", ""), 0)
    rows = queries.standings_of(shown)
    many = len(rows) > AT_ONCE
    counting = request.GET.get(COUNT) == "1"
    variants = (FEWER if counting else 0) if many else VARIANTS
    choice, played = _played(shown, choice, variants, problems)
    if played.refused is not None:
        problems.append(
            _("The intervals of this choice cannot be counted. %(why)s") % {"why": explain(played.refused)}
        )
    members = [row for row in rows if not size_class or row.size_class == size_class]
    at = played.places(size_class)
    ranked = sorted((row for row in members if row.slug in at), key=lambda row: at[row.slug].rank)
    page = Paginator(ranked, PER_PAGE).get_page(request.GET.get("page"))
    published = play.play(shown, play.AS_PUBLISHED, variants=0)
    query = _query(found, choice, size_class, page.number, counting=counting and many)
    said = {row.slug: row.name for row in rows}
    verdict = play.verdict(played, published, size_class=size_class, members={row.slug for row in members})
    return found.context | {
        "board": board,
        "choice": choice,
        "names": names,
        "problems": problems,
        "size_class": size_class,
        "class_name": wording.class_name(shown.summary["classes"], size_class),
        "played": played,
        "verdict": verdict,
        "first_now": ", ".join(said[slug] for slug in verdict.now),
        "first_before": ", ".join(said[slug] for slug in verdict.before),
        "distance": play.distance(shown, choice, played) if choice else None,
        "switched": len(choice.switched),
        "lines": lines(list(page.object_list), at, size_class=size_class, count=len(ranked)),
        "page": page,
        "pages": list(page.paginator.get_elided_page_range(page.number)) if page.has_other_pages() else [],
        "page_query": _query(found, choice, size_class, 1, counting=counting and many),
        "left_out": len(members) - len(ranked),
        "many": many,
        "counting": counting,
        "fewer": FEWER,
        "query": query,
        "choice_query": choice.query(),
        "address": reverse("ranking:playground", args=[found.edition.year]) + (f"?{query}" if query else ""),
    }


def _played(
    shown: Ranking, choice: play.Choice, variants: int, problems: list[str]
) -> tuple[play.Choice, play.Played]:
    """The places by the choice; by the published method, with a plain word, where the choice has none."""
    try:
        return choice, play.play(shown, choice, variants=variants)
    except play.NothingLeft:
        problems.append(_("Every indicator has a weight of 0, so the published method is shown."))
    except composite.EngineError as error:
        problems.append(
            _("This choice cannot be computed, so the published method is shown. %(why)s")
            % {"why": explain(error)}
        )
    return play.AS_PUBLISHED, play.play(shown, play.AS_PUBLISHED, variants=0)


def _query(found: Reading, choice: play.Choice, size_class: int, page: int, *, counting: bool) -> str:
    pairs = choice.pairs()
    pairs += [("class", str(size_class))] if size_class else []
    pairs += [(COUNT, "1")] if counting else []
    pairs += [("page", str(page))] if page > 1 else []
    pairs += [("publication", found.context["publication"])] if found.context["publication"] else []
    return urlencode(pairs)


def _names(shown: Ranking, method: composite.Method) -> dict[str, str]:
    """What the reader calls each switch, pillar and indicator."""
    found = {name: str(words) for name, words in SWITCHES.items()}
    for node in method.framework.aggregates:
        name_pl, name_en = cards.two_names(node.name or node.code)
        found[node.code] = cards.said({"name_pl": name_pl, "name_en": name_en}, "name")
    return found | {card["code"]: cards.said(card, "name") for card in shown.summary["indicators"]}


def _controls(shown: Ranking, context: dict[str, Any]) -> dict[str, Any]:
    """The sliders and switches with their words, as they stand now."""
    board, choice, names = context["board"], context["choice"], context["names"]
    inputs = queries.inputs_of(shown)
    groups: dict[str, list[dict[str, Any]]] = {}
    for slider in board.below:
        groups.setdefault(slider.parent, []).append(_slider(slider, board, choice, names))
    return {
        "top": _with_shares([_slider(slider, board, choice, names) for slider in board.top]),
        "groups": [
            {"name": names[parent], "sliders": _with_shares(found)}
            for parent, found in groups.items()
            if len(found) > 1
        ],
        "opened": any(code in {s.code for s in board.below} for code, _points in choice.weights),
        "switches": [_switch(switch, choice, names) for switch in board.switches],
        "idle": not missing_figures(inputs.table, inputs.method),
        "indicators": [(code, names[code]) for code in board.indicators],
    }


def _slider(
    slider: play.Slider, board: play.Board, choice: play.Choice, names: dict[str, str]
) -> dict[str, Any]:
    return {
        "code": slider.code,
        "name": names[slider.code],
        "points": choice.points(board, slider.code),
        "published": slider.points,
        "alone": slider.alone,
    }


def _switch(switch: play.Switch, choice: play.Choice, names: dict[str, str]) -> dict[str, Any]:
    step, now = STEPS[switch.name], getattr(choice, switch.name)
    return {
        "name": switch.name,
        "label": names[switch.name],
        "published": choices.choice(step, switch.published),
        "options": [
            {"token": token(option), "words": choices.choice(step, option), "chosen": option == now}
            for option in switch.others
        ],
    }


def _with_shares(group: list[dict[str, Any]]) -> list[dict[str, Any]]:
    total = sum(item["points"] for item in group)
    return [item | {"share": item["points"] / total if total else 0.0} for item in group]
