"""The pages of the first stage: the public registry and cards, and a city's own figures."""

from ratusz.apps.cities.views.own import (
    confirm,
    document,
    objections_csv,
    own,
    own_figure,
    own_figures_csv,
    own_index,
    withdraw,
)
from ratusz.apps.cities.views.public import (
    cities,
    city,
    corrections_csv,
    indicator,
    indicator_csv,
    indicators,
)

__all__ = [
    "cities",
    "city",
    "confirm",
    "corrections_csv",
    "document",
    "indicator",
    "indicator_csv",
    "indicators",
    "objections_csv",
    "own",
    "own_figure",
    "own_figures_csv",
    "own_index",
    "withdraw",
]
