"""The pictures of a ranking, each with its table and the records of its CSV."""

from ratusz.apps.ranking.charts.chart import Chart, Scope
from ratusz.apps.ranking.charts.editions import Change, changes, editions
from ratusz.apps.ranking.charts.influence import influence
from ratusz.apps.ranking.charts.pairs import pairs
from ratusz.apps.ranking.charts.places import on_map, places

# Name in the address → builder; each takes a Scope and returns a Chart, or None where there is nothing to draw.
CHARTS = {"editions": editions, "places": places, "pairs": pairs, "map": on_map, "influence": influence}

__all__ = [
    "CHARTS",
    "Change",
    "Chart",
    "Scope",
    "changes",
    "editions",
    "influence",
    "on_map",
    "pairs",
    "places",
]
