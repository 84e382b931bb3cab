"""Who would like to sit beside whom: for the planner all of it, for a city its own wishes and who wished for it."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from ratusz.apps.cities.queries.dialogue import cities_acted_for
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import may
from ratusz.apps.ranking.models import SeatRequest


def seat_requests(edition: Edition) -> QuerySet[SeatRequest]:
    """The open wishes of the edition with `mutual`: the peer wishes the same. For the session's planner."""
    open_ones = SeatRequest.objects.filter(edition=edition, withdrawn_at=None)
    other_way = open_ones.filter(city=OuterRef("peer"), peer=OuterRef("city"))
    return (
        open_ones.annotate(mutual=Exists(other_way))
        .select_related("edition", "city", "peer")
        .order_by("city__sort_key", "asked_at", "id")
    )


def seat_requests_visible_to(user: Any, edition: Edition) -> QuerySet[SeatRequest]:
    """All open wishes for the organisers of the edition, a city's own for its team, none for anybody else.

    A note is written for the planner: the other city never reads it.
    """
    found = seat_requests(edition)
    if may_see_all(user, edition):
        return found
    return found.filter(city__in=cities_acted_for(user, edition).values("pk"))


def may_see_all(user: Any, edition: Edition) -> bool:
    """True for those who plan the session."""
    return may(user, "ranking.view_seat_requests", edition)


def search(requests: QuerySet[SeatRequest], words: str) -> QuerySet[SeatRequest]:
    """Wishes of or for a city whose folded name holds the words."""
    if not words:
        return requests
    return requests.filter(Q(city__name_folded__contains=words) | Q(peer__name_folded__contains=words))


def wished_beside(user: Any, edition: Edition) -> list[tuple[str, str, bool]]:
    """(a city of the person, a city that would like to sit beside it, whether both wish it); no person, no note."""
    found = seat_requests(edition).filter(peer__in=cities_acted_for(user, edition).values("pk"))
    return list(found.order_by("city__sort_key").values_list("peer__name", "city__name", "mutual"))


def of_person(user: Any) -> QuerySet[SeatRequest]:
    """Every wish that the person entered, withdrawn ones too."""
    return SeatRequest.objects.filter(asked_by=user).select_related("edition", "city", "peer")
