"""Efficiency: who does most with what they have (data envelopment analysis).

    from ratusz.engines import efficiency

    sample = efficiency.Sample.from_csv(content, inputs=["staff"], outputs=["books"])   # or Sample(units, ...)
    result = efficiency.radial(sample, returns="vrs", orientation="input", progress=callback, executor=pool)
    result.score, result.peers_of("Opole"), result.input_targets, efficiency.verify(result).proved

`Sample(units, inputs, outputs, x, y)`: names, and float64 inputs x (n, m) and outputs y (n, s), complete.

`radial` (CCR, BCC, DRS, IRS), `directional`, `additive` and `super_efficiency` return `Scores` (frozen): score,
feasible, peers with intensities, slacks, targets, prices (the dual certificate) and provenance (version, input_hash,
seconds). `hyperbolic` returns graph scores. `verify(scores)` proves every score by plain arithmetic.
`scores_csv(scores)` is the file that `ratusz efficiency` writes.
"""

from ratusz.engines.contracts import EngineError
from ratusz.engines.efficiency.files import scores_csv
from ratusz.engines.efficiency.radial import additive, directional, hyperbolic, radial, super_efficiency
from ratusz.engines.efficiency.sample import Sample
from ratusz.engines.efficiency.scores import Scores
from ratusz.engines.efficiency.verify import Verdict, verify

__all__ = [
    "EngineError",
    "Sample",
    "Scores",
    "Verdict",
    "additive",
    "directional",
    "hyperbolic",
    "radial",
    "scores_csv",
    "super_efficiency",
    "verify",
]
