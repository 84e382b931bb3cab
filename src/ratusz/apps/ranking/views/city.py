from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_POST, require_safe

from ratusz.apps.cities import queries as cities
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.pictures import Picture, Track, rank_history
from ratusz.apps.core.ratelimit import rate_limit
from ratusz.apps.editions.reading import edition_of
from ratusz.apps.ranking import queries, services, table, wording
from ratusz.apps.ranking.models import RankedCity, SeatRequest
from ratusz.apps.ranking.queries.seats import seat_requests_visible_to
from ratusz.apps.ranking.scorecard import document, peers, rising, standing, words
from ratusz.apps.ranking.views.reading import Reading, not_yet, reading


def _row(request: HttpRequest, found: Reading, slug: str) -> RankedCity:
    row = found.ranking and queries.row_of(request.user, found.ranking, slug)
    if row is None:
        raise Http404(_("The ranking %(year)s has no such city.") % {"year": found.edition.year})
    return row


@require_safe
@rate_limit("ranking.city", "240/m")
def city(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    """The score card: a city's place with the interval, its figures, what to learn from whom, ways up, its history."""
    found = reading(request, year)
    if found.ranking is None:
        return not_yet(request, found, status=404)
    row = _row(request, found, slug)
    ranking = found.ranking
    measured = standing.indicators(row, ranking)
    history = queries.history_of(request.user, row.city_id, year)
    class_line = table.lines([row], ranking, size_class=row.size_class)[0] if row.size_class else None
    count = table.places(ranking.summary, row.size_class)
    low, high = (row.class_p05, row.class_p95) if row.size_class else (row.p05, row.p95)
    efficiency = peers.efficiency(found.edition, row.slug)
    seats = None if found.chosen else peers.seats_for(request.user, found.edition, row)
    context = found.context | {
        "row": row,
        "line": table.lines([row], ranking)[0],
        "class_line": class_line,
        "class_name": wording.class_name(ranking.summary["classes"], row.size_class),
        "class_size": count,
        "how_sure": words.how_sure(low, high, count),
        "told_apart": words.told_apart(row, ranking.summary["told_apart"]),
        "pillars": standing.pillars(row, ranking),
        "indicators": measured,
        "strengths": [(m, words.strength(m)) for m in standing.best(measured)],
        "weaknesses": [(m, words.weakness(m)) for m in standing.worst(measured)],
        "rising": _rising(request, row, ranking),
        "similar": peers.similar(row, ranking),
        "about_similar": words.about_similar(),
        "efficiency": efficiency,
        "efficiency_words": words.efficiency(efficiency) if efficiency else "",
        "efficiency_url": reverse("efficiency:city", args=[year, row.slug]) if efficiency else "",
        "seats": seats,
        "own_wishes": seats.of(row.slug) if seats and seats.own else [],
        "most_seats": services.MOST_SEATS,
        "note_length": SeatRequest.NOTE_LENGTH,
        "history": history,
        "history_picture": drawn_history(row, history),
        "corrections": cities.corrections_visible_to(request.user).filter(
            observation__city=row.city_id,
            observation__indicator__code__in=[c["code"] for c in ranking.summary["indicators"]],
            observation__year__lte=year,
        ),
        "map": table.poland([row], ranking, size_class=row.size_class, own=row.slug),
    }
    return render(request, "ranking/city.html", context)


def _rising(request: HttpRequest, row: RankedCity, ranking: Any) -> dict[str, Any] | None:
    """What the section on gaining places shows, for the number of places and the scope asked for."""
    asked = request.GET.get("gain", "")
    gain = min(int(asked), rising.MOST) if asked.isdecimal() and len(asked) < 5 else rising.GAINS[1]
    in_class = bool(row.size_class) and request.GET.get("among") != "all"
    found = rising.rising(row, ranking, gain=max(1, gain), in_class=in_class)
    if found is None:
        return None
    low, high = (row.class_p05, row.class_p95) if in_class else (row.p05, row.p95)
    return {
        "ways": found,
        "in_class": in_class,
        "gain": found.places[-1] if found.places else 0,
        "choices": range(2, min(found.start, rising.MOST + 1)),
        "about": words.about_rising(in_class),
        "heads": [words.column(found, n) for n in found.places],
        "nearest": [(way, words.worth(way.gains[0], found.start)) for way in found.nearest],
        "together": words.together(found.pillar) if found.together_rows else "",
        "beyond": words.beyond() if found.beyond else "",
        "leads": words.leads(in_class),
        "caveat": words.caveat(found, wording.interval(low, high)),
    }


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


@require_safe
@rate_limit("ranking.score_card", "30/m")
def score_card(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    """The score card as an accessible PDF in the language of the address."""
    found = reading(request, year)
    row = _row(request, found, slug)
    content = document.score_card(request.user, row, found.ranking)
    tag = f'"{document.fingerprint(content)}"'
    answer = condition(etag_func=lambda *_args, **_kwargs: tag)(lambda _request: HttpResponse(content))(
        request
    )
    answer["Content-Type"] = "application/pdf"
    name = f"score-card-{year}-{slug}-{get_language()}.pdf"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name)
    answer["Cache-Control"] = "private, no-cache" if request.user.is_authenticated else "public, max-age=300"
    return answer


def _back(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    """To the card on which the button was pressed: the asking city's, or that of the city asked for."""
    page = request.POST.get("page", "")
    known = {slug, request.POST.get("peer", "")}
    return redirect(reverse("ranking:city", args=[year, page if page in known and page else slug]) + "#seats")


@require_POST
@login_required
@rate_limit("ranking.seats", "30/m")
def ask_for_seat(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    """Stores the wish of the city to sit beside the peer, then shows the card again."""
    edition = edition_of(request.user, year)
    asked = request.POST.get("peer", "").replace("\x00", "")
    members = {c.slug: c for c in cities.visible_to(request.user).filter(slug__in=[slug, asked])}
    if slug not in members or asked not in members:
        raise Http404(_("The ranking %(year)s has no such city.") % {"year": year})
    peer = members[asked]
    try:
        services.ask_for_seat(
            edition=edition, city=members[slug], peer=peer, by=request.user,
            reason=peers.reason_for(edition, slug, peer.slug, request.POST.get("reason", "")),
            note=request.POST.get("note", "").replace("\x00", ""),
        )  # fmt: skip
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            _("Stored: %(city)s would like to sit beside %(peer)s.") % {"city": members[slug], "peer": peer},
        )
    return _back(request, year, slug)


@require_POST
@login_required
def withdraw_seat(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """Takes a wish back, then shows the card again."""
    wish = seat_requests_visible_to(request.user, edition_of(request.user, year)).filter(pk=pk).first()
    if wish is None:
        raise Http404(_("There is no such wish."))
    services.withdraw_seat_request(request=wish, by=request.user)
    messages.success(
        request,
        _("Withdrawn: %(city)s no longer asks for a seat beside %(peer)s.")
        % {"city": wish.city, "peer": wish.peer},
    )
    return _back(request, year, wish.city.slug)
