"""The honest line: whether a reader's choice changes the winner, and how sure either winner is."""

from dataclasses import dataclass

from ratusz.apps.ranking.playground.play import Played


@dataclass(frozen=True, slots=True)
class Verdict:
    """The cities in first place now and in the published ranking, by slug, and their shares of the variants."""

    now: tuple[str, ...]
    before: tuple[str, ...]
    share_now: float | None
    share_before: float | None

    @property
    def changed(self) -> bool:
        """True where another city is first, or another one shares the first place."""
        return set(self.now) != set(self.before)


def verdict(played: Played, published: Played, *, size_class: int, members: set[str]) -> Verdict:
    """The verdict among the members of a class, or of all cities for class 0."""
    places = played.places(size_class)
    now = _first(played, size_class, members)
    before = _first(published, size_class, members)
    return Verdict(now, before, _share(places, now), _share(places, before))


def _first(played: Played, size_class: int, members: set[str]) -> tuple[str, ...]:
    places = played.places(size_class)
    return tuple(sorted(slug for slug, place in places.items() if slug in members and place.rank == 1))


def _share(places: dict, slugs: tuple[str, ...]) -> float | None:
    """In how many variants the best of these cities is first; None where no variant was counted."""
    known = [places[slug].first for slug in slugs if slug in places and places[slug].first is not None]
    return max(known, default=None)
