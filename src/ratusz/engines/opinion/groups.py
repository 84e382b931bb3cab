"""Opinion groups by the way of Polis: base clusters, then k-means over them, k by silhouette."""

from __future__ import annotations

import numpy as np

BASE_CLUSTERS = 100
MOST_GROUPS = 5
ITERATIONS = 100
MOVED = 0.01
FEWEST_VOTES = 7
FEWEST_PEOPLE = 15


def takes_part(votes_of_participants: np.ndarray, statements: int) -> np.ndarray:
    """True for the people who are put into groups: those with min(7, C) votes, or the 15 most active."""
    enough = votes_of_participants >= min(FEWEST_VOTES, statements)
    if enough.sum() < FEWEST_PEOPLE:
        most = np.argsort(-votes_of_participants, kind="stable")[:FEWEST_PEOPLE]
        enough[most] = votes_of_participants[most] > 0
    return enough


def k_means(points: np.ndarray, weights: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return labels and centres from the given start: until no centre moves by 0.01, at most 100 times."""
    labels = np.zeros(len(points), dtype=np.int64)
    for _turn in range(ITERATIONS):
        labels = nearest(points, centres)
        kept = np.unique(labels)
        moved = np.stack(
            [np.average(points[labels == k], axis=0, weights=weights[labels == k]) for k in kept]
        )
        still = len(kept) == len(centres) and np.abs(moved - centres).max() < MOVED
        centres = moved
        if still:
            break
    return nearest(points, centres), centres


def nearest(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """The number of the nearest centre of each point; of equal ones the first."""
    return ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2).argmin(axis=1)


def silhouette(points: np.ndarray, labels: np.ndarray) -> float:
    """Return the mean silhouette of the points (Rousseeuw 1987, doi:10.1016/0377-0427(87)90125-7); singletons 0."""
    distance = np.sqrt(((points[:, None, :] - points[None, :, :]) ** 2).sum(axis=2))
    number = labels.max() + 1
    member = labels[:, None] == np.arange(number)
    size = member.sum(axis=0)
    towards = distance @ member
    own = size[labels]
    inside = towards[np.arange(len(points)), labels] / np.maximum(own - 1, 1)
    outside = np.where(member, np.inf, towards / np.maximum(size, 1)).min(axis=1)
    widest = np.maximum(inside, outside)
    score = np.divide(outside - inside, widest, out=np.zeros(len(points)), where=(own > 1) & (widest > 0))
    return float(score.mean())


def groups_like_polis(places: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Return each participant's group from 0 on, -1 for those who take no part (int64)."""
    points = places[part]
    labels = np.full(len(places), -1, dtype=np.int64)
    if len(points) == 0:
        return labels
    base_of, base = k_means(points, np.ones(len(points)), _first_distinct(points, BASE_CLUSTERS))
    size = np.bincount(base_of, minlength=len(base)).astype(float)
    best, chosen = -np.inf, np.zeros(len(base), dtype=np.int64)
    for k in range(2, min(MOST_GROUPS, 2 + len(base) // 12) + 1):
        if k > len(base):
            break
        found, _centres = k_means(base, size, base[:k].copy())
        score = silhouette(base, found) if found.max() > 0 else -1.0
        if score > best:
            best, chosen = score, found
    labels[part] = chosen[base_of]
    return labels


def _first_distinct(points: np.ndarray, number: int) -> np.ndarray:
    _rows, first = np.unique(points, axis=0, return_index=True)
    return points[np.sort(first)[:number]]
