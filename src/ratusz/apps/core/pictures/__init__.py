"""Pictures as pure functions: data in, SVG out, no style, no request, no database."""

from ratusz.apps.core.pictures.bumps import Bump, bump_chart
from ratusz.apps.core.pictures.cards import og_card
from ratusz.apps.core.pictures.classes import class_range, distribution, shade
from ratusz.apps.core.pictures.files import as_file, as_png
from ratusz.apps.core.pictures.maps import MapCity, map_of_poland
from ratusz.apps.core.pictures.plots import Ranked, Share, interval_plot, pair_matrix, share_bars
from ratusz.apps.core.pictures.ranks import Track, rank_history, rank_interval
from ratusz.apps.core.pictures.svg import Picture

__all__ = [
    "Bump",
    "MapCity",
    "Picture",
    "Ranked",
    "Share",
    "Track",
    "as_file",
    "as_png",
    "bump_chart",
    "class_range",
    "distribution",
    "interval_plot",
    "map_of_poland",
    "og_card",
    "pair_matrix",
    "rank_history",
    "rank_interval",
    "shade",
    "share_bars",
]
