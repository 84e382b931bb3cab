"""Two plans side by side: who sits elsewhere, and how far each plan gets."""

from dataclasses import dataclass

from ratusz.apps.dialogue.models import Registration, Table
from ratusz.apps.dialogue.planner.input import Input, Seats, Slot


@dataclass(frozen=True)
class Moved:
    """A person who sits elsewhere in a round of the second plan; None: no seat."""

    slot: Slot
    person: Registration
    before: Table | None
    after: Table | None


def moves(found: Input, before: Seats, after: Seats, *, since: int = 0) -> list[Moved]:
    """Who sits elsewhere, round by round, in the order of names."""
    changed = []
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        tables = tuple(seat[0] if seat else None for seat in (old, new))
        if tables[0] != tables[1] and key[0] >= since:
            changed.append(
                Moved(
                    found.slots[key[0]],
                    found.people[key[1]],
                    *(found.tables[pk] if pk else None for pk in tables),
                )
            )
    return sorted(changed, key=lambda one: (one.slot.number, one.person.name.rpartition(" ")[::-1]))


def routes_changed(found: Input, before: Seats, after: Seats) -> set[int]:
    """The people whose way through the day is another."""
    return {move.person.pk for move in moves(found, before, after)}
