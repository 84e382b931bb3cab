"""Seating: people and tables to a plan by rounds, with repair and with reasons when rules conflict."""

from ratusz.engines.contracts import EngineError
from ratusz.engines.seating.plan import Bounds, Plan, Quality, Solution, Violation
from ratusz.engines.seating.problem import Person, Pin, Presence, Problem, Table, Weights, Wish
from ratusz.engines.seating.solve import solve, warm_up
from ratusz.engines.seating.verify import Report, admits, check, verify

__all__ = [
    "Bounds",
    "EngineError",
    "Person",
    "Pin",
    "Plan",
    "Presence",
    "Problem",
    "Quality",
    "Report",
    "Solution",
    "Table",
    "Violation",
    "Weights",
    "Wish",
    "admits",
    "check",
    "solve",
    "verify",
    "warm_up",
]
