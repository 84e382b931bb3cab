"""A conversation's results as tables."""

from __future__ import annotations

import csv
import io

import numpy as np

from ratusz.engines.opinion.consensus import Consensus, united
from ratusz.engines.opinion.conversation import POLIS, Opinions

Rows = list[list[str | int | float]]

# A cell that begins so would run as a formula; ids and figures may be negative numbers.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def participants(o: Opinions) -> Rows:
    """Return a row per participant: group (empty: too few votes), confidence, and the place on the map."""
    rows: Rows = [["participant", "group", "confidence", "x", "y"]]
    grouping = o.grouping
    for name, label, sure, (x, y) in zip(
        o.votes.participants,
        grouping.labels.tolist(),
        grouping.confidence.tolist(),
        grouping.places.tolist(),
        strict=True,
    ):
        clustered = label >= 0
        rows.append(
            [name, label if clustered else "", figure(sure) if clustered else "", figure(x), figure(y)]
        )
    return rows


def statements(o: Opinions, texts: dict[str, str]) -> Rows:
    """Return a row per statement: votes of everybody and of each group, its place and its scores."""
    groups = range(o.grouping.number)
    head = ["statement", "text", "counted", "votes", "agree", "disagree", "pass"]
    head += [f"group {g} {what}" for g in groups for what in ("agree", "disagree", "votes")]
    head += ["group-aware consensus", "least agree", "least disagree", "bridging", "priority"]
    rows: Rows = [[*head, "extremity", "x", "y"]]
    agree, disagree, passed = (
        np.bincount(o.votes.columns[o.votes.values == value], minlength=o.votes.shape[1]).tolist()
        for value in (1, -1, 0)
    )
    spots, extremity = o.axes.statements, o.axes.extremity
    for j, name in enumerate(o.votes.statements):
        every = [agree[j] + disagree[j] + passed[j], agree[j], disagree[j], passed[j]]
        by_group = [
            int(side[g, j]) for g in groups for side in (o.counts.agree, o.counts.disagree, o.counts.seen)
        ]
        scores = [
            "" if o.votes.excluded[j] or np.isnan(value[j]) else float(value[j])
            for value in (
                o.group_aware,
                o.to_agree.least,
                o.to_disagree.least,
                o.bridging,
                o.priority,
                extremity,
            )
        ]
        counted = "no" if o.votes.excluded[j] else "yes"
        place = [figure(spots[0, j]), figure(spots[1, j])]
        rows.append([name, guarded(texts.get(name, "")), counted, *every, *by_group, *scores, *place])
    return rows


def representative(o: Opinions) -> Rows:
    """Return the statements that set each group apart, in order of rank from 1."""
    rows: Rows = [["group", "statement", "direction", "rank"]]
    for g, chosen in enumerate(o.representative):
        for rank, one in enumerate(chosen, 1):
            rows.append([g, o.votes.statements[one.statement], direction(one.agree), rank])
    return rows


def consensus(o: Opinions) -> Rows:
    """Return what unites the groups, agreements before disagreements, in order of rank from 1.

    By default: statements on which surely more than half of every group say so. In Polis' mode: the majorities of
    everybody, as Polis lists them.
    """
    rows: Rows = [["statement", "direction", "rank", "least", "weakest group", "low", "high", "mean"]]
    for agree, found, chosen in agreements(o):
        for rank, j in enumerate(chosen, 1):
            bounds = [float(value[j]) for value in (found.low, found.high, found.mean)]
            row = [
                o.votes.statements[j],
                direction(agree),
                rank,
                float(found.least[j]),
                int(found.weakest[j]),
            ]
            rows.append([*row, *bounds])
    return rows


def agreements(o: Opinions) -> list[tuple[bool, Consensus, list[int]]]:
    """Return for each direction (agree first) the consensus figures and the statements that are listed."""
    sides = ((True, o.to_agree, o.agreed), (False, o.to_disagree, o.disagreed))
    return [
        (agree, found, [m.statement for m in most] if o.mode == POLIS else united(found, o.votes.excluded))
        for agree, found, most in sides
    ]


def direction(agree: bool) -> str:
    """Return the word of a direction."""
    return "agree" if agree else "disagree"


def figure(value: float) -> float:
    """Return a coordinate or a share to 9 digits, finer than any use; never minus zero."""
    return float(f"{value:.9g}") + 0.0


def guarded(text: str) -> str:
    """Return a text with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith((*_FORMULA, "'")) else text


def unguarded(cell: str) -> str:
    """Return the text that `guarded` made a cell of."""
    return cell[1:] if guarded(cell[1:]) == cell else cell


def write_csv(rows: Rows) -> bytes:
    """Return rows as UTF-8 CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()
