"""Finite fields as tables of sums and products."""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np


def prime_power(q: int) -> tuple[int, int] | None:
    """Return p and d with q = p^d and p a prime, or None.

    >>> prime_power(27), prime_power(12)
    ((3, 3), None)
    """
    if q < 2:
        return None
    p = next(p for p in range(2, q + 1) if q % p == 0)
    d = 0
    while q % p == 0:
        q //= p
        d += 1
    return (p, d) if q == 1 else None


@cache
def field(q: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the sums and the products (q, q) of the field of q elements; element p·b + a stands for a + b·x.

    >>> field(4)[1].tolist()
    [[0, 0, 0, 0], [0, 1, 2, 3], [0, 2, 3, 1], [0, 3, 1, 2]]
    """
    found = prime_power(q)
    if found is None:
        raise ValueError(f"{q} is no power of a prime")
    p, d = found
    digits = np.array([[(a // p**k) % p for k in range(d)] for a in range(q)])
    value = p ** np.arange(d)
    add = ((digits[:, None] + digits[None, :]) % p) @ value
    for low in product(range(p), repeat=d):
        times = _products(digits, np.array(low), p, d) @ value
        # Without divisors of zero, every row but the first is a permutation: the polynomial is irreducible.
        if all(len(set(row)) == q for row in times[1:].tolist()):
            return add, times
    raise AssertionError(f"there is an irreducible polynomial of degree {d} over {p}")


def _products(digits: np.ndarray, low: np.ndarray, p: int, d: int) -> np.ndarray:
    """Return the digits of all products modulo x^d + low."""
    q = len(digits)
    raw = np.zeros((q, q, 2 * d - 1), dtype=np.int64)
    for k in range(d):
        raw[:, :, k : k + d] += digits[:, None, k, None] * digits[None, :, :]
    for k in range(2 * d - 2, d - 1, -1):
        raw[:, :, k - d : k] -= raw[:, :, k, None] * low
    return raw[:, :, :d] % p
