"""The verbs that write cities and figures. `by` is the person; None is the system itself, at installation."""

from ratusz.apps.cities.services.classes import choose_cities, define_classes, freeze_classes
from ratusz.apps.cities.services.figures import (
    Figure,
    correct_observation,
    save_indicator,
    save_source,
    store_figures,
    store_populations,
)
from ratusz.apps.cities.services.registry import load_registry, save_city, slug_for

__all__ = [
    "Figure",
    "choose_cities",
    "correct_observation",
    "define_classes",
    "freeze_classes",
    "load_registry",
    "save_city",
    "save_indicator",
    "save_source",
    "slug_for",
    "store_figures",
    "store_populations",
]
