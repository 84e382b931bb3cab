"""Round robin: tables of two, with one seat for who has nobody left."""

from __future__ import annotations

import numpy as np


def circle_rounds(people: int) -> np.ndarray:
    """Return the rounds in which everybody meets everybody; with an odd number one person sits alone each time.

    The circle method: one person stays, the others go round (Kirkman 1847).

    >>> circle_rounds(4).tolist()
    [[0, 1, 1, 0], [0, 0, 1, 1], [0, 1, 0, 1]]
    """
    turning = people - 1 + people % 2
    seat = np.arange(turning)
    # In round r, persons x and r − x sit together; the one with 2x = r sits with the person who stays.
    partner = (np.arange(turning)[:, None] - seat[None]) % turning
    pair = np.minimum(seat, partner)
    rounds = np.array(
        [
            np.unique(np.r_[row, row[seat == mate]], return_inverse=True)[1]
            for row, mate in zip(pair, partner, strict=True)
        ]
    )
    return rounds[:, :people]
