"""Verbs of the demo: load it into an empty site, move it to another phase of its life."""

from ratusz.demo.dates import PHASES
from ratusz.demo.services.loading import load_demo
from ratusz.demo.services.phases import move_to_phase

__all__ = ["PHASES", "load_demo", "move_to_phase"]
