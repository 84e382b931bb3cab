"""Compiled search: every change of cost is a difference; the parts are explained where they stand."""

from ratusz.engines.seating.kernels.annealing import anneal
from ratusz.engines.seating.kernels.cost import total_cost
from ratusz.engines.seating.kernels.even import seat_evenly
from ratusz.engines.seating.kernels.state import FORBIDDEN, Rules, State, fill_state

__all__ = ["FORBIDDEN", "Rules", "State", "anneal", "fill_state", "seat_evenly", "total_cost"]
