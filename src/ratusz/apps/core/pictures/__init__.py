"""Pictures as pure functions: data in, SVG out, no style, no request, no database."""

from ratusz.apps.core.pictures.cards import og_card
from ratusz.apps.core.pictures.classes import class_range, distribution, shade
from ratusz.apps.core.pictures.maps import MapCity, map_of_poland
from ratusz.apps.core.pictures.ranks import Track, rank_history, rank_interval
from ratusz.apps.core.pictures.svg import Picture

__all__ = [
    "MapCity",
    "Picture",
    "Track",
    "class_range",
    "distribution",
    "map_of_poland",
    "og_card",
    "rank_history",
    "rank_interval",
    "shade",
]
