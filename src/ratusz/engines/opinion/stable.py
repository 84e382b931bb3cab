"""Groups that stand when votes are taken away: how many there are, who belongs where, and how sure that is.

Polis chooses the number of groups by a silhouette of one picture; a fifth of the votes less often gives another
one. Here the pictures of many draws, each without a fifth of the votes, are laid over each other: a number of
groups counts only as far as the draws agree on them (mean pairwise adjusted Rand index) and as the groups lie clear
of each other, a person's group is the one in which most draws put them, and the share of those draws is the
confidence [1]_.

References
----------
.. [1] C. Hennig: Cluster-wise assessment of cluster stability. Computational Statistics & Data Analysis 52(1),
   2007. doi:10.1016/j.csda.2006.11.025
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import numpy as np

from ratusz.engines.contracts import Progress, no_progress
from ratusz.engines.opinion.agreement import adjusted_rand, matched, names_by
from ratusz.engines.opinion.axes import Axes, Centred, centred, near_axes, places
from ratusz.engines.opinion.groups import takes_part
from ratusz.engines.opinion.kernels import lloyd, seeded_centres

MOST_GROUPS = 5
STARTS = 10
DRAWS = 24
THREADS = 2  # compiled code runs without Python's lock; what is found does not depend on it
DROPPED = 0.2
# The draws share their start and most votes: few people agree with themselves by chance, so more is asked of them.
LEAST_STABILITY = 0.5
FEW_PEOPLE = 1.0
HYSTERESIS = 0.1
ALIKE = 0.05
ITERATIONS = 100
STEPS = 4
# What the last picture is worth: a new start must be better by a quarter; who changes groups does so in nine draws of
# ten and lies three times nearer to the new one. Three is the least at which each real conversation agrees with its
# next picture to .93 (docs/explanation/opinion.md has the price).
WARM = 1.25
MOVES = 0.9
NEARER = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """Groups of a conversation.

    `labels` (n,): the group of each participant from 0 on, -1 for those with too few votes; one group alone says
    that no stable groups were found. `confidence` (n,): the share of draws that agree with the label. `places`
    (n, 2) and `centres` (k, 2): the map. `stability`: mean pairwise ARI of the draws by number of groups.
    """

    labels: np.ndarray
    confidence: np.ndarray
    places: np.ndarray
    centres: np.ndarray
    stability: dict[int, float]

    @property
    def number(self) -> int:
        return len(self.centres)


def group(
    table: Centred,
    axes: Axes,
    *,
    rng: np.random.Generator,
    before: np.ndarray | None = None,
    draws: int = DRAWS,
    progress: Progress = no_progress,
) -> Grouping:
    """Return the stable groups.

    `before` (n_participants,) has the labels of the last picture, -1 for people who had none: in doubt its number of
    groups is kept, and so is each person's group.
    """
    votes = table.votes
    part = takes_part(votes.votes_of_participants, votes.shape[1])
    spots = places(table, axes)
    points = np.ascontiguousarray(spots[part])
    least = max(5, int(np.ceil(0.02 * len(points))))
    old = before[part] if before is not None else np.full(len(points), -1, dtype=np.int64)
    reference = {}
    for k in range(2, MOST_GROUPS + 1):
        if k * least > len(points):
            break
        reference[k] = _best_start(points, k, rng, old)
    drawn: dict[int, list[np.ndarray]] = {k: [] for k in reference}
    found = partial(_without_a_fifth, table, axes, part, reference)
    with ThreadPoolExecutor(THREADS) as threads:
        for done, labels in enumerate(threads.map(found, rng.spawn(draws if reference else 0)), 1):
            for k in reference:
                drawn[k].append(labels[k])
            progress(done, draws)
    stability = {
        k: float(np.mean([adjusted_rand(a, b) for a, b in combinations(found, 2)]))
        for k, found in drawn.items()
    }
    clear = {k: clearness(points, centres) for k, (_labels, centres) in reference.items()}
    number = _choose(stability, drawn, clear, least, int(old.max(initial=-1)) + 1)
    labels = np.full(len(spots), -1, dtype=np.int64)
    confidence = np.zeros(len(spots))
    if number == 1:
        labels[part], confidence[part] = 0, 1.0
        centre = points.mean(axis=0, keepdims=True) if len(points) else np.zeros((1, 2))
        return Grouping(labels, confidence, spots, centre, stability)
    labels[part], confidence[part] = _vote(drawn[number], number, old, points)
    if before is None:
        labels = _largest_first(labels, number)
    centres = np.stack([spots[labels == g].mean(axis=0) for g in range(number)])
    return Grouping(labels, confidence, spots, centres, stability)


def _without_a_fifth(
    table: Centred,
    axes: Axes,
    part: np.ndarray,
    reference: dict[int, tuple[np.ndarray, np.ndarray]],
    rng: np.random.Generator,
) -> dict[int, np.ndarray]:
    """The labels of one draw for each number of groups, in the reference's names."""
    votes = table.votes
    fewer = centred(votes, table.kept & (rng.random(len(votes.values), dtype=np.float32) >= DROPPED))
    moved = np.ascontiguousarray(places(fewer, near_axes(fewer, axes, STEPS))[part])
    return {
        k: matched(lloyd(moved, centres.copy(), ITERATIONS)[0], labels, k)
        for k, (labels, centres) in reference.items()
    }


def _best_start(
    points: np.ndarray, k: int, rng: np.random.Generator, old: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The k-means of least inertia of many starts; that from the last picture's groups unless it is much worse."""
    runs = []
    for _start in range(STARTS):
        centres = seeded_centres(points, k, rng.random(k))
        labels, inertia = lloyd(points, centres, ITERATIONS)
        runs.append((inertia, labels, centres))
    if (np.bincount(old[old >= 0], minlength=k) > 0).sum() == k:
        centres = np.stack([points[old == g].mean(axis=0) for g in range(k)])
        labels, inertia = lloyd(points, centres, ITERATIONS)
        runs.append((inertia / WARM, labels, centres))
    _inertia, labels, centres = min(runs, key=lambda run: run[0])
    return labels, centres


def _vote(
    drawn: list[np.ndarray], number: int, old: np.ndarray, points: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Each person's group by the draws, and their share; who had a group leaves it only for a clear one.

    Clear is what nearly all draws say of somebody who lies much nearer to the other group's centre.
    """
    counts = _tally(drawn, number)
    labels = counts.argmax(axis=1)
    people = np.arange(len(labels))
    if int(old.max(initial=-1)) + 1 == number:
        counts = counts[:, np.argsort(names_by(labels, old, number))]
        labels = counts.argmax(axis=1)
        distance = _distances(points, np.stack([points[labels == g].mean(axis=0) for g in range(number)]))
        clear = (counts[people, labels] >= MOVES * len(drawn)) & (
            distance[people, old] >= NEARER * distance[people, labels]
        )
        kept = np.where((old >= 0) & ~clear, old, labels)
        labels = kept if np.bincount(kept, minlength=number).all() else labels
    return labels, counts[people, labels] / len(drawn)


def _distances(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    return np.sqrt(((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2))


def _largest_first(labels: np.ndarray, number: int) -> np.ndarray:
    size = np.bincount(labels[labels >= 0], minlength=number)
    return np.where(labels >= 0, np.argsort(np.argsort(-size, kind="stable"))[labels], -1)


def _tally(drawn: list[np.ndarray], number: int) -> np.ndarray:
    """In how many draws a person is in each group (people, groups)."""
    return np.stack([(np.stack(drawn) == g).sum(axis=0) for g in range(number)], axis=1)


def _choose(
    stability: dict[int, float],
    drawn: dict[int, list[np.ndarray]],
    clear: dict[int, float],
    least: int,
    before: int,
) -> int:
    """The number that is stable and clear; of nearly equal ones the last picture's, else the fewest; 1 if none is."""
    people = len(next(iter(drawn.values()))[0]) if drawn else 1
    asked = LEAST_STABILITY + FEW_PEOPLE / np.sqrt(people)
    score = {
        k: value + clear[k]
        for k, value in stability.items()
        if value >= asked - (HYSTERESIS if k == before else 0)
        and np.bincount(_tally(drawn[k], k).argmax(axis=1), minlength=k).min() >= least
    }
    if not score:
        return 1
    best = max(score.values())
    if score.get(before, -np.inf) >= best - HYSTERESIS:
        return before
    return min(k for k, value in score.items() if value >= best - ALIKE)


def clearness(points: np.ndarray, centres: np.ndarray) -> float:
    """Return how much nearer people are to their own centre than to the next one: 0 in between, 1 at their own.

    The simplified silhouette: E. Hruschka, L. de Castro, R. Campello: Evolutionary algorithms for clustering
    gene-expression data. ICDM 2004. doi:10.1109/ICDM.2004.10073
    """
    nearest, second = np.partition(_distances(points, centres), 1, axis=1)[:, :2].T
    return float(np.mean(1 - np.divide(nearest, second, out=np.zeros_like(nearest), where=second > 0)))
