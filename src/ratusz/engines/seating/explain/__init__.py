"""Why rules conflict, why somebody sits here, what a change costs: found by proof, said in words.

    from ratusz.engines.seating import explain

    for conflict in explain.explain(problem, seconds=5):     # () if the hard rules can all hold
        conflict.code, conflict.facts, conflict.rules, conflict.rounds, conflict.options

    explain.why_here(problem, plan, "person 7", round=0)      # Reason(code, facts, good) …
    explain.why_table(problem, plan, "Table 3", round=0)
    explain.cost_of(problem, plan, explain.Change(0, "person 7", "Table 3"))   # Cost.changes, .broken, .mended, .plan
    explain.cheapest_way(problem, plan, change)               # an exchange instead, where the table is full

    speaker = explain.Speaker(problem, say=ngettext, call=name_of)
    speaker.conflict(conflict), speaker.options(conflict), speaker.quality(quality, bounds),
    speaker.violation(violation), speaker.reasons(reasons), speaker.cost(cost)

`say(one, many, count)` translates a template, `call(kind, id)` names a "person", a "table" or a "type"; both have
English defaults. All templates are in `words`.
"""

from ratusz.engines.seating.explain.changes import (
    Change,
    Cost,
    Reason,
    cheapest_way,
    cost_of,
    why_here,
    why_table,
)
from ratusz.engines.seating.explain.conflicts import Conflict, Option, explain
from ratusz.engines.seating.explain.rules import Round, Rule, round_of
from ratusz.engines.seating.explain.words import Say, Speaker, plain

__all__ = [
    "Change",
    "Conflict",
    "Cost",
    "Option",
    "Reason",
    "Round",
    "Rule",
    "Say",
    "Speaker",
    "cheapest_way",
    "cost_of",
    "explain",
    "plain",
    "round_of",
    "why_here",
    "why_table",
]
