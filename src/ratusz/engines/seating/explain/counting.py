"""Conflicts that counting proves at once: too few seats, people or people of a type, too many who sit apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ratusz.engines.seating.explain.rules import Round, Rule, is_mixed

COUNTED = ("capacity", "minimum", "presence", "apart")


def by_counting(part: Round, rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """Return rules of one kind that cannot hold while any fewer of them can; () where counting shows none."""
    kinds = {rule.kind for rule in rules}
    count = {"capacity": _seats, "minimum": _minimums, "presence": _presence, "apart": _apart}
    return tuple(sorted(count[kinds.pop()](part, rules))) if len(kinds) == 1 and kinds <= count.keys() else ()


def _seats(part: Round, rules: Sequence[Rule]) -> Sequence[Rule]:
    """All capacities: without one of them its table takes in everybody."""
    bounded = {rule.table for rule in rules} == {table.id for table in part.tables}
    return rules if bounded and sum(table.capacity for table in part.tables) < len(part.people) else ()


def _minimums(part: Round, rules: Sequence[Rule]) -> Sequence[Rule]:
    """The largest minimums, until they add up to more than all people: each of them is needed for that."""
    least = {table.id: table.minimum for table in part.tables}
    chosen: list[Rule] = []
    total = 0
    for rule in sorted(rules, key=lambda rule: -least[rule.table]):
        chosen.append(rule)
        total += least[rule.table]
        if total > len(part.people):
            return chosen
    return ()


def _presence(part: Round, rules: Sequence[Rule]) -> Sequence[Rule]:
    tables = sum(is_mixed(table) for table in part.tables)
    for rule in rules:
        if sum(person.type == rule.type for person in part.people) < rule.least * tables:
            return (rule,)
    return ()


def _apart(part: Round, rules: Sequence[Rule]) -> Sequence[Rule]:
    """The pairs among one more person than there are tables, if a search of the plain kind finds such a clique."""
    for rule in rules:
        found = clique_of(rules, set(rule.people))
        if len(found) > len(part.tables):
            chosen = set(sorted(found)[: len(part.tables) + 1])
            return [pair for pair in rules if chosen.issuperset(pair.people)]
    return ()


def clique_of(pairs: Iterable[Rule], start: set[str]) -> set[str]:
    """Return people who all sit apart by these pairs: `start`, grown by those who have most pairs among the rest."""
    near: dict[str, set[str]] = {}
    for rule in pairs:
        for one, other in (rule.people, rule.people[::-1]):
            near.setdefault(one, set()).add(other)
    grown = set(start)
    rest = set.intersection(*(near[one] for one in start)) - grown
    while rest:
        new = min(rest, key=lambda one: (-len(near[one] & rest), one))
        grown.add(new)
        rest = (rest & near[new]) - {new}
    return grown
