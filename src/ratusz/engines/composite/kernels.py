"""Compiled inner loops. Layout: one row per indicator or aggregate, units side by side (contiguous)."""

from __future__ import annotations

import numpy as np
from numba import njit

ARITHMETIC, GEOMETRIC, HARMONIC = 0, 1, 2

# Scores closer than this share of the largest score are a tie: rounding must never decide a place.
TIE = 1e-11


def compiled(function):
    """Return the function compiled by Numba, cached on disk where any cache folder is writable."""
    try:
        return njit(cache=True, error_model="numpy", nogil=True)(function)
    except RuntimeError:  # no writable cache folder at all: compile in each process
        return njit(error_model="numpy", nogil=True)(function)


@compiled
def moments(column):
    """Bias-corrected skewness and excess kurtosis of the known values (NaN below 3, 4 or without spread)."""
    n = 0
    total = 0.0
    for x in column:
        if not np.isnan(x):
            n += 1
            total += x
    if n < 3:
        return np.nan, np.nan
    centre = total / n
    m2 = m3 = m4 = 0.0
    for x in column:
        if not np.isnan(x):
            d = x - centre
            m2 += d * d
            m3 += d * d * d
            m4 += d * d * d * d
    m2 /= n
    m3 /= n
    m4 /= n
    if not m2 > 0:
        return np.nan, np.nan
    skewness = m3 / m2**1.5 * np.sqrt(n * (n - 1.0)) / (n - 2.0)
    if n < 4:
        return skewness, np.nan
    kurtosis = ((n + 1.0) * (m4 / m2**2 - 3.0) + 6.0) * (n - 1.0) / ((n - 2.0) * (n - 3.0))
    return skewness, kurtosis


@compiled
def _winsorise_once(column, upper):
    """Set all points at the extreme to the next value inwards; False and no change if that leaves one value."""
    extreme = -np.inf if upper else np.inf
    for x in column:
        if (upper and x > extreme) or (not upper and x < extreme):
            extreme = x
    following = -np.inf if upper else np.inf
    for x in column:
        if x != extreme and ((upper and x > following) or (not upper and x < following)):
            following = x
    other = np.inf if upper else -np.inf
    for x in column:
        if x != extreme and ((upper and x < other) or (not upper and x > other)):
            other = x
    if other == following or np.isinf(following):
        return False
    for i in range(column.size):
        if column[i] == extreme:
            column[i] = following
    return True


@compiled
def treat_columns(columns, winmax, skew_limit, kurt_limit, winsorised, logarithm):
    """Treat (p, n) columns in place; fills points winsorised and whether the logarithm was taken."""
    for j in range(columns.shape[0]):
        original = columns[j].copy()
        column = columns[j]
        skewness, kurtosis = moments(column)
        done = 0
        fails = abs(skewness) >= skew_limit and kurtosis >= kurt_limit
        while fails and done < winmax:
            if not _winsorise_once(column, skewness >= 0):
                break
            done += 1
            skewness, kurtosis = moments(column)
            fails = abs(skewness) >= skew_limit and kurtosis >= kurt_limit
        winsorised[j] = done
        if fails:
            low = np.inf
            high = -np.inf
            for x in original:
                if x < low:
                    low = x
                if x > high:
                    high = x
            for i in range(column.size):
                column[i] = np.log(original[i] - low + 0.01 * (high - low))
            winsorised[j] = 0
            logarithm[j] = True


@compiled
def rank_columns(columns):
    """Ascending ranks of (p, n) columns, ties take the lowest, NaN stays NaN."""
    ranks = np.full(columns.shape, np.nan)
    for j in range(columns.shape[0]):
        order = np.argsort(columns[j])
        place = 0
        for position in range(order.size):
            i = order[position]
            x = columns[j, i]
            if np.isnan(x):
                break
            if position == 0 or x != columns[j, order[position - 1]]:
                place = position + 1
            ranks[j, i] = place
    return ranks


@compiled
def transform_leaves(columns, kinds, leaves):
    """Fill `leaves[t]` with the values as mean `t` adds them up (x, ln x, 1/x), 0 where missing."""
    p, n = columns.shape
    for t in range(3):
        if not kinds[t]:
            continue
        for j in range(p):
            for i in range(n):
                x = columns[j, i]
                if np.isnan(x):
                    leaves[t, j, i] = 0.0
                elif t == ARITHMETIC:
                    leaves[t, j, i] = x
                elif t == GEOMETRIC:
                    leaves[t, j, i] = np.log(x)
                else:
                    leaves[t, j, i] = 1.0 / x


@compiled
def tree_means(leaves, present, complete, start, child, weight, mean, above, value, there, whole):
    """Weighted means from the leaves to the root; returns -1, or the aggregate that met a value of 0 or less.

    leaves (3, p, n), present (p, n) 0/1, complete (p,); children of aggregate k are child[start[k]:start[k +
    1]]; weight (p + q,), 0 leaves a node out; mean (q,) and above (q,) = the parent's mean. Fills value (q,
    n) as the parent adds it up (the root plain), there (q, n) 0/1 where not whole[k], whole (q,).
    """
    p = leaves.shape[1]
    n = leaves.shape[2]
    for k in range(start.size - 1):
        t = mean[k]
        total = value[k]
        mask = there[k]
        total[:] = 0.0
        common = 0.0
        gaps = False
        for c in range(start[k], start[k + 1]):
            j = child[c]
            w = weight[j]
            if w == 0.0:
                continue
            if j < p:
                x = leaves[t, j]
                m = present[j]
                full = complete[j]
            else:
                x = value[j - p]
                m = there[j - p]
                full = whole[j - p]
            if full:
                common += w
                for i in range(n):
                    total[i] += w * x[i]
            else:
                if not gaps:
                    gaps = True
                    mask[:] = 0.0
                for i in range(n):
                    total[i] += w * x[i]
                    mask[i] += w * m[i]
        whole[k] = common > 0.0
        if not gaps:
            if common > 0.0:
                for i in range(n):
                    total[i] /= common
            else:
                mask[:] = 0.0
                continue
        else:
            for i in range(n):
                share = common + mask[i]
                if share > 0.0:
                    total[i] /= share
                    mask[i] = 1.0
        if t == above[k]:
            continue
        for i in range(n):
            if not whole[k] and mask[i] == 0.0:
                continue
            x = total[i]
            if t == GEOMETRIC:
                x = np.exp(x)
            elif t == HARMONIC:
                x = 1.0 / x
            if above[k] != ARITHMETIC and not x > 0.0:
                return k
            if above[k] == GEOMETRIC:
                x = np.log(x)
            elif above[k] == HARMONIC:
                x = 1.0 / x
            total[i] = x
    return -1


@compiled
def rank_scores(score, group, groups, ranks, group_ranks):
    """Fill ranks (n,) and ranks within each group (n,): 1 = best, ties take the lowest; returns the order."""
    n = score.size
    order = np.argsort(-score)
    largest = 0.0
    for x in score:
        largest = max(largest, abs(x))
    tolerance = TIE * largest
    seen = np.zeros(groups, dtype=np.int64)
    last = np.zeros(groups)
    place_in = np.zeros(groups, dtype=np.int64)
    place = 0
    before = 0.0
    for position in range(n):
        i = order[position]
        x = score[i]
        if position == 0 or before - x > tolerance:
            place = position + 1
        before = x
        ranks[i] = place
        g = group[i]
        if seen[g] == 0 or last[g] - x > tolerance:
            place_in[g] = seen[g] + 1
        seen[g] += 1
        last[g] = x
        group_ranks[i] = place_in[g]
    return order


@compiled
def outrank(columns, weights):
    """Shares of weight (n, n) on which a beats b over (k, n) columns, ties half; NaN where nothing is common."""
    k, n = columns.shape
    share = np.zeros((n, n))
    common = np.zeros((n, n))
    for j in range(k):
        w = weights[j]
        largest = 0.0
        for x in columns[j]:
            if abs(x) > largest:
                largest = abs(x)
        tolerance = TIE * largest
        for a in range(n):
            x = columns[j, a]
            if np.isnan(x):
                continue
            for b in range(n):
                difference = x - columns[j, b]
                if np.isnan(difference):
                    continue
                common[a, b] += w
                if difference > tolerance:
                    share[a, b] += w
                elif difference >= -tolerance:
                    share[a, b] += 0.5 * w
    for a in range(n):
        for b in range(n):
            share[a, b] = share[a, b] / common[a, b] if common[a, b] > 0.0 else np.nan
    return share


@compiled
def copeland(columns, weights):
    """Copeland scores (n,) of (k, n) columns: each unit's pairs won less pairs lost."""
    share = outrank(columns, weights)
    n = share.shape[0]
    score = np.zeros(n)
    for a in range(n):
        for b in range(n):
            if share[a, b] > 0.5 + 1e-12:
                score[a] += 1.0
            elif share[a, b] < 0.5 - 1e-12:
                score[a] -= 1.0
    return score


@compiled
def kemeny(share):
    """The greatest sum of share[a, b] over a before b, the number of orders that reach it, mean positions (n,)."""
    n = share.shape[0]
    sets = 1 << n
    best = np.full(sets, -1.0)
    ways = np.zeros(sets)
    gain = np.zeros(n)
    best[0] = 0.0
    ways[0] = 1.0
    for members in range(sets):
        # Whoever joins next stands behind all members: it loses to each of them.
        for i in range(n):
            if members >> i & 1:
                continue
            gain[i] = 0.0
            for j in range(n):
                if members >> j & 1:
                    gain[i] += share[j, i]
        for i in range(n):
            if members >> i & 1:
                continue
            after = members | 1 << i
            value = best[members] + gain[i]
            if value > best[after] + 1e-9:
                best[after] = value
                ways[after] = ways[members]
            elif value > best[after] - 1e-9:
                ways[after] += ways[members]
    onward = np.zeros(sets)
    onward[sets - 1] = 1.0
    positions = np.zeros(n)
    for back in range(1, sets):
        members = sets - 1 - back
        place = 1.0
        for j in range(n):
            if members >> j & 1:
                place += 1.0
        for i in range(n):
            if members >> i & 1:
                continue
            after = members | 1 << i
            value = best[members]
            for j in range(n):
                if members >> j & 1:
                    value += share[j, i]
            if value > best[after] - 1e-9:
                onward[members] += onward[after]
                positions[i] += ways[members] * onward[after] * place
    return best[sets - 1], ways[sets - 1], positions / ways[sets - 1]


@compiled
def tally(
    score, group, groups, nominal, nominal_in, counts, counts_in, wins, kept, kept_in, ranks, ranks_in, led
):
    """Rank one run's scores (n,) and add it to the counts that `count_runs` describes; fills ranks (n,)."""
    n = score.size
    order = rank_scores(score, group, groups, ranks, ranks_in)
    led[:] = True
    leads = True
    for i in range(n):
        counts[i, ranks[i] - 1] += 1
        counts_in[i, ranks_in[i] - 1] += 1
        if nominal[i] == 1 and ranks[i] != 1:
            leads = False
        if nominal_in[i] == 1 and ranks_in[i] != 1:
            led[group[i]] = False
    if leads:
        kept[0] += 1
    for g in range(groups):
        if led[g]:
            kept_in[g] += 1
    if wins.size > 0:
        for a in range(n):
            first = order[a]
            for b in range(a + 1, n):
                second = order[b]
                if ranks[second] > ranks[first]:
                    wins[first, second] += 1


@compiled
def count_scores(
    scores, group, groups, nominal, nominal_in, counts, counts_in, wins, kept, kept_in, every
):  # fmt: skip
    """Count ranks as `count_runs` does, from scores (r, n) computed elsewhere."""
    n = scores.shape[1]
    ranks = np.zeros(n, dtype=np.int64)
    ranks_in = np.zeros(n, dtype=np.int64)
    led = np.zeros(groups, dtype=np.bool_)
    for r in range(scores.shape[0]):
        tally(
            scores[r], group, groups, nominal, nominal_in, counts, counts_in, wins, kept, kept_in, ranks, ranks_in, led
        )  # fmt: skip
        if every.size > 0:
            for i in range(n):
                every[r, i] = ranks[i]


@compiled
def count_runs(
    leaves, present, complete, start, child, weights, mean, above, group, groups, nominal, nominal_in,
    counts, counts_in, wins, kept, kept_in, every,
):  # fmt: skip
    """Run the tree once per row of weights (r, p + q) and count ranks; returns -1 or the aggregate that failed.

    Adds to counts (n, n) and counts_in (n, largest group) [unit, rank - 1], wins (n, n) [a, b] = a strictly
    ahead (skipped when empty), kept (1,) and kept_in (groups,) = runs in which all nominal leaders lead
    again. Fills every (r, n) with the ranks unless it is empty.
    """
    n = present.shape[1]
    q = start.size - 1
    value = np.zeros((q, n))
    there = np.zeros((q, n))
    whole = np.zeros(q, dtype=np.bool_)
    ranks = np.zeros(n, dtype=np.int64)
    ranks_in = np.zeros(n, dtype=np.int64)
    led = np.zeros(groups, dtype=np.bool_)
    for r in range(weights.shape[0]):
        failed = tree_means(
            leaves, present, complete, start, child, weights[r], mean, above, value, there, whole
        )
        if failed >= 0:
            return failed
        tally(
            value[q - 1], group, groups, nominal, nominal_in, counts, counts_in, wins, kept, kept_in, ranks, ranks_in,
            led,
        )  # fmt: skip
        if every.size > 0:
            for i in range(n):
                every[r, i] = ranks[i]
    return -1
