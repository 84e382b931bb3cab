"""Which cities are alike: by size and density, the circumstances that a city cannot choose."""

import numpy as np

NEAREST = 12
EXAMPLES = 4


def similar_cities(
    *, people: np.ndarray, area: np.ndarray, index: np.ndarray, apart: np.ndarray | None
) -> list[list[int]]:
    """For each city up to four better ones among its twelve nearest, those told apart from it first.

    The distance is Euclidean over the logarithms of population and of population density, each
    standardised over all ranked cities. A city without one of the two is compared by the other.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        context = np.column_stack([np.log(np.where(people > 0, people, np.nan)), np.log(people / area)])
        context = np.where(np.isfinite(context), context, np.nan)
        spread = np.nanstd(context, axis=0) if np.isfinite(context).any() else np.ones(2)
        scaled = (context - np.nanmean(context, axis=0)) / np.where(spread > 0, spread, 1)
    scaled = np.nan_to_num(scaled)
    found = []
    for unit in range(len(index)):
        distance = np.sqrt(((scaled - scaled[unit]) ** 2).sum(axis=1))
        distance[unit] = np.inf
        nearest = np.argsort(distance, kind="stable")[:NEAREST]
        better = [int(o) for o in nearest if index[o] > index[unit]]
        if apart is not None:
            better.sort(key=lambda o: not apart[unit, o])
        found.append(better[:EXAMPLES])
    return found
