"""PLAN.toml: rounds, tables, rules and weights; an unknown key is a mistake."""

from __future__ import annotations

import math
import tomllib
from dataclasses import fields
from itertools import combinations
from typing import Any

from ratusz.engines.contracts import EngineError
from ratusz.engines.seating.files.mistakes import Found, nearest, shown
from ratusz.engines.seating.files.people import FILE as PEOPLE
from ratusz.engines.seating.files.people import read_people
from ratusz.engines.seating.problem import Person, Pin, Presence, Problem, Table, Weights, Wish

FILE = "PLAN.toml"
MOST_ROUNDS = 100
MOST_SEATS = 100_000
LARGEST_FILE = 2_000_000  # characters
_KEYS = ("rounds", "tables", "apart", "together", "presence", "pins", "wishes", "weights")


def read_problem(people: bytes | str, plan: bytes | str) -> tuple[Problem, tuple[str, ...]]:
    """Return the problem that the two files state, and notes on what was read otherwise than written.

    Raises one `FileMistakes` that lists everything that is wrong in both.

    >>> plan = 'rounds = 2\\n[[tables]]\\nname = "A"\\ncapacity = 2'
    >>> problem, notes = read_problem("id,type\\nAda,city\\nJan,NGO\\n", plan)
    >>> len(problem.people), problem.tables[0].capacity, problem.rounds
    (2, 2, 2)
    """
    found = Found()
    raw = _parse(plan, found)
    part = _Part(FILE, raw, found)
    rounds = part.whole("rounds", 1, MOST_ROUNDS, required=True)
    read = _Rules(read_people(people, rounds or MOST_ROUNDS, found), rounds or MOST_ROUNDS, found)
    tables = read.tables(part.take_list("tables", "[[tables]]"))
    if raw.get("tables", []) == []:
        found.mistake(FILE, "no tables", "a plan needs at least one", "add [[tables]] with name and capacity")
    problem = Problem(
        read.people,
        tables,
        rounds or 1,
        read.pairs("apart", part.take_list("apart", 'apart = [["a", "b"]]')),
        read.pairs("together", part.take_list("together", 'together = [["a", "b"]]')),
        read.presence(part.take_list("presence", "[[presence]]")),
        read.pins(part.take_list("pins", "[[pins]]"), tables),
        read.wishes(part.take_list("wishes", "[[wishes]]")),
        _weights(part.take("weights", {}), found),
    )
    part.close()
    found.stop()
    return problem, tuple(dict.fromkeys(found.notes))


def _parse(content: bytes | str, found: Found) -> dict[str, Any]:
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content.removeprefix("\ufeff")
    except UnicodeDecodeError:
        found.mistake(FILE, "unreadable letters", "it must be UTF-8 text", "save it as UTF-8")
        found.stop()
        raise
    try:
        if len(text) > LARGEST_FILE:
            raise ValueError(f"{len(text)} characters")
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        reason = "brackets too deep" if isinstance(error, RecursionError) else str(error)
        raise EngineError(FILE, f"broken TOML ({reason})", "it must be valid TOML", "correct it") from None


class _Part:
    """One TOML table whose keys are taken one by one; `close` refuses what is left over."""

    def __init__(self, where: str, raw: Any, found: Found):
        self.where, self.found = where, found
        self.known: list[str] = []
        self.raw: dict[str, Any] = dict(raw) if isinstance(raw, dict) else {}
        if not isinstance(raw, dict):
            found.mistake(where, shown(raw), "it must be a table of keys", "write keys with values")

    def refuse(self, key: str, value: Any, rule: str, step: str = "correct it") -> None:
        self.found.mistake(f"{self.where}, key {key}", shown(value), rule, step)

    def take(self, key: str, default: Any = None) -> Any:
        self.known.append(key)
        return self.raw.pop(key, default)

    def take_list(self, key: str, example: str) -> list[Any]:
        value = self.take(key, [])
        if isinstance(value, list):
            return value
        self.refuse(key, value, "it is a list", f"write {example}")
        return []

    def whole(self, key: str, low: int, high: int, default: int = 0, *, required: bool = False) -> int:
        value = self.take(key)
        if value is None:
            if required:
                self.found.mistake(
                    self.where, f"no {key}", f"{key} is required", f"add {key} = {max(low, 1)}"
                )
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.refuse(key, value, f"it must be a whole number from {low} to {high}")
            return default
        return value

    def text(self, key: str, *, required: bool = False) -> str:
        value = self.take(key, "")
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            self.refuse(key, value, "it must be text in quotes")
            return ""
        value = " ".join(value.split())
        if required and not value:
            self.found.mistake(self.where, f"no {key}", f"{key} is required", f'add {key} = "…"')
        return value

    def texts(self, key: str) -> tuple[str, ...] | None:
        value = self.take(key)
        if value is None:
            return None
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list) or not value or not all(isinstance(one, (str, int)) for one in value):
            self.refuse(key, value, "it must be a list of texts that is not empty", f'write {key} = ["…"]')
            return None
        return tuple(" ".join(str(one).split()) for one in value)

    def number(self, key: str, default: float, low: float) -> float:
        value = self.take(key, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not _is_finite(value):
            self.refuse(key, value, "it must be a number")
            return default
        if not low <= value <= 1e6:
            self.refuse(key, value, f"it must be from {low:g} to 1000000")
            return default
        return float(value)

    def flag(self, key: str, default: bool) -> bool:
        value = self.take(key, default)
        if not isinstance(value, bool):
            self.refuse(key, value, "it must be true or false")
            return default
        return value

    def close(self) -> None:
        for key in self.raw:
            close = nearest(key, self.known)
            self.found.mistake(
                self.where,
                f"the unknown key {key}",
                f"the nearest known key is {close}" if close else f"known keys are {', '.join(self.known)}",
                f"rename it {close}" if close else "delete or rename it",
            )


class _Rules:
    """Reads the lists of the file against the people and the rounds."""

    def __init__(self, people: tuple[Person, ...], rounds: int, found: Found):
        self.people, self.rounds, self.found = people, rounds, found
        self._ids = {person.id for person in people}
        self._by_name: dict[str, list[str]] = {}
        for person in people:
            if person.name:
                self._by_name.setdefault(person.name.casefold(), []).append(person.id)

    def person(self, where: str, one: object) -> str | None:
        """Return the id of a person named by id, or by a name that only one has."""
        text = " ".join(str(one).split())
        if text in self._ids:
            return text
        named = self._by_name.get(text.casefold(), [])
        if len(named) == 1:
            return named[0]
        if not self._ids:
            return None  # the people could not be read; that is told already
        close = nearest(text, self._ids) or nearest(text, self._by_name)
        rule = f"nobody in {PEOPLE} has this id" if not named else f"{len(named)} people have this name"
        step = f"write {close}" if close and not named else "write the id of a person"
        self.found.mistake(where, shown(text), rule, step)
        return None

    def _several(self, where: str, raw: Any) -> list[str]:
        if not isinstance(raw, list):
            self.found.mistake(where, shown(raw), "it is a list of ids", 'write ["a", "b"]')
            return []
        return [one for one in (self.person(where, item) for item in raw) if one is not None]

    def _label(self, where: str, key: str, text: str) -> str:
        """Return a type or profession as the people's file spells it; note one that nobody has."""
        known = {getattr(person, key) for person in self.people} - {""}
        same = [one for one in known if one.casefold() == text.casefold()]
        if same or not self.people:
            return same[0] if same else text
        if close := nearest(text, known, 0.75):
            self.found.mistake(
                where, shown(text), f"nobody has this {key}; the nearest is {close}", f"write {close}"
            )
        else:
            self.found.notes.append(f"{where}: nobody has the {key} {shown(text)}.")
        return text

    def _when(self, part: _Part) -> frozenset[int] | None:
        value = part.take("rounds")
        if value is None:
            return None
        good = (
            isinstance(value, list) and value and all(type(r) is int and 1 <= r <= self.rounds for r in value)
        )
        if not good:
            part.refuse(
                "rounds", value, f"it is a list of rounds from 1 to {self.rounds}", "write rounds = [1, 2]"
            )
            return None
        return frozenset(r - 1 for r in value)

    def tables(self, raw: list[Any]) -> tuple[Table, ...]:
        tables: dict[str, Table] = {}
        for number, item in enumerate(raw, 1):
            part = _Part(f"{FILE}, table {number}", item, self.found)
            name = part.text("name", required=True)
            if name:
                part.where = f'{FILE}, table {number} "{name}"'
            if name in tables:
                part.refuse("name", name, "every table has a name of its own", "rename one")
            capacity = part.whole("capacity", 1, MOST_SEATS, required=True)
            minimum = part.whole("minimum", 0, MOST_SEATS)
            if capacity and minimum > capacity:
                part.refuse("minimum", minimum, f"it is at most the capacity, {capacity}", "lower it")
            where = part.where
            topic, language, room = part.text("topic"), part.text("language"), part.text("room")
            step_free = part.flag("step_free", True)
            moderator = part.text("moderator")
            types, professions = part.texts("types"), part.texts("professions")
            tables[name] = Table(
                name,
                capacity,
                minimum,
                topic,
                language,
                room,
                step_free,
                (self.person(f"{where}, key moderator", moderator) or "") if moderator else "",
                self._when(part),
                types and frozenset(self._label(f"{where}, key types", "type", t) for t in types),
                professions and frozenset(
                    self._label(f"{where}, key professions", "profession", p) for p in professions
                ),
            )  # fmt: skip
            part.close()
        return tuple(tables.values())

    def pairs(self, key: str, raw: list[Any]) -> tuple[tuple[str, str], ...]:
        """Return every pair of each list of people; a list may be a table with the key `people`."""
        pairs = []
        for number, item in enumerate(raw, 1):
            where = f"{FILE}, {key} {number}"
            people = item
            if isinstance(item, dict):
                part = _Part(where, item, self.found)
                people = part.take("people", [])
                part.text("reason")
                part.close()
            found = len(self.found.mistakes)
            several = list(dict.fromkeys(self._several(where, people)))
            if len(several) < 2 and len(self.found.mistakes) == found and self._ids:
                self.found.mistake(
                    where, shown(people), "it names at least two people", "add one or delete it"
                )
            pairs += [(min(pair), max(pair)) for pair in combinations(several, 2)]
        return tuple(dict.fromkeys(pairs))

    def presence(self, raw: list[Any]) -> tuple[Presence, ...]:
        rules = []
        for number, item in enumerate(raw, 1):
            part = _Part(
                f"{FILE}, presence {number}", {"type": item} if isinstance(item, str) else item, self.found
            )
            kind = part.text("type", required=True)
            rules.append(
                Presence(
                    self._label(f"{part.where}, key type", "type", kind) if kind else "",
                    part.whole("at_least", 1, MOST_SEATS, 1),
                )
            )
            part.close()
        return tuple(rules)

    def pins(self, raw: list[Any], tables: tuple[Table, ...]) -> tuple[Pin, ...]:
        names = {table.id for table in tables}
        pins = []
        for number, item in enumerate(raw, 1):
            part = _Part(f"{FILE}, pin {number}", item, self.found)
            when = part.whole("round", 1, self.rounds, required=True)
            who, table = part.text("person", required=True), part.text("table", required=True)
            if table and table not in names:
                close = nearest(table, names)
                part.refuse(
                    "table", table, "there is no such table", f"write {close}" if close else "correct it"
                )
            who = (self.person(f"{part.where}, key person", who) or "") if who else ""
            pins.append(Pin(when - 1, who, table))
            part.close()
        return tuple(pins)

    def wishes(self, raw: list[Any]) -> tuple[Wish, ...]:
        wishes = []
        for number, item in enumerate(raw, 1):
            where = f"{FILE}, wish {number}"
            if isinstance(item, list) and len(item) == 2:
                item = {"people": item[:1], "others": item[1:]}
            part = _Part(where, item, self.found)
            people, others = part.texts("people") or (), part.texts("others") or ()
            if isinstance(item, dict) and not (people and others):
                part.found.mistake(
                    where, "only one side" if people or others else "nobody",
                    "somebody wishes to meet somebody", 'add people = ["a"] and others = ["b"]',
                )  # fmt: skip
            wishes.append(
                Wish(
                    tuple(self._several(f"{where}, key people", list(people))),
                    tuple(self._several(f"{where}, key others", list(others))),
                    part.number("weight", 1.0, 0.0),
                )
            )
            part.close()
        return tuple(wishes)


def _weights(raw: Any, found: Found) -> Weights:
    part = _Part(f"{FILE}, weights", raw, found)
    default = Weights()
    values = {
        f.name: part.number(f.name, getattr(default, f.name), -1e6 if f.name == "context" else 0.0)
        for f in fields(Weights)
    }
    part.close()
    return Weights(**values)


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        return False
