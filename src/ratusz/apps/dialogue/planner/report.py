"""What the engine found about a plan, as rows keep it and as the engine's own words take it."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from ratusz.apps.dialogue.planner.input import Input, Seats
from ratusz.engines.contracts import stable_hash
from ratusz.engines.seating import Bounds, Problem, Quality, Violation, verify
from ratusz.engines.seating.bounds import bounds as bounds_of
from ratusz.engines.seating.explain import Conflict, Option, Rule
from ratusz.engines.seating.prepare import fingerprint, prepare

Stored = dict[str, Any]


def recounted(found: Input, seats: Seats, stored: Stored) -> Stored:
    """The report of seats: quality and broken rules counted anew, the bounds kept while the problem is the same.

    Bounds are those of the problem without the pins of the plan, so that no pin changes what is proved.
    """
    plan = found.plan_of(seats)
    print_of = stable_hash(fingerprint(found.problem), plan.seats[: found.problem.played])
    report: Stored = {"problem": print_of}
    known = stored.get("problem") == print_of
    report["bounds"] = stored["bounds"] if known else asdict(bounds_of(prepare(found.problem), plan.seats))
    if known and stored.get("conflicts"):
        report["conflicts"] = stored["conflicts"]
    recount = verify(found.pinned(seats).problem, plan)
    report["quality"] = asdict(recount.quality)
    report["violations"] = [asdict(one) for one in recount.violations]
    return report


def quality_of(report: Stored) -> Quality | None:
    """The quality in a report."""
    if not report.get("quality"):
        return None
    stored = report["quality"]
    unseated = tuple((turn, person) for turn, person in stored["unseated"])
    return Quality(**{**stored, "missed": tuple(stored["missed"]), "unseated": unseated})


def bounds_in(report: Stored) -> Bounds | None:
    """The bounds in a report."""
    return Bounds(**report["bounds"]) if report.get("bounds") else None


def violations_in(report: Stored) -> list[Violation]:
    """The broken rules in a report."""
    return [Violation(**{**one, "people": tuple(one["people"])}) for one in report.get("violations", [])]


def conflicts_in(report: Stored, problem: Problem) -> list[Conflict]:
    """The conflicts in a report, as far as they speak of people and tables that are still there."""
    people, tables = {one.id for one in problem.people}, {one.id for one in problem.tables}
    found = [_conflict(one) for one in report.get("conflicts", [])]
    return [
        one
        for one in found
        if all(set(rule.people) <= people and (not rule.table or rule.table in tables) for rule in one.rules)
    ]


def store_conflicts(conflicts: Sequence[Conflict]) -> list[Stored]:
    """Conflicts as JSON."""
    return [asdict(one) for one in conflicts]


def _conflict(stored: Stored) -> Conflict:
    return Conflict(
        code=stored["code"],
        rules=_rules(stored["rules"]),
        rounds=tuple(stored["rounds"]),
        facts=_facts(stored["facts"]) or {},
        breach=stored["breach"],
        options=tuple(
            Option(one["code"], one["count"], _rules(one["rules"]), _facts(one["facts"]))
            for one in stored["options"]
        ),
        minimal=stored["minimal"],
    )


def _rules(stored: list[Stored]) -> tuple[Rule, ...]:
    return tuple(replace(Rule(**one), people=tuple(one["people"])) for one in stored)


def _facts(stored: Stored | None) -> Stored | None:
    if stored is None:
        return None
    return {key: tuple(value) if isinstance(value, list) else value for key, value in stored.items()}
