"""Efficiency: who does most with what they have (data envelopment analysis).

    from ratusz.engines import efficiency

    sample = efficiency.Sample.from_csv(content, inputs=["staff"], outputs=["books"])   # or Sample(units, ...)
    result = efficiency.radial(sample, returns="vrs", orientation="input", progress=callback, executor=pool)
    result.score, result.peers_of("Opole"), result.input_targets, efficiency.verify(result).proved

`Sample(units, inputs, outputs, x, y)`: names, and float64 inputs x (n, m) and outputs y (n, s), complete.

`radial` (CCR, BCC, DRS, IRS), `free_disposal_hull`, `directional`, `undesirable` (by-products), `additive`,
`slack_based` and `super_efficiency` return `Scores` (frozen): score, feasible, peers with intensities, slacks, targets,
prices (the dual certificate) and provenance (version, input_hash, seconds). `verify(scores)` proves every score by
plain arithmetic. `scores_csv(scores)` and `malmquist_csv(changes)` are the files that `ratusz efficiency` writes.

`bootstrap` (bias-corrected radial scores with intervals, seeded), `two_stage` (what circumstances explain),
`radial_by_group` (a frontier per group), `scale_efficiency` (with the class of returns), `hyperbolic`,
`cross_efficiency` (judged by all units' weights), `malmquist` (change over editions and what it is made of) and
`benefit_of_the_doubt` (an index whose weights each unit chooses, with share limits if wanted) return their own results.
"""

from ratusz.engines.contracts import EngineError
from ratusz.engines.efficiency.bootstrap import Bootstrap, bootstrap
from ratusz.engines.efficiency.cross import CrossEfficiency, cross_efficiency
from ratusz.engines.efficiency.doubt import BenefitOfDoubt, benefit_of_the_doubt
from ratusz.engines.efficiency.fdh import free_disposal_hull
from ratusz.engines.efficiency.files import malmquist_csv, scores_csv
from ratusz.engines.efficiency.malmquist import Malmquist, malmquist
from ratusz.engines.efficiency.radial import (
    additive,
    directional,
    hyperbolic,
    radial,
    super_efficiency,
    undesirable,
)
from ratusz.engines.efficiency.sample import Sample
from ratusz.engines.efficiency.scale import Scale, radial_by_group, scale_efficiency
from ratusz.engines.efficiency.scores import Scores
from ratusz.engines.efficiency.slack_based import slack_based
from ratusz.engines.efficiency.two_stage import TwoStage, two_stage
from ratusz.engines.efficiency.verify import Verdict, verify

__all__ = [
    "BenefitOfDoubt",
    "Bootstrap",
    "CrossEfficiency",
    "EngineError",
    "Malmquist",
    "Sample",
    "Scale",
    "Scores",
    "TwoStage",
    "Verdict",
    "additive",
    "benefit_of_the_doubt",
    "bootstrap",
    "cross_efficiency",
    "directional",
    "free_disposal_hull",
    "hyperbolic",
    "malmquist",
    "malmquist_csv",
    "radial",
    "radial_by_group",
    "scale_efficiency",
    "scores_csv",
    "slack_based",
    "super_efficiency",
    "two_stage",
    "undesirable",
    "verify",
]
