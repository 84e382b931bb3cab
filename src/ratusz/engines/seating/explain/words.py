"""Conflicts, ways out, quality and reasons in plain sentences that an application can translate.

The sentences are in `templates`. `say(one, many, count)` picks a template and translates it, as gettext's `ngettext`
does (the two are equal where nothing is counted); `call(kind, id)` names a person, a table or a type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from ratusz.engines.seating.explain.changes import Cost, Reason
from ratusz.engines.seating.explain.conflicts import Conflict, Option
from ratusz.engines.seating.explain.naming import Facts
from ratusz.engines.seating.explain.rules import Rule
from ratusz.engines.seating.explain.templates import (
    AIMS,
    BECAUSE,
    CONFLICTS,
    COSTS,
    OPTIONS,
    REASONS,
    RULES,
    VIOLATIONS,
    WHEN,
    WISHES_SHORT,
    Text,
)
from ratusz.engines.seating.plan import Bounds, Quality, Violation
from ratusz.engines.seating.problem import Problem

Say = Callable[[str, str, int], str]
Call = Callable[[str, str], str]

LISTED = 6  # names in a sentence; the rest is counted


def plain(one: str, many: str, count: int) -> str:
    """Return the English template for the count: the default `say`."""
    return one if count == 1 else many


class Speaker:
    """Says what the engine found about one problem, in the words of `say` and with the names of `call`.

    >>> from ratusz.engines.seating.explain.conflicts import explain
    >>> from ratusz.engines.seating.problem import Person, Presence, Table
    >>> people = tuple(Person(str(i), type="NGO" if i < 6 else "city") for i in range(64))
    >>> tables = tuple(Table(f"T{i}", 8) for i in range(8))
    >>> problem = Problem(people, tables, 3, presence=(Presence("NGO"),))
    >>> speaker = Speaker(problem)
    >>> conflict, = explain(problem)
    >>> speaker.conflict(conflict)
    'In each round: NGO at each table is impossible: 6 < 8; 2 tables will lack one.'
    >>> speaker.options(conflict)
    ('drop the rule for 2 tables in each of these rounds', 'invite 2 more of NGO')
    """

    def __init__(self, problem: Problem, say: Say = plain, call: Call | None = None):
        self._problem = problem
        self._say = say
        self._people = {person.id: person.name or person.id for person in problem.people}
        self._call = call or (lambda kind, one: self._people.get(one, one) if kind == "person" else one)

    def conflict(self, conflict: Conflict) -> str:
        """Return the conflict as a sentence: when, what, by how much."""
        code, facts = conflict.code, conflict.facts
        if code == "presence" and int(facts["least"]) > 1:
            code = "presence_many"
        if code == "no_place" and "step_free" in self._kinds(facts):
            code = "no_place_need"
        if code == "apart_together" and facts["through"]:
            code = "apart_together_through"
        template, count = CONFLICTS[code], 1
        if not isinstance(template, str):
            count, template = int(facts[template[2]]), template[:2]
        sentence = self._told(template, self._words(facts, conflict.rules if code == "rules" else ()), count)
        return self._when(conflict.rounds, sentence)

    def options(self, conflict: Conflict) -> tuple[str, ...]:
        """Return the ways out of the conflict, a phrase for each."""
        return tuple(self._option(option) for option in conflict.options)

    def quality(self, quality: Quality, bounds: Bounds) -> tuple[str, ...]:
        """Return a sentence for each aim that matters here: what is reached and what is proved about it."""
        weights, problem = self._problem.weights, self._problem
        proved, wishes = bounds.proved(quality), len(problem.wishes)
        said = []
        for aim, counts in (
            ("unseated", bool(quality.unseated)),
            ("repeats", weights.repeats),
            ("wishes_missed", weights.wishes and wishes),
            ("off_mix", weights.mix),
            ("topic_cost", weights.topics and any(p.topics for p in problem.people)),
            ("same_organisation", weights.organisation),
            ("context", weights.context),
        ):
            if not counts:
                continue
            reached, least = getattr(quality, aim), getattr(bounds, aim)
            reached = len(reached) if aim == "unseated" else reached
            form = 0 if aim in proved else 1 if least else 2
            facts = {
                "reached": _number(reached),
                "least": _number(least or 0),
                "held": wishes - quality.wishes_missed,
                "most": wishes - (bounds.wishes_missed or 0),
                "wishes": wishes,
            }
            if aim == "wishes_missed" and form == 0 and quality.missed:
                said.append(self._told(WISHES_SHORT, facts, wishes))
            said.append(self._told(AIMS[aim][form], facts))
        return tuple(said)

    def violation(self, violation: Violation) -> str:
        """Return a broken hard rule as a sentence."""
        facts = {
            "round": violation.round + 1,
            "table": violation.table and self._call("table", violation.table),
            "count": violation.short,
            "names": self._names(violation.people),
            "type": violation.kind and self._call("type", violation.kind),
        }
        return self._told(VIOLATIONS[violation.rule], facts, violation.short)

    def reasons(self, reasons: Sequence[Reason]) -> tuple[str, ...]:
        """Return the reasons of `why_here` or `why_table`, a phrase for each."""
        return tuple(
            self._told(REASONS[reason.code], self._words(reason.facts), int(reason.facts.get("count", 1)))
            for reason in reasons
        )

    def cost(self, cost: Cost) -> tuple[str, ...]:
        """Return what a change costs, a phrase for each aim that it moves, and the rules that it breaks."""
        said = []
        for aim, more in cost.changes.items():
            code = aim if more > 0 else f"{aim}_less"
            facts = {"count": round(abs(more)), "amount": _number(abs(more))}
            said.append(self._told(COSTS[code], facts, round(abs(more))))
        said += [self.violation(violation) for violation in cost.broken]
        return tuple(said) or (self._told(COSTS["nothing"], {}),)

    def _told(self, text: Text, facts: Mapping[str, object], count: int = 1) -> str:
        one, many = (text, text) if isinstance(text, str) else text
        return self._say(one, many, count) % facts

    def _option(self, option: Option) -> str:
        facts = {"count": option.count, **self._words(option.facts or {})}
        return self._told(OPTIONS[option.code], facts, option.count)

    def _when(self, rounds: tuple[int, ...], sentence: str) -> str:
        numbers = ", ".join(str(r + 1) for r in rounds)
        if self._problem.rounds == 1:
            return f"{sentence[:1].upper()}{sentence[1:]}."
        text = WHEN[
            "each"
            if len(rounds) == self._problem.rounds - self._problem.played
            else "one"
            if len(rounds) == 1
            else "some"
        ]
        return self._told(text, {"sentence": sentence, "rounds": numbers})

    def _words(self, facts: Facts, rules: Iterable[Rule] = ()) -> dict[str, object]:
        """Return the facts with names in the place of ids."""
        words: dict[str, object] = dict(facts)
        people = facts.get("through") or facts.get("people")
        if isinstance(people, tuple):
            words["names"] = self._names(people)
        if isinstance(facts.get("people"), tuple) and len(facts["people"]) >= 2:
            words["one"], words["other"] = (self._call("person", p) for p in facts["people"][:2])
        for key, kind in (("person", "person"), ("table", "table"), ("type", "type")):
            if key in facts:
                words[key] = self._call(kind, str(facts[key]))
        if isinstance(facts.get("tables"), tuple):
            words["tables"] = self._listed([self._call("table", t) for t in facts["tables"]])
        if "because" in facts:
            words["because"] = ", ".join(self._told(BECAUSE[k], {}) for k in self._kinds(facts))
        if "types" in facts:
            counted = zip(self._kinds(facts, "types"), self._kinds(facts, "counts"), strict=True)
            words["types"] = ", ".join(f"{self._call('type', kind)} {count}" for kind, count in counted)
        if rules:
            words["rules"] = self._listed(list(dict.fromkeys(self._rule(rule) for rule in rules)))
        return words

    def _kinds(self, facts: Facts, key: str = "because") -> tuple[str, ...]:
        found = facts.get(key, ())
        return found if isinstance(found, tuple) else ()

    def _rule(self, rule: Rule) -> str:
        people = [self._call("person", one) for one in rule.people] + ["", ""]
        facts = {
            "table": rule.table and self._call("table", rule.table),
            "type": rule.type and self._call("type", rule.type),
            "one": people[0],
            "other": people[1],
        }
        return self._told(RULES[rule.kind], facts)

    def _names(self, people: Sequence[str]) -> str:
        return self._listed([self._call("person", one) for one in people])

    def _listed(self, names: list[str]) -> str:
        shown = ", ".join(names[:LISTED])
        if len(names) <= LISTED:
            return shown
        return self._told(WHEN["more"], {"names": shown, "count": len(names) - LISTED})


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
