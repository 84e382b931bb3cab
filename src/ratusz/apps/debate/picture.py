"""From the votes of an open conversation to its live picture, which starts from the one before."""

import math
from typing import Any

import numpy as np

from ratusz.apps.debate.results import SEED, content_of
from ratusz.engines.opinion import Opinions, Picture, Votes, analyse

PLACES = 3
STEP = 1.25  # the frame of the map grows by steps, so that it stands still most of the time


def opinions_now(votes: Votes, memory: dict[str, Any]) -> Opinions:
    """The opinion groups of the votes, as near to the last picture as the votes allow."""
    return analyse(votes, seed=SEED, before=_before(memory))


def _before(memory: dict[str, Any]) -> Picture | None:
    if not memory:
        return None
    people = memory["people"]
    return Picture(
        participants=tuple(people),
        labels=np.array([group for _x, _y, group in people.values()], dtype=np.int64),
        statements=tuple(memory["statements"]),
        components=np.array(memory["components"], dtype=float).reshape(2, -1),
    )


def shown_of(opinions: Opinions) -> dict[str, Any]:
    """What the pages show: as in the results, on a map whose frame does not follow every vote."""
    frame = frame_of(opinions.grouping.places)
    grouping = opinions.grouping
    centres = [[*_place(centre, frame), g] for g, centre in enumerate(grouping.centres)]
    inside = grouping.labels >= 0
    dots = sorted(
        [*_place(spot, frame), int(g)]
        for spot, g in zip(grouping.places[inside], grouping.labels[inside], strict=True)
    )
    return content_of(opinions) | {"map": dots, "centres": centres}


def memory_of(opinions: Opinions) -> dict[str, Any]:
    """What the next picture and the choice of statements need, by pseudonym; nobody is shown it."""
    grouping, votes, counts = opinions.grouping, opinions.votes, opinions.counts
    frame = frame_of(grouping.places)
    return {
        "people": {
            person: [*_place(spot, frame), int(group)]
            for person, spot, group in zip(votes.participants, grouping.places, grouping.labels, strict=True)
        },
        "statements": list(votes.statements),
        "components": opinions.axes.components.tolist(),
        "counts": np.stack([counts.agree, counts.disagree, counts.seen], axis=-1).tolist(),
    }


def frame_of(places: np.ndarray) -> float:
    """Half the width of the map: a power of STEP that holds everybody."""
    widest = max(float(np.abs(places).max(initial=0.0)), 1e-6)
    return STEP ** math.ceil(math.log(widest, STEP))


def _place(spot: np.ndarray, frame: float) -> list[float]:
    return [round(0.5 + float(value) / (2 * frame), PLACES) for value in spot]
