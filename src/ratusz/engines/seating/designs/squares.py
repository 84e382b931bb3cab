"""Mutually orthogonal Latin squares, and the rounds that follow from them.

p − 1 mutually orthogonal Latin squares of order g seat g tables of p for g rounds (a resolvable transversal design);
m squares of order g seat g tables of g for m + 2 rounds (a net). Powers of primes have all the squares there can be;
products have as many as their poorer factor (MacNeish 1922, doi:10.2307/1967920); order 10 has two (Bose, Shrikhande,
Parker 1960, doi:10.4153/CJM-1960-016-5), order 12 five (see `orthomorphisms`).
"""

from __future__ import annotations

from functools import cache

import numpy as np

from ratusz.engines.seating.designs.fields import field, prime_power
from ratusz.engines.seating.designs.orthomorphisms import group_squares


@cache
def latin_squares(order: int) -> np.ndarray:
    """Return mutually orthogonal Latin squares (m, order, order) of the order, as many as these constructions give.

    >>> [len(latin_squares(order)) for order in (3, 6, 8, 10, 12, 15)]
    [2, 1, 7, 2, 5, 2]
    """
    if order == 10:
        return _of_order_ten()
    if order == 12:
        return group_squares((2, 6))
    squares = np.zeros((max(order, 2), 1, 1), dtype=np.int64)
    rest = order
    for p in range(2, order + 1):
        q = 1
        while rest % p == 0:
            q *= p
            rest //= p
        if q > 1:
            squares = _product(squares, _of_field(q))
    return squares


def _of_field(q: int) -> np.ndarray:
    add, times = field(q)
    return np.array([add[times[a]] for a in range(1, q)])


def _product(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    order = other.shape[1]
    return np.array(
        [
            np.kron(a, np.ones_like(b)) * order + np.kron(np.ones_like(a), b)
            for a, b in zip(one, other, strict=False)
        ]
    )


def _of_order_ten() -> np.ndarray:
    """Return two orthogonal Latin squares of order 10: seven residues that turn and three signs that stay.

    With c the squares modulo 7 and d = 4c, the differences c and d − c are all residues but 0, and so are d and −d.
    """
    start = np.array([[0, 0, 0], [1, 2, 4], [4, 1, 2], [7, 8, 9]])
    turned = np.hstack([np.roll(start, k, axis=0) for k in range(4)])
    columns = [np.where(turned < 7, (turned + s) % 7, turned) for s in range(7)]
    columns.append(np.repeat(np.arange(7)[None], 4, axis=0))
    one, other = np.repeat(np.arange(3), 3), np.tile(np.arange(3), 3)
    columns.append(np.array([one, other, (one + other) % 3, (one + 2 * other) % 3]) + 7)
    array = np.hstack(columns)
    squares = np.empty((2, 10, 10), dtype=np.int64)
    squares[:, array[0], array[1]] = array[2:]
    return squares


def transversal_rounds(tables: int, size: int) -> np.ndarray | None:
    """Return `tables` rounds for `tables` tables of `size`, or None if there are too few squares.

    Person c·tables + x is number x of column c; people of one column never meet.

    >>> transversal_rounds(3, 2).tolist()
    [[0, 1, 2, 0, 1, 2], [0, 1, 2, 2, 0, 1], [0, 1, 2, 1, 2, 0]]
    """
    squares = latin_squares(tables)
    if len(squares) < size - 1:
        return None
    rounds = np.empty((tables, size, tables), dtype=np.int64)
    rounds[:, 0] = np.arange(tables)
    for c in range(1, size):
        # Person x of column c sits at the table in whose column of the square the round's row holds x.
        rounds[:, c] = np.argsort(squares[c - 1], axis=1)
    return rounds.reshape(tables, size * tables)


def net_rounds(order: int) -> np.ndarray:
    """Return the rounds of `order` tables of `order`: rows, columns and the letters of each square."""
    rows, columns = np.divmod(np.arange(order**2), order)
    return np.array([rows, columns, *(square.ravel() for square in latin_squares(order))])


def affine_rounds(people: int, size: int) -> np.ndarray | None:
    """Return the parallel classes of lines of the affine space of q^d points, lines of q = `size` points.

    >>> affine_rounds(9, 3).shape, affine_rounds(27, 3).shape, affine_rounds(12, 3)
    ((4, 9), (13, 27), None)
    """
    d = 1
    while size > 1 and size**d < people:
        d += 1
    if d < 2 or size**d != people or prime_power(size) is None:
        return None
    add, times = field(size)
    points = np.array(np.unravel_index(np.arange(people), (size,) * d)).T
    rounds = []
    for code in range(1, people):
        direction = points[code]
        if direction[np.flatnonzero(direction)[0]] != 1:
            continue
        along = [add[points, times[a, direction]] @ (size ** np.arange(d - 1, -1, -1)) for a in range(size)]
        rounds.append(np.unique(np.min(along, axis=0), return_inverse=True)[1])
    return np.array(rounds)
