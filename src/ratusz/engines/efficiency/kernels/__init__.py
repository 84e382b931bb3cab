"""The compiled part: a small simplex and what is solved with it.

`simplex` solves one programme; `programme` writes a unit's; `hull` finds the frame, `envelope` the scores, `pseudo` the
scores of a bootstrap. Compiled code is kept on disk between runs.
"""

from contextlib import suppress
from pathlib import Path


def _forget_what_is_old() -> None:
    """Removes compiled code older than any file here: numba looks only at the file that a function stands in."""
    here = Path(__file__).parent
    newest = max(file.stat().st_mtime for file in here.glob("*.py"))
    for index in (here / "__pycache__").glob("*.nbi"):
        with suppress(OSError):
            if index.stat().st_mtime < newest:
                index.unlink()


_forget_what_is_old()

from ratusz.engines.efficiency.kernels.envelope import score  # noqa: E402
from ratusz.engines.efficiency.kernels.hull import frame  # noqa: E402
from ratusz.engines.efficiency.kernels.programme import CRS, DRS, IRS, VRS  # noqa: E402
from ratusz.engines.efficiency.kernels.pseudo import replicate  # noqa: E402
from ratusz.engines.efficiency.kernels.simplex import (  # noqa: E402
    INFEASIBLE,
    OPTIMAL,
    STALLED,
    STOPPED,
    UNBOUNDED,
    reduced_costs,
    solve,
    workspace,
)

__all__ = [
    "CRS",
    "DRS",
    "INFEASIBLE",
    "IRS",
    "OPTIMAL",
    "STALLED",
    "STOPPED",
    "UNBOUNDED",
    "VRS",
    "frame",
    "reduced_costs",
    "replicate",
    "score",
    "solve",
    "workspace",
]
