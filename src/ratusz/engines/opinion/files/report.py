"""One self-contained HTML page of a conversation: the map, the groups, what unites them, how sure it is."""

from __future__ import annotations

from collections import Counter
from html import escape

import numpy as np

from ratusz.engines.opinion.consensus import LEVEL, Consensus, uncertain
from ratusz.engines.opinion.conversation import POLIS, Opinions
from ratusz.engines.opinion.files.tables import agreements, direction
from ratusz.engines.page import head, table

WIDTH, HEIGHT, EDGE = 900, 560, 40
CELLS = 120  # people nearer than this part of the map's width are drawn as one larger dot
SURE = 0.8
SHOWN = 50
BRIDGES = 10
# Told apart by everybody, also on paper: light shades for dark screens beside them (after Okabe, Ito 2008).
_COLOURS = (
    ("#0072b2", "#56b4e9"), ("#b34700", "#f0a060"), ("#00735c", "#3fd0a8"),
    ("#8a3b76", "#dd9ac4"), ("#5c5a00", "#d6cf4a"),
)  # fmt: skip
_STYLE = (
    "<style>"
    + "".join(f".g{g}{{fill:{light};stroke:{light}}}" for g, (light, _dark) in enumerate(_COLOURS))
    + ".none{fill:none;stroke:var(--soft)}.person{fill-opacity:.45;stroke-width:1}"
    + "svg .name{font-weight:700;font-size:22px;stroke:var(--paper);stroke-width:5px;paint-order:stroke}"
    + "@media (prefers-color-scheme:dark){"
    + "".join(f".g{g}{{fill:{dark};stroke:{dark}}}" for g, (_light, dark) in enumerate(_COLOURS))
    + "}</style>"
)


def write_report(opinions: Opinions, texts: dict[str, str], notes: tuple[str, ...] = ()) -> str:
    """Return the HTML text. It refers to nothing outside itself and does not depend on the clock."""
    words = _Words(opinions, texts)
    parts = [
        head("Opinion groups").replace("</head>", f"{_STYLE}</head>"),
        "<body>\n<main>\n<h1>Opinion groups</h1>",
        f'<p class="lead">{escape(lead(opinions))}</p>',
        _map(opinions),
        _groups(opinions),
        *(_representative(opinions, g, words) for g in range(opinions.grouping.number)),
        _unites(opinions, words),
        _unsure(opinions, words),
        _bridges(opinions, words),
        _notes(notes),
        _origin(opinions),
        "</main>\n</body>\n</html>\n",
    ]
    return "\n".join(part for part in parts if part)


def lead(opinions: Opinions) -> str:
    """Return the conversation in one sentence: its size, and how many groups there are."""
    people, statements = opinions.votes.shape
    clustered = int((opinions.grouping.labels >= 0).sum())
    size = f"{people:,} people, {statements:,} statements, {len(opinions.votes.values):,} votes"
    if opinions.grouping.number < 2:
        return f"{size}: no stable groups of opinion."
    return (
        f"{size}: {opinions.grouping.number} groups of opinion among {clustered:,} people with enough votes."
    )


def letter(group: int) -> str:
    """Return the name of a group: A for 0."""
    return chr(ord("A") + group)


class _Words:
    """Statements and shares as the page writes them."""

    def __init__(self, opinions: Opinions, texts: dict[str, str]):
        self._o = opinions
        self._texts = texts

    def statement(self, j: int) -> str:
        """The header cell of a statement's row."""
        name = self._o.votes.statements[j]
        text = self._texts.get(name, "")
        return f'<th scope="row">{escape(f"{name}. {text}" if text else name)}</th>'

    def said(self, agree: bool, group: int, j: int) -> str:
        """How many of a group say so, of those who saw the statement."""
        counts = self._o.counts
        return f"{(counts.agree if agree else counts.disagree)[group, j]} of {counts.seen[group, j]}"


def _map(o: Opinions) -> str:
    spots, labels = o.grouping.places, o.grouping.labels
    if not len(spots):
        return ""
    reach = np.quantile(np.abs(spots), 0.995, axis=0)
    reach[reach == 0] = 1.0
    inside = np.array([WIDTH / 2 - EDGE, HEIGHT / 2 - EDGE])
    middle = np.array([WIDTH / 2, HEIGHT / 2])

    def drawn(points: np.ndarray) -> np.ndarray:
        return middle + np.clip(points / reach, -1, 1) * inside * (1, -1)

    step = WIDTH / CELLS
    cells = (drawn(spots) / step).round().astype(int)
    dots = Counter(zip(labels.tolist(), *cells.T.tolist(), strict=True))
    shapes = [
        f'<line class="axis" x1="{WIDTH / 2}" y1="{EDGE}" x2="{WIDTH / 2}" y2="{HEIGHT - EDGE}"/>',
        f'<line class="axis" x1="{EDGE}" y1="{HEIGHT / 2}" x2="{WIDTH - EDGE}" y2="{HEIGHT / 2}"/>',
    ]
    for (label, x, y), count in sorted(dots.items()):
        size = min(3.5 * count**0.5, 3 * step)
        name = f"g{label % len(_COLOURS)}" if label >= 0 else "none"
        shapes.append(f'<circle class="person {name}" cx="{x * step:g}" cy="{y * step:g}" r="{size:.1f}"/>')
    if o.grouping.number > 1:
        for g, (x, y) in enumerate(drawn(o.grouping.centres).tolist()):
            shapes.append(
                f'<text class="name" x="{x:.1f}" y="{y:.1f}" text-anchor="middle" dy=".35em">{letter(g)}</text>'
            )
    return (
        f'<h2>The map of opinions</h2>\n<div class="scroll" tabindex="0" role="group" aria-label="The map of opinions">'
        f'\n<svg class="map" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(lead(o))}">\n'
        + "\n".join(shapes)
        + "\n</svg>\n</div>\n<p>Who voted alike lies close together; a larger dot stands for more people, a hollow one "
        "for people with too few votes to belong to a group. The map shows the two directions in which votes differ "
        "most. Its axes have no meaning of their own; all figures are in the tables below.</p>"
    )


def _groups(o: Opinions) -> str:
    rows = []
    for g in range(o.grouping.number):
        members = o.grouping.labels == g
        sure = o.grouping.confidence[members]
        certain = f"{(sure > SURE).mean():.0%}" if len(sure) else "—"
        middle = f"{sure.mean():.0%}" if len(sure) else "—"
        rows.append(
            f'<tr><th scope="row">{letter(g)}</th><td class="n">{int(members.sum())}</td>'
            f'<td class="n">{middle}</td><td class="n">{certain}</td></tr>'
        )
    tried = "; ".join(f"{k} groups: {value:.2f}" for k, value in o.grouping.stability.items())
    note = (
        "Confidence: in how many of the draws without a fifth of the votes a person is in the same group. "
        f"Agreement of the draws (adjusted Rand index, 1: the same groups): {tried}."
        if tried
        else "Groups by the way of Polis, without a measure of how sure they are."
    )
    header = ["Group", "People", "Mean confidence", f"Above {SURE:.0%}"]
    return table("The groups and how sure they are", note, header, rows, ("Group",))


def _representative(o: Opinions, group: int, words: _Words) -> str:
    rows = [
        f"<tr>{words.statement(one.statement)}<td>{direction(one.agree)}</td>"
        f'<td class="n">{one.successes} of {one.seen}</td><td class="n">{one.share:.0%}</td>'
        f'<td class="n">{one.ratio:.1f}</td></tr>'
        for one in o.representative[group]
    ]
    if not rows or o.grouping.number < 2:
        return ""
    header = ["Statement", "The group", "Say so", "Share", "Times the others' share"]
    return table(f"What sets group {letter(group)} apart", "", header, rows, ("Statement", "The group"))


def _united_rows(o: Opinions, words: _Words, agree: bool, found: Consensus, chosen: list[int]) -> list[str]:
    return [
        f"<tr>{words.statement(j)}<td>{direction(agree)}</td>"
        f'<td class="n">{found.least[j]:.0%}</td><td>{letter(int(found.weakest[j]))}</td>'
        f'<td class="n">{words.said(agree, int(found.weakest[j]), j)}</td>'
        f'<td class="n">{found.low[j]:.0%} to {found.high[j]:.0%}</td></tr>'
        for j in chosen[:SHOWN]
    ]


_UNITED = ["Statement", "All groups", "Least share", "In group", "There", f"Interval at {LEVEL:.0%}"]
_UNITED_TEXT = ("Statement", "All groups", "In group")


def _unites(o: Opinions, words: _Words) -> str:
    rows = [
        row for agree, found, chosen in agreements(o) for row in _united_rows(o, words, agree, found, chosen)
    ]
    if o.mode == POLIS:
        note = "Majorities of everybody, as Polis lists them."
    else:
        note = "In every group surely more than half say so; the share is that of the group in which it is least."
    if not rows:
        return "<h2>What unites everybody</h2>\n<p>No statement of which that can be said with certainty.</p>"
    return table("What unites everybody", note, _UNITED, rows, _UNITED_TEXT)


def _unsure(o: Opinions, words: _Words) -> str:
    sides = ((True, o.to_agree), (False, o.to_disagree))
    rows = [
        row
        for agree, found in sides
        for row in _united_rows(o, words, agree, found, uncertain(found, o.votes.excluded))
    ]
    note = "In every group more than half say so as it seems, but too few have voted to be sure."
    return table("What may unite everybody", note, _UNITED, rows[:SHOWN], _UNITED_TEXT) if rows else ""


def _bridges(o: Opinions, words: _Words) -> str:
    known = [j for j in np.argsort(-o.bridging, kind="stable").tolist() if o.bridging[j] > 0][:BRIDGES]
    rows = [
        f'<tr>{words.statement(j)}<td class="n">{o.bridging[j]:.2f}</td>'
        f'<td class="n">{o.group_aware[j]:.2f}</td></tr>'
        for j in known
    ]
    note = "A second opinion that knows no groups: agreement that is left when leanings are taken out."
    header = ["Statement", "Bridging score", "Group-aware consensus"]
    return table("Statements that bridge", note, header, rows, ("Statement",)) if rows else ""


def _notes(notes: tuple[str, ...]) -> str:
    items = "\n".join(f"<li>{escape(note)}</li>" for note in notes)
    return f"<h2>Notes on the files</h2>\n<ul>\n{items}\n</ul>" if notes else ""


def _origin(o: Opinions) -> str:
    facts = {
        "Way": "Polis' formulae" if o.mode == POLIS else "stable groups",
        "Seed": str(o.provenance.seed),
        "Votes (SHA-256)": o.provenance.input_hash,
        "Computed by": f"Ratusz {o.provenance.version}",
    }
    items = "\n".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in facts.items())
    return (
        f"<h2>Origin</h2>\n<dl>\n{items}\n</dl>\n<p>To have it recomputed: <code>ratusz verify bundle.zip</code>. The "
        "bundle holds votes, seed and results. Who voted is not a sample of anybody but those who took part.</p>"
    )
