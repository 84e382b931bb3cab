"""Schedules in which no two people meet twice: algebra where there is some, else search, with a symmetry or without."""

from ratusz.engines.seating.designs.construct import bound, construct, most_rounds
from ratusz.engines.seating.designs.verify import verify_design

__all__ = ["bound", "construct", "most_rounds", "verify_design"]
