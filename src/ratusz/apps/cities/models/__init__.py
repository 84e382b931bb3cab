"""The rows of the first stage: the registry, the figures, the bank they are fetched from, the data dialogue."""

from ratusz.apps.cities.models.bdl import BdlCall, BdlFetch, BdlPage
from ratusz.apps.cities.models.dialogue import CityReview, Objection, ObjectionFile
from ratusz.apps.cities.models.figures import Correction, Indicator, Observation
from ratusz.apps.cities.models.registry import City, CityInEdition, Population, SizeClass, Source

__all__ = [
    "BdlCall",
    "BdlFetch",
    "BdlPage",
    "City",
    "CityInEdition",
    "CityReview",
    "Correction",
    "Indicator",
    "Objection",
    "ObjectionFile",
    "Observation",
    "Population",
    "SizeClass",
    "Source",
]
