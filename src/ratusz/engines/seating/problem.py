"""The people, the tables, the rules and the aims of a session: what a seating plan is made from."""

from __future__ import annotations

from dataclasses import dataclass, field

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Person:
    """A person to be seated. Rounds are counted from 0; `rounds=None` means every round.

    `topics` are the topics wished, the dearest first. `context` is a label such as a class of city size:
    people of equal label are of similar context. No languages: the person speaks all of the session's.
    """

    id: str
    name: str = ""
    type: str = ""
    organisation: str = ""
    city: str = ""
    profession: str = ""
    context: str = ""
    topics: tuple[str, ...] = ()
    languages: frozenset[str] = frozenset()
    step_free: bool = False
    rounds: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table with `minimum` to `capacity` seats in the rounds in which it is used.

    The walls of a circle: only people of the types in `types` and of the professions in `professions` sit
    here (None: everybody). A moderator, who is one of the people, stays here in every round of the table.
    """

    id: str
    capacity: int
    minimum: int = 0
    topic: str = ""
    language: str = ""
    room: str = ""
    step_free: bool = True
    moderator: str = ""
    rounds: frozenset[int] | None = None
    types: frozenset[str] | None = None
    professions: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Pin:
    """A person who sits at this table in this round, whatever else is changed."""

    round: int
    person: str
    table: str


@dataclass(frozen=True, slots=True)
class Presence:
    """At least `at_least` people of the type at each mixed table of each round."""

    type: str
    at_least: int = 1


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody of `people` should sit with somebody of `others` at one table in at least one round."""

    people: tuple[str, ...]
    others: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Weights:
    """What one unit of each soft aim costs; 0 leaves the aim out.

    `repeats`: a pair that meets once more than once; `mix`: a table's squared distance from the round's own
    mix of types; `topics`: a seat at a table of a topic lower on the person's list (0 … 1 per seat);
    `wishes`: a wish that no round fulfils; `organisation`: two people of one organisation (or of one city's
    office) at a table; `context`: two people of different context at a table (negative: of the same one).
    """

    repeats: float = 10.0
    mix: float = 2.0
    topics: float = 1.0
    wishes: float = 8.0
    organisation: float = 3.0
    context: float = 0.0


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that a plan must keep (hard rules) and should reach (weighted aims).

    The first `played` rounds are over: who met there has met, but no rule is judged there any more.
    """

    people: tuple[Person, ...]
    tables: tuple[Table, ...]
    rounds: int
    apart: tuple[Pair, ...] = ()
    together: tuple[Pair, ...] = ()
    presence: tuple[Presence, ...] = ()
    pins: tuple[Pin, ...] = ()
    wishes: tuple[Wish, ...] = ()
    weights: Weights = field(default_factory=Weights)
    played: int = 0
