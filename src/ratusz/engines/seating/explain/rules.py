"""The hard rules of a round one by one, so that a conflict can name those that it is made of."""

from __future__ import annotations

from dataclasses import dataclass

from ratusz.engines.seating.problem import Person, Problem, Table

# Where one person may sit, as against how people sit together.
PLACES = ("moderator", "pin", "walls", "language", "step_free")


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """One hard rule. `kind` tells which of the other fields it uses.

    capacity, minimum, walls, language (`table`); moderator, pin (`table`, one of `people`); step_free (one of
    `people`); apart, together (two `people`); presence (`type`, `least`).
    """

    kind: str
    table: str = ""
    people: tuple[str, ...] = ()
    type: str = ""
    least: int = 0


@dataclass(frozen=True, slots=True)
class Round:
    """One round as the rules see it: who is to be seated, which tables are used, which rules can bite.

    Whom the walls of every table keep out has this round off, unless a pin or a table needs them.
    """

    people: tuple[Person, ...]
    tables: tuple[Table, ...]
    rules: tuple[Rule, ...]


def round_of(problem: Problem, number: int) -> Round:
    """Return what round `number` (from 0) asks for."""
    tables = tuple(t for t in problem.tables if t.rounds is None or number in t.rounds)
    needed = {t.moderator for t in tables} | {pin.person for pin in problem.pins if pin.round == number}
    people = tuple(
        p
        for p in problem.people
        if (p.rounds is None or number in p.rounds)
        and (not tables or p.id in needed or any(admitted(p, t) for t in tables))
    )
    here = {p.id for p in people}
    rules = [Rule("capacity", t.id) for t in tables]
    rules += [Rule("minimum", t.id) for t in tables if t.minimum]
    rules += [Rule("moderator", t.id, (t.moderator,)) for t in tables if t.moderator]
    rules += [Rule("pin", pin.table, (pin.person,)) for pin in problem.pins if pin.round == number]
    rules += [Rule("walls", t.id) for t in tables if any(not admitted(p, t) for p in people)]
    rules += [Rule("language", t.id) for t in tables if any(not understood(p, t) for p in people)]
    if not all(t.step_free for t in tables):
        rules += [Rule("step_free", people=(p.id,)) for p in people if p.step_free]
    if any(is_mixed(t) for t in tables):
        rules += [Rule("presence", type=p.type, least=p.at_least) for p in problem.presence if p.at_least > 0]
    for kind, pairs in (("apart", problem.apart), ("together", problem.together)):
        rules += [Rule(kind, people=(min(pair), max(pair))) for pair in pairs if here.issuperset(pair)]
    return Round(people, tables, tuple(dict.fromkeys(rules)))


def admitted(person: Person, table: Table) -> bool:
    """Tell whether the walls of the table's circle let the person in."""
    return (table.types is None or person.type in table.types) and (
        table.professions is None or person.profession in table.professions
    )


def understood(person: Person, table: Table) -> bool:
    """Tell whether the person speaks the language of the table."""
    return not table.language or not person.languages or table.language in person.languages


def is_mixed(table: Table) -> bool:
    """Tell whether the table is open to everybody: rules of presence are about these."""
    return table.types is None and table.professions is None
