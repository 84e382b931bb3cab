"""Random bits inside compiled loops: the state is an array that the caller seeds."""

from __future__ import annotations

import numpy as np
from numba import njit

# A call would copy every field of the named tuples: where it counts, the body is put in place of the call.
inlined = njit(inline="always", error_model="numpy", nogil=True)


@inlined
def draw(random):
    """Returns 64 random bits (xorshift64*) and moves the state on."""
    x = random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    random[0] = x
    return x * np.uint64(2685821657736338717)


@inlined
def below(random, k):
    """Returns a random whole number from 0 to k - 1."""
    return np.int64(((draw(random) >> np.uint64(33)) * np.uint64(k)) >> np.uint64(31))


@inlined
def chance(random):
    """Returns a random number from 0 (excluded) to 1."""
    return (np.float64(draw(random) >> np.uint64(34)) + 1.0) * 2.0**-30
