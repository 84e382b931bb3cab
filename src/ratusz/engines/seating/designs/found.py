"""Base rounds that took this project's own search seconds or minutes to find, kept so that they come at once.

`find` searches anew: `find(14, 4, 18, seconds=600, rng=…)`. Tables of 3 and 4 with as many rounds
as counting allows are resolvable (group divisible) designs: C. J. Colbourn, J. H. Dinitz (2007), Handbook of
Combinatorial Designs, 2nd ed., II.7 and IV.5, doi:10.1201/9781420010541.
"""

from __future__ import annotations

import time

import numpy as np

from ratusz.engines.seating.designs.recipes import symmetries, turning
from ratusz.engines.seating.designs.symmetric import Search

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

# tables, size: people per circle, and for each base round the table of everybody
ROUNDS: dict[tuple[int, int], tuple[int, tuple[str, ...]]] = {
    (5, 3): (
        7,
        ("001023424133214",),
    ),
    (14, 3): (
        20,
        ("0012345621789ab3707ca9d318bb69465a84dcd2c5",),
    ),
    (17, 3): (
        25,
        ("00123454675829a21bc79dbe488ef5g3g9c30f6bfea7c6da1gd",),
    ),
    (18, 3): (
        26,
        ("00123456789ab1cd8eb4f40f57dbd26c1a8g37ehhcg9ha9652gfe3",),
    ),
    (19, 3): (
        19,
        (
            "00123456789a713b3a1c9de485ece8d266fg0dhh4gbi92fbc7igf5iha",
            "0123456789abcdefghi56789abcdefghi012349abcdefghi012345678",
            "0123456789abcdefghi6789abcdefghi012345hi0123456789abcdefg",
            "0123456789abcdefghi789abcdefghi01234560123456789abcdefghi",
            "0123456789abcdefghi89abcdefghi0123456789abcdefghi01234567",
            "0123456789abcdefghibcdefghi0123456789a789abcdefghi0123456",
            "0123456789abcdefghiefghi0123456789abcddefghi0123456789abc",
            "0123456789abcdefghifghi0123456789abcde23456789abcdefghi01",
            "0123456789abcdefghighi0123456789abcdef56789abcdefghi01234",
            "0123456789abcdefghihi0123456789abcdefgefghi0123456789abcd",
        ),
    ),
    (20, 3): (
        29,
        ("0012314526789a93b7c6de46fbc3g1g280ehciajgfaf4jj5hidbih7e598d",),
    ),
    (8, 4): (
        4,
        (
            "00120334115652260477673637551442",
            "01232301456730125674567423017456",
            "01233012301245674567123045675674",
            "01234567012345672301567412304567",
            "01234567567401233012230174567456",
            "01234567674574565674012330121230",
            "01234567745667457456301201233012",
        ),
    ),
    (11, 4): (
        7,
        (
            "00123245626574833895498a720791506a96187a314a",
            "0120345605778315829274887a4961426a1a630993a5",
        ),
    ),
    (12, 4): (
        15,
        ("00123415606786944379a3b5458251aa981096bab27b3827",),
    ),
    (13, 4): (
        17,
        ("001234156578049a19985a387672b93c48ccb74ab26251ca03b6",),
    ),
    (14, 4): (
        9,
        (
            "001234521546478998a6b5cb6a019c63b9dcaa18730d34272c7bd8d5",
            "01023456721890a65951b69332ccb7d750889724acdcada43bb8461d",
        ),
    ),
    (15, 4): (
        19,
        ("0010234567890a7b81ca9d7d6326ddb148a2c5b9c16a58e72ecb4ee39435",),
    ),
}


def found_rounds(tables: int, size: int) -> np.ndarray | None:
    """Return the rounds (R, people) that the kept base rounds become, or None if there are none.

    >>> found_rounds(8, 4).shape
    (10, 32)
    """
    if (tables, size) not in ROUNDS:
        return None
    order, rows = ROUNDS[tables, size]
    base = np.array([[DIGITS.index(one) for one in row] for row in rows])
    return _turned(base, turning(order, *divmod(tables * size, order)))


def find(
    tables: int, size: int, rounds: int, *, seconds: float, rng: np.random.Generator
) -> tuple[int, tuple[str, ...]] | None:
    """Return people per circle and base rounds as `ROUNDS` keeps them, or None if the time is over first."""
    searches = [Search(symmetry, (size,) * tables) for symmetry in symmetries((size,) * tables, rounds, 1500)]
    searches = [search for search in searches if search.possible]
    end = time.perf_counter() + seconds
    part = 0.05
    while time.perf_counter() < end:
        for search in searches:
            found = search.run(min(part, end - time.perf_counter()), rng)
            if found is not None:
                return _compressed(found)
        part *= 2
    return None


def _turned(base: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Return each base round moved by the group, tables numbered as people meet them, every round once."""
    rows: dict[tuple[int, ...], None] = {}
    for row in base:
        for move in group:
            rows.setdefault(_numbered(row[move]))
    return np.array([*rows])


def _numbered(row: np.ndarray) -> tuple[int, ...]:
    _, first, tables = np.unique(row, return_index=True, return_inverse=True)
    return tuple(np.argsort(np.argsort(first))[tables].tolist())


def _compressed(schedule: np.ndarray) -> tuple[int, tuple[str, ...]]:
    """Return the longest circle that turns the schedule into itself, and a round of each orbit."""
    people = schedule.shape[1]
    rounds = {_numbered(row) for row in schedule}
    for order in range(len(schedule), 0, -1):
        group = turning(order, *divmod(people, order))
        if all(_numbered(np.array(row)[group[1 % order]]) in rounds for row in rounds):
            break
    base: list[str] = []
    left = dict.fromkeys(sorted(rounds))
    while left:
        row = next(iter(left))
        base.append("".join(DIGITS[t] for t in row))
        for move in group:
            left.pop(_numbered(np.array(row)[move]), None)
    return order, tuple(base)
