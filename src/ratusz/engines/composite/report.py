"""One self-contained HTML page of a ranking: rank intervals as a picture, scores, method, weights."""

from __future__ import annotations

from html import escape

import numpy as np

from ratusz.engines.composite.framework import Aggregate, Indicator
from ratusz.engines.composite.method import Method
from ratusz.engines.composite.ranking import Ranking
from ratusz.engines.page import head, table

DRAWN = 100


def write_report(ranking: Ranking) -> str:
    """Return the HTML text. It refers to nothing outside itself and does not depend on the clock."""
    order = sorted(range(len(ranking.units)), key=lambda i: (ranking.ranks[i], ranking.units[i]))
    name = escape(ranking.method.name)
    parts = [
        head(f"{name}: the ranking"),
        f"<body>\n<main>\n<h1>{name}</h1>",
        f'<p class="lead">{escape(_lead(ranking, order))}</p>',
        *(f"<p>{escape(warning)}</p>" for warning in ranking.warnings),
        _picture(ranking, order),
        _scores(ranking, order),
        _unclassified(ranking),
        _method(ranking),
        _weights(ranking),
        "</main>\n</body>\n</html>\n",
    ]
    return "\n".join(part for part in parts if part)


def _lead(ranking: Ranking, order: list[int]) -> str:
    leaders = [ranking.units[i] for i in order if ranking.ranks[i] == 1]
    text = f"{len(order)} units ranked. First: {', '.join(leaders)}."
    if ranking.spread is not None:
        every = "all " if ranking.exact else ""
        text += (
            f" First place is kept in {ranking.stability_first:.1%} of {every}{ranking.provenance.runs:,}"
            " variants of the method."
        )
    if ranking.unclassified:
        text += f" Not classified for lack of data: {len(ranking.unclassified)}."
    return text


def _picture(ranking: Ranking, order: list[int]) -> str:
    if ranking.spread is None:
        return ""
    shown = order[:DRAWN]
    n = len(order)
    left, right, row, top = 190, 700, 22, 30
    height = top + row * len(shown) + 12

    def x(rank: float) -> float:
        return left + (right - left) * (rank - 1) / max(n - 1, 1)

    marks = range(1, n + 1) if n <= 12 else sorted({1, *(round(1 + (n - 1) * k / 4) for k in range(1, 5))})
    lines = []
    for mark in marks:
        lines.append(
            f'<line class="axis" x1="{x(mark):.1f}" x2="{x(mark):.1f}" y1="{top - 8}" y2="{height - 8}"/>'
        )
        lines.append(f'<text x="{x(mark):.1f}" y="14" text-anchor="middle">{mark}</text>')
    spread = ranking.spread
    for k, i in enumerate(shown):
        y = top + row * k + row / 2
        unit = ranking.units[i]
        label = unit if len(unit) <= 24 else unit[:23] + "…"
        lines.append(
            f"<g><title>{escape(unit)}: place {ranking.ranks[i]}, median {spread.median[i]:g}, "
            f"from {spread.p05[i]:g} to {spread.p95[i]:g}</title>"
            f'<text x="{left - 14}" y="{y + 4:.1f}" text-anchor="end">{escape(label)}</text>'
            f'<line class="band" x1="{x(spread.p05[i]):.1f}" x2="{x(spread.p95[i]) + 0.01:.2f}" '
            f'y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<line class="median" x1="{x(spread.median[i]):.1f}" x2="{x(spread.median[i]):.1f}" '
            f'y1="{y - 7:.1f}" y2="{y + 7:.1f}"/>'
            f'<circle class="dot" cx="{x(ranking.ranks[i]):.1f}" cy="{y:.1f}" r="4.5"/></g>'
        )
    more = f" The picture shows the first {DRAWN}; the table below has all." if n > DRAWN else ""
    return (
        f"<h2>Places and how sure they are</h2>\n<p>Dot: the place by the method. Band: from the 5 % to the 95 % "
        f"quantile of the place over {ranking.provenance.runs:,} variants. Stroke: the median.{more}</p>\n"
        f'<div class="scroll" tabindex="0" role="group" aria-label="Picture of places">'
        f'<svg viewBox="0 0 {right + 30} {height}" role="img" aria-labelledby="pt pd">'
        f'<title id="pt">Places with their 90 % intervals</title><desc id="pd">One row per unit, best first; the '
        f"same figures are in the table of scores.</desc>\n" + "\n".join(lines) + "\n</svg></div>"
    )


def _scores(ranking: Ranking, order: list[int]) -> str:
    names = {a.code: a.name or a.code for a in ranking.method.framework.levels}
    levels = list(range(len(ranking.levels)))[::-1]
    spread, pairwise = ranking.spread, ranking.pairwise
    head = ["Place", "Unit"]
    if ranking.classes:
        head += ["Class", "Place in class"]
    head += [names[ranking.levels[k]] for k in levels]
    if spread is not None:
        head += ["Median", "5 % – 95 %", "P(first)", f"P(top {ranking.method.uncertainty.top})"]
    if pairwise is not None:
        head += ["P(ahead of the next)"]
    rows = []
    for position, i in enumerate(order):
        cells = [f'<td class="n">{ranking.ranks[i]}</td><th scope="row">{escape(ranking.units[i])}</th>']
        if ranking.classes:
            cells.append(f'<td>{escape(ranking.classes[i])}</td><td class="n">{ranking.class_ranks[i]}</td>')
        cells += [f'<td class="n">{_score(ranking.scores[i, k])}</td>' for k in levels]
        if spread is not None:
            cells.append(
                f'<td class="n">{spread.median[i]:g}</td><td class="n">{spread.p05[i]:g} – {spread.p95[i]:g}</td>'
                f'<td class="n">{spread.p_first[i]:.1%}</td><td class="n">{spread.p_top[i]:.1%}</td>'
            )
        if pairwise is not None:
            following = f"{pairwise[i, order[position + 1]]:.0%}" if position + 1 < len(order) else "—"
            cells.append(f'<td class="n">{following}</td>')
        rows.append("<tr>" + "".join(cells) + "</tr>")
    note = (
        "Units whose chance to be ahead of the next is below 95 % should not be called different without saying so."
        if pairwise is not None
        else ""
    )
    return table("Scores and places", note, head, rows, text_columns=("Unit", "Class"))


def _score(value: float) -> str:
    return "—" if np.isnan(value) else f"{value:.2f}"


def _unclassified(ranking: Ranking) -> str:
    if not ranking.unclassified:
        return ""
    rows = [
        f'<tr><th scope="row">{escape(out.unit)}</th><td>{escape(out.reason)}</td></tr>'
        for out in ranking.unclassified
    ]
    head = ["Unit", "Reason"]
    return table(
        "Not classified", "Too few data for a place; no place is not the last place.", head, rows, head
    )


def _method(ranking: Ranking) -> str:
    m, p = ranking.method, ranking.provenance
    normalisation = {
        "min-max": f"min-max, {m.normalisation.lower:g} to {m.normalisation.upper:g}",
        "z-score": f"z-score, mean {m.normalisation.mean:g}, standard deviation {m.normalisation.sd:g}",
    }.get(m.normalisation.method, m.normalisation.method)
    treated = int((ranking.treatment.winsorised > 0).sum()), int(ranking.treatment.logarithm.sum())
    bent = int((~np.isnan(ranking.treatment.box_cox)).sum())
    winsorise = (
        f"at most {m.treatment.winmax} points winsorised, else a logarithm"
        f" ({treated[0]} and {treated[1]} indicators)"
    )
    facts = {
        "Version of the method": m.version,
        "Indicators": str(len(ranking.indicators)),
        "Least coverage": f"{m.screening.coverage:.0%} of the indicators, {m.screening.counted}",
        "Missing values": "left out, weights renormalised"
        if m.imputation.method == "none"
        else m.imputation.method,
        "Outliers": {"winsorise": winsorise, "box-cox": f"Box-Cox ({bent} indicators)"}.get(
            m.treatment.method, "left as they are"
        ),
        "Scale": normalisation,
        "Weights": m.scheme,
        "Mean": m.mean,
        "What varies": _variation(ranking),
        "Seed": str(p.seed),
        "Method (SHA-256)": m.hash(),
        "Input (SHA-256)": p.input_hash,
        "Computed by": f"Ratusz {p.version}",
    }
    items = "\n".join(f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>" for k, v in facts.items())
    return (
        f"<h2>Method</h2>\n<dl>\n{items}\n</dl>\n"
        "<p>To recompute: <code>ratusz verify bundle.zip</code>. The bundle holds the data and the method.</p>"
    )


def _variation(ranking: Ranking) -> str:
    u = ranking.method.uncertainty
    if ranking.spread is None:
        return "nothing: no variants were tried"
    noise = u.weights
    found = []
    if noise.spread:
        found.append(f"weights by ±{noise.spread:.0%}")
    elif noise.concentration:
        found.append(f"weights (Dirichlet, concentration {noise.concentration:g})")
    elif noise.sets:
        found.append(f"{len(noise.sets)} sets of weights")
    for what, choices in (
        ("imputations", u.imputation),
        ("treatments", u.treatment),
        ("normalisations", u.normalisation),
        ("means", u.aggregation),
    ):
        if len(choices) > 1:
            found.append(f"{len(choices)} {what}")
    if u.leave_one_out:
        found.append("one indicator left out, or none")
    if ranking.method.data_errors:
        found.append(_error(ranking.method))
    how = "all combinations" if ranking.exact else "Sobol sequence"
    return f"{'; '.join(found) or 'nothing'} ({how}, {ranking.provenance.runs:,} runs)"


def _error(method: Method) -> str:
    law = method.uncertainty.data_error
    own = any(i.error is not None for i in method.framework.indicators)
    what = f"{law.share:.1%} of each figure" if law.share else "the indicators' own"
    return f"errors of the data ({law.shape}, {what}{' or its own' if own and law.share else ''})"


def _weights(ranking: Ranking) -> str:
    nodes = ranking.method.framework.nodes
    names = {node.code: node.name or node.code for node in nodes}
    rows = []
    for node, share in zip(nodes, ranking.effective_weights, strict=True):
        direction = {1: "more is better", -1: "less is better"}.get(getattr(node, "direction", 0), "—")
        rows.append(
            f'<tr><th scope="row">{escape(names[node.code])}</th>'
            f"<td>{escape(names.get(node.parent, '—'))}</td><td>{direction}</td>"
            f'<td class="n">{_weight(node)}</td>'
            f'<td class="n">{share:.2%}</td></tr>'
        )
    head = ["Node", "Belongs to", "Direction", "Weight", "Share of the index"]
    return table("Weights", "", head, rows, text_columns=("Node", "Belongs to", "Direction"))


def _weight(node: Indicator | Aggregate) -> str:
    if node.parent is None:
        return "—"
    return "equal" if node.weight is None else f"{node.weight:g}"
