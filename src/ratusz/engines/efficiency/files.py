"""Results as CSV files, numbers in full precision: scores with peers, slacks and targets; changes over time."""

from __future__ import annotations

import csv
import io

import numpy as np

from ratusz.engines.efficiency.bootstrap import Bootstrap
from ratusz.engines.efficiency.malmquist import Malmquist
from ratusz.engines.efficiency.scores import Scores


def scores_csv(result: Scores, bootstrap: Bootstrap | None = None) -> str:
    """Return the text of scores.csv, one row per unit in the order of the data.

    Columns: unit, score, peers ("name=intensity; ..."), then slack and target of every input and output; with a
    `Bootstrap` also bias_corrected, bias, lower, upper. A score that is infeasible is empty.

    >>> from ratusz.engines.efficiency import Sample, radial
    >>> towns = Sample(("A", "B"), ("staff",), ("books",), [[1], [4]], [[1], [1]])
    >>> print(scores_csv(radial(towns)), end="")
    unit,score,peers,slack_staff,slack_books,target_staff,target_books
    A,1.0,A=1.0,0.0,0.0,1.0,1.0
    B,0.25,A=1.0,0.0,0.0,1.0,1.0
    """
    sample = result.sample
    names = sample.inputs + sample.outputs
    header = ["unit", "score", "peers", *(f"slack_{c}" for c in names), *(f"target_{c}" for c in names)]
    blocks = [result.input_slacks, result.output_slacks, result.input_targets, result.output_targets]
    if bootstrap is not None:
        header += ["bias_corrected", "bias", "lower", "upper"]
        extra = [bootstrap.corrected, bootstrap.bias, bootstrap.lower, bootstrap.upper]
        blocks += [column[:, None] for column in extra]
    numbers = np.hstack(blocks)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    for i, unit in enumerate(sample.units):
        found = zip(result.peers[i], result.intensities[i], strict=True)
        peers = "; ".join(f"{sample.units[j]}={_text(v)}" for j, v in found if j >= 0)
        writer.writerow([unit, _text(result.score[i]), peers, *map(_text, numbers[i])])
    return out.getvalue()


def malmquist_csv(result: Malmquist) -> str:
    """Return the text of malmquist.csv, one row per unit and pair of periods; empty where there is no number.

    >>> from ratusz.engines.efficiency import Sample, malmquist
    >>> old, new = (Sample(("A",), ("staff",), ("books",), [[x]], [[1]]) for x in (2, 1))
    >>> print(malmquist_csv(malmquist({"2025": old, "2026": new})), end="")
    unit,from,to,index,efficiency_change,technical_change,pure_efficiency_change,scale_change
    A,2025,2026,2.0,1.0,2.0,1.0,1.0
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    changes = ("efficiency_change", "technical_change", "pure_efficiency_change", "scale_change")
    writer.writerow(["unit", "from", "to", "index", *changes])
    numbers = np.stack([result.index, result.efficiency, result.technology, result.pure, result.scale])
    for i, unit in enumerate(result.units):
        for t, pair in enumerate(zip(result.since, result.periods, strict=True)):
            writer.writerow([unit, *pair, *map(_text, numbers[:, i, t])])
    return out.getvalue()


def _text(value: float) -> str:
    return "" if np.isnan(value) else repr(float(value) + 0.0)
