"""The board: one round of a plan as cards and chips, with what is broken and how good the plan is, in words."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ratusz.apps.dialogue.models import Registration, SeatingPlan, Stakeholder, Table
from ratusz.apps.dialogue.planner import report
from ratusz.apps.dialogue.planner.input import Input, Seats, Slot, admits
from ratusz.apps.dialogue.planner.words import in_words, speaker_of, table_name
from ratusz.engines.seating import Bounds, Plan, Quality, Violation
from ratusz.engines.seating.explain import why_here, why_table


@dataclass
class Chip:
    """A person in a round: at a table, or without a seat."""

    person: Registration
    pinned: bool = False
    host: bool = False
    away: bool = False

    @property
    def kind(self) -> str:
        """The type, by which shape and colour go; a type that is not confirmed counts for nothing."""
        return str(self.person.stakeholder) if self.person.verified_at else "unconfirmed"

    @property
    def label(self) -> str:
        return str(self.person.get_stakeholder_display())

    @property
    def place(self) -> str:
        """Role and city or organisation, the second line of a chip."""
        return ", ".join(part for part in (self.person.position, self.person.comes_from) if part)


@dataclass
class Card:
    """A table in a round, with the people and the broken rules there."""

    table: Table
    slot: int
    chips: list[Chip] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def over(self) -> bool:
        return len(self.chips) > self.table.max_seats

    @property
    def types(self) -> str:
        """How many of each type, for the minimap and for those who hear the page."""
        counts = Counter(chip.kind for chip in self.chips)
        return ", ".join(f"{kind.label}: {counts[kind]}" for kind in Stakeholder if counts[kind])


@dataclass(frozen=True)
class Aim:
    """How far the plan gets in one aim: the figure, what it counts, and what is proved about it."""

    figure: str
    what: str
    proof: str
    proved: bool


class Board:
    """A plan in one round, ready to be shown."""

    def __init__(self, plan: SeatingPlan, found: Input, seats: Seats, slot: int) -> None:
        self.plan, self.found, self.seats = plan, found, seats
        self.number = min(max(slot, 0), len(found.slots) - 1)
        self.report: Mapping[str, Any] = plan.report

    @property
    def slot(self) -> Slot:
        return self.found.slots[self.number]

    @property
    def played(self) -> bool:
        """True once the round has begun."""
        return self.number < self.found.problem.played

    @cached_property
    def violations(self) -> list[Violation]:
        return report.violations_in(self.plan.report)

    @cached_property
    def speaker(self):
        return speaker_of(self.found)

    @cached_property
    def quality(self) -> Quality | None:
        return report.quality_of(self.plan.report)

    @cached_property
    def bounds(self) -> Bounds | None:
        return report.bounds_in(self.plan.report)

    @cached_property
    def cards(self) -> list[Card]:
        """The tables of the round with their people in the order of types and names."""
        found = {table.pk: Card(table, self.number) for table in self.found.tables_in(self.number)}
        for (slot, pk), (table, pinned) in self.seats.items():
            if slot == self.number and (person := self.found.people.get(pk)):
                # A table that is closed now may still hold people: they must be seen.
                card = found.setdefault(table, Card(self.found.tables[table], slot))
                hosts = self.found.hosts.get(table, ())
                card.chips.append(Chip(person, pinned, host=pk in hosts, away=self.is_away(pk)))
        order = {str(kind): number for number, kind in enumerate(Stakeholder)}
        for card in found.values():
            card.chips.sort(
                key=lambda chip: (
                    not chip.host,
                    order.get(chip.kind, 9),
                    chip.person.name.rpartition(" ")[::-1],
                )
            )
        for one in self.violations:
            if one.round == self.number and one.table and int(one.table) in found:
                found[int(one.table)].broken.append(self.speaker.violation(one))
        return list(found.values())

    @cached_property
    def shelf(self) -> list[Chip]:
        """Those who have no seat in this round though some table takes them in."""
        seated = {person for slot, person in self.seats if slot == self.number}
        blocks = {row.block_id: row.block for row in self.slot.rounds}
        chips = [
            Chip(person, away=self.is_away(pk))
            for pk, person in self.found.people.items()
            if pk not in seated and any(admits(block, person) for block in blocks.values())
        ]
        return sorted(chips, key=lambda chip: (chip.away, chip.person.name.rpartition(" ")[::-1]))

    @property
    def waiting(self) -> int:
        """People on the shelf who are there."""
        return sum(not chip.away for chip in self.shelf)

    @cached_property
    def broken(self) -> list[tuple[int, str]]:
        """Every broken rule of the plan in words, with its round."""
        return [(one.round, self.speaker.violation(one)) for one in self.violations]

    @property
    def broken_by_round(self) -> Counter[int]:
        return Counter(one.round for one in self.violations)

    @property
    def tabs(self) -> list[tuple[Slot, int]]:
        """The rounds, each with the number of its broken rules."""
        return [(slot, self.broken_by_round[slot.number]) for slot in self.found.slots]

    @cached_property
    def conflicts(self) -> list[tuple[str, tuple[str, ...]]]:
        """Why the rules cannot all hold, and the ways out."""
        return [
            (self.speaker.conflict(one), self.speaker.options(one))
            for one in report.conflicts_in(self.plan.report, self.found.problem)
        ]

    @property
    def warnings(self) -> list[str]:
        """What the rows say that no plan can follow."""
        found = [
            _("%(name)s hosts the circle “%(circle)s”, but its wall keeps them out.")
            % {"name": row.registration.name, "circle": (row.block or row.table.block).title}
            for row in self.found.shut_out
        ]
        return found + [
            _("%(name)s hosts several tables at a time; the plan keeps them at the first.")
            % {"name": row.registration.name}
            for row in self.found.twice
        ]

    @property
    def missed(self) -> list[tuple[str, str]]:
        """The wishes that no round fulfils."""
        if self.quality is None:
            return []
        return [
            self.found.wished[number] for number in self.quality.missed if number < len(self.found.wished)
        ]

    @property
    def sentences(self) -> list[str]:
        """What is reached in each aim, and what is proved about it."""
        if self.quality is None or self.bounds is None:
            return []
        return [in_words(text) for text in self.speaker.quality(self.quality, self.bounds)]

    @property
    def aims(self) -> list[Aim]:
        """The figures above the board."""
        quality, bounds = self.quality, self.bounds
        if quality is None or bounds is None or not self.seats:
            return []
        proved = bounds.proved(quality)
        found = [
            self._aim(
                str(quality.repeats), ngettext("repeated pair", "repeated pairs", quality.repeats),
                bounds.repeats, "repeats" in proved,
            )
        ]  # fmt: skip
        wishes = len(self.found.problem.wishes)
        if wishes:
            most = wishes - bounds.wishes_missed
            proof = (
                _("proved best")
                if "wishes_missed" in proved
                else _("at most %(most)s can hold") % {"most": most}
            )
            figure = f"{wishes - quality.wishes_missed}/{wishes}"
            found.append(
                Aim(figure, ngettext("wish holds", "wishes hold", wishes), proof, "wishes_missed" in proved)
            )
        for kind, lacking in self._lacking().items():
            least = self._least_lacking(kind)
            found.append(
                self._aim(
                    str(lacking),
                    ngettext(
                        "table without: %(type)s", "tables without: %(type)s", lacking
                    ) % {"type": Stakeholder(kind).label},
                    least, lacking <= least,
                )
            )  # fmt: skip
        if quality.unseated:
            found.append(
                self._aim(
                    str(len(quality.unseated)),
                    ngettext("seat lacking", "seats lacking", len(quality.unseated)),
                    bounds.unseated, "unseated" in proved,
                )
            )  # fmt: skip
        return found

    def _aim(self, figure: str, what: str, least: int, proved: bool) -> Aim:
        proof = _("proved best") if proved else _("bound: %(least)s") % {"least": least}
        return Aim(figure, what, proof, proved)

    def _mixed(self, slot: int) -> list[Table]:
        return [table for table in self.found.tables_in(slot) if not table.block.is_circle]

    def _asked(self) -> Iterable[str]:
        """The types that every mixed table should have: those demanded, else NGOs, of which there are few."""
        asked = [one.type for one in self.found.problem.presence]
        return asked or [str(Stakeholder.NGO)]

    def _lacking(self) -> dict[str, int]:
        """Tables of all rounds without anybody of the type, for each type asked for."""
        at: dict[tuple[int, int], set[str]] = defaultdict(set)
        kinds = {pk: self.found.problem.people[i].type for pk, i in self.found.person_number.items()}
        for (slot, person), (table, _fixed) in self.seats.items():
            at[slot, table].add(kinds.get(person, ""))
        return {
            kind: sum(
                kind not in at[slot.number, table.pk]
                for slot in self.found.slots
                for table in self._mixed(slot.number)
            )
            for kind in self._asked()
        }

    def _least_lacking(self, kind: str) -> int:
        """The fewest tables that can lack the type: each of its people sits at one table a round."""
        found = 0
        for slot in self.found.slots:
            there = sum(
                one.type == kind and (one.rounds is None or slot.number in one.rounds)
                for one in self.found.problem.people
            )
            found += max(len(self._mixed(slot.number)) - there, 0)
        return found

    def is_away(self, pk: int) -> bool:
        """True for a person who is not there in this round."""
        rounds = self.found.problem.people[self.found.person_number[pk]].rounds
        return rounds is not None and self.number not in rounds

    def why(self, person: int) -> tuple[str, ...]:
        """Why a person sits here in this round."""
        reasons = why_here(self._problem, self._plan, str(person), self.number)
        return tuple(in_words(text) for text in self.speaker.reasons(reasons))

    def why_table(self, table: int) -> tuple[str, ...]:
        """What a table is made of in this round."""
        reasons = why_table(self._problem, self._plan, str(table), self.number)
        return tuple(in_words(text) for text in self.speaker.reasons(reasons))

    @cached_property
    def _problem(self):
        return self.found.pinned(self.seats).problem

    @cached_property
    def _plan(self) -> Plan:
        return self.found.plan_of(self.seats)


def seats_of_search(plan: SeatingPlan, found: Input) -> Seats | None:
    """The best plan so far of a search that runs."""
    best = plan.progress.get("best") if plan.search != SeatingPlan.Search.IDLE else None
    if not best:
        return None
    return {
        (slot, best["people"][i]): (best["tables"][t], False)
        for slot, row in enumerate(best["seats"])
        for i, t in enumerate(row)
        if t >= 0
        and slot < len(found.slots)
        and best["people"][i] in found.people
        and best["tables"][t] in found.tables
    }


__all__ = ["Aim", "Board", "Card", "Chip", "seats_of_search", "table_name"]
