"""From whom a city may learn: similar cities that do better, and the peers that make more of what they have."""

from dataclasses import dataclass
from typing import Any

from ratusz.apps.cities.models import City
from ratusz.apps.cities.queries.dialogue import cities_acted_for
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import may
from ratusz.apps.efficiency import queries as efficiency_queries
from ratusz.apps.efficiency.models import StudiedCity, Study
from ratusz.apps.ranking import cards
from ratusz.apps.ranking.models import RankedCity, Ranking, SeatRequest
from ratusz.apps.ranking.queries import published, seats

PEERS = 4


@dataclass(frozen=True, slots=True)
class Example:
    """A similar city that does better, and by name the indicators in which it is ahead."""

    slug: str
    name: str
    rank: int
    score: float
    population: int | None
    apart: bool | None
    ahead: tuple[str, ...]


def similar(row: RankedCity, ranking: Ranking) -> list[Example]:
    """Similar cities that do better, those told apart from the city first."""
    names = {card["code"]: cards.said(card, "name") for card in ranking.summary["indicators"]}
    return [Example(**item | {"ahead": tuple(names[code] for code in item["ahead"])}) for item in row.similar]


@dataclass(frozen=True, slots=True)
class Efficiency:
    """The city in the edition's study of efficiency, as far as one is published and compares it."""

    study: Study
    row: StudiedCity

    @property
    def saves(self) -> bool:
        """True where the study asks for the same with less."""
        return self.study.orientation == Study.Orientation.INPUT

    @property
    def peers(self) -> list[dict[str, Any]]:
        return self.row.peers[:PEERS]

    @property
    def targets(self) -> list[dict[str, Any]]:
        """The inputs that could be saved, or the outputs that could be had; only those that differ from now."""
        kind = "input" if self.saves else "output"
        return [t for t in self.row.targets if t["kind"] == kind and t["target"] != t["now"]]


def efficiency(edition: Edition, slug: str) -> Efficiency | None:
    """The city's result in the published study of the edition."""
    study = efficiency_queries.published(edition)
    row = study and efficiency_queries.city_result(study, slug)
    return Efficiency(study, row) if row and row.compared else None


@dataclass(frozen=True, slots=True)
class Seats:
    """What the person may do about seats on the card of a city.

    `own`: the person acts for this city. `acting`: the person's other cities, which may ask for a seat beside it.
    `wishes`: the open wishes that the person may see, by (asking slug, peer slug).
    """

    open: bool
    own: bool
    acting: tuple[City, ...]
    wishes: dict[tuple[str, str], SeatRequest]
    wished_by: tuple[str, ...]

    def of(self, slug: str) -> list[SeatRequest]:
        """The open wishes of a city."""
        return [wish for (asking, _peer), wish in self.wishes.items() if asking == slug]


def seats_for(user: Any, edition: Edition, row: RankedCity) -> Seats | None:
    """The seats as the person sees them; None for somebody who acts for no city of the edition."""
    mine = list(cities_acted_for(user, edition)) if user.is_authenticated else []
    if not mine:
        return None
    wishes = seats.seat_requests_visible_to(user, edition)
    own = any(city.pk == row.city_id for city in mine)
    return Seats(
        open=may(user, "ranking.ask_for_seat", edition),
        own=own,
        acting=tuple(city for city in mine if city.pk != row.city_id),
        wishes={(wish.city.slug, wish.peer.slug): wish for wish in wishes},
        wished_by=tuple(
            other for city, other, _both in seats.wished_beside(user, edition) if own and city == row.name
        ),
    )


def reason_for(edition: Edition, asking: str, peer: str, claimed: str) -> str:
    """The reason as far as it is true: similar in the published ranking, a peer in the study, else chosen freely."""
    reasons = SeatRequest.Reason
    if claimed == reasons.EFFICIENCY:
        found = efficiency(edition, asking)
        if found and any(one["slug"] == peer for one in found.row.peers):
            return reasons.EFFICIENCY
    ranking = published(edition)
    row = ranking and ranking.rows.filter(slug=asking).first()
    if claimed == reasons.SIMILAR and row and any(one["slug"] == peer for one in row.similar):
        return reasons.SIMILAR
    return reasons.FREE
