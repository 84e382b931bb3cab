"""A reader's own weights and choices: read from an address, made into a method, computed, and told in one honest line.

Nothing of it is stored. The choice is a `composite.Method` like any other, so the engine computes it as it
computes the published ranking, and anyone can take the method along.
"""

from ratusz.apps.ranking.playground.board import Board, Slider, Switch, board_of
from ratusz.apps.ranking.playground.choice import AS_PUBLISHED, Choice, read_choice
from ratusz.apps.ranking.playground.method import NothingLeft, method_of
from ratusz.apps.ranking.playground.play import Distance, Place, Played, distance, play
from ratusz.apps.ranking.playground.verdict import Verdict, verdict

__all__ = [
    "AS_PUBLISHED",
    "Board",
    "Choice",
    "Distance",
    "NothingLeft",
    "Place",
    "Played",
    "Slider",
    "Switch",
    "Verdict",
    "board_of",
    "distance",
    "method_of",
    "play",
    "read_choice",
    "verdict",
]
