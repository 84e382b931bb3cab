"""One self-contained HTML page of a plan: what it keeps and breaks, why, how good it is, who sits where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from ratusz.engines.page import head, table
from ratusz.engines.seating.explain import Conflict, Speaker
from ratusz.engines.seating.plan import AIMS, Solution
from ratusz.engines.seating.problem import Problem

SHOWN = 100
_NAMES = {
    "repeats": "Repeated pairs",
    "off_mix": "Distance from an even mix of types",
    "topic_cost": "Distance from the dearest topic, a seat",
    "wishes_missed": "Wishes that do not hold",
    "same_organisation": "Pairs of one organisation at a table",
    "context": "Pairs of different context at a table",
    "unseated": "Seats that somebody lacks",
}


def write_report(
    problem: Problem,
    solution: Solution,
    conflicts: Sequence[Conflict],
    notes: Sequence[str],
    speaker: Speaker,
) -> str:
    """Return the HTML text. It refers to nothing outside itself and does not depend on the clock."""
    parts = [
        head("Seating plan"),
        "<body>\n<main>\n<h1>Seating plan</h1>",
        f'<p class="lead">{escape(lead(problem, solution))}</p>',
        _conflicts(conflicts, speaker),
        _list("Broken rules", [speaker.violation(one) for one in solution.violations]),
        _list("How good the plan is", speaker.quality(solution.quality, solution.bounds)),
        _aims(solution),
        *(_round(problem, solution, r) for r in range(problem.rounds)),
        _list("Notes on the files", notes),
        _origin(solution),
        "</main>\n</body>\n</html>\n",
    ]
    return "\n".join(part for part in parts if part)


def lead(problem: Problem, solution: Solution) -> str:
    """Return the plan in one sentence: its size, and whether the hard rules hold."""
    sizes = ", ".join(
        f"{count} {one if count == 1 else many}"
        for count, one, many in (
            (len(problem.people), "person", "people"),
            (len(problem.tables), "table", "tables"),
            (problem.rounds, "round", "rounds"),
        )
    )
    broken, lacking = len(solution.violations), len(solution.quality.unseated)
    kept = "every hard rule holds" if not broken else f"hard rules are broken {broken} times"
    if broken == 1:
        kept = "one hard rule is broken"
    if lacking:
        kept += f"; {lacking} seats are lacking" if lacking > 1 else "; one seat is lacking"
    return f"{sizes}: {kept}."


def _list(title: str, lines: Iterable[str]) -> str:
    lines = list(lines)
    if not lines:
        return ""
    items = "\n".join(f"<li>{escape(line)}</li>" for line in lines[:SHOWN])
    more = f"\n<li>… and {len(lines) - SHOWN} more</li>" if len(lines) > SHOWN else ""
    return f"<h2>{escape(title)}</h2>\n<ul>\n{items}{more}\n</ul>"


def _conflicts(conflicts: Sequence[Conflict], speaker: Speaker) -> str:
    if not conflicts:
        return ""
    items = []
    for one in conflicts:
        options = "; ".join(speaker.options(one))
        ways = f"<br>Ways out: {escape(options)}." if options else ""
        items.append(f"<li><strong>{escape(speaker.conflict(one))}</strong>{ways}</li>")
    note = "Each of these is a smallest set: without any one of its rules the others can hold."
    if not all(one.minimal for one in conflicts):
        note = "Each of these is proved; there was no time to see whether fewer rules conflict already."
    listed = "\n".join(items)
    return f"<h2>Why the rules cannot all hold</h2>\n<p>{note}</p>\n<ul>\n{listed}\n</ul>"


def _aims(solution: Solution) -> str:
    rows = []
    for aim in AIMS:
        reached, least = getattr(solution.quality, aim), getattr(solution.bounds, aim)
        reached = len(reached) if isinstance(reached, tuple) else reached
        proved = "yes" if aim in solution.proved else "—"
        bound = "—" if least is None else f"{round(least, 3):g}"
        rows.append(
            f'<tr><th scope="row">{_NAMES[aim]}</th><td class="n">{round(reached, 3):g}</td>'
            f'<td class="n">{bound}</td><td>{proved}</td></tr>'
        )
    header = ["Aim", "Reached", "No plan below", "Proved best"]
    return table("Aims and bounds", "Less is better everywhere.", header, rows, ("Aim", "Proved best"))


def _round(problem: Problem, solution: Solution, r: int) -> str:
    people = {person.id: person.name or person.id for person in problem.people}
    about = {one.id: one for one in problem.tables}
    rows = []
    for name, seated in solution.plan.at(problem, r).items():
        if not seated:
            continue
        one = about[name]
        where = ", ".join(filter(None, (one.topic, one.room)))
        names = ", ".join(
            f"{people[p]} (moderator)" if p == one.moderator else people[p]
            for p in sorted(seated, key=lambda p: p != one.moderator)
        )
        rows.append(
            f'<tr><th scope="row">{escape(name)}</th><td>{escape(where) or "—"}</td>'
            f'<td class="n">{len(seated)}</td><td>{escape(names)}</td></tr>'
        )
    header = ["Table", "Topic, room", "People", "Who"]
    return table(f"Round {r + 1}", "", header, rows, ("Table", "Topic, room", "Who"))


def _origin(solution: Solution) -> str:
    p = solution.provenance
    facts = {
        "Seed": str(p.seed),
        "Proposals looked at": f"{solution.moves:,}",
        "Input (SHA-256)": p.input_hash,
        "Computed by": f"Ratusz {p.version}",
    }
    items = "\n".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in facts.items())
    return (
        f"<h2>Origin</h2>\n<dl>\n{items}\n</dl>\n<p>To have it recounted: <code>ratusz verify bundle.zip</code>. The "
        "bundle holds people, tables, rules and seats.</p>"
    )
