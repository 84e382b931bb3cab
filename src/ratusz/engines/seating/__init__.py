"""Seating: people and tables to a plan by rounds, with repair and with reasons when rules conflict."""

from ratusz.engines.contracts import EngineError
from ratusz.engines.seating.plan import Bounds, Plan, Quality, Solution, Violation
from ratusz.engines.seating.problem import Person, Pin, Presence, Problem, Table, Weights, Wish
from ratusz.engines.seating.repair import Move, Repair, repair
from ratusz.engines.seating.solve import solve, warm_up
from ratusz.engines.seating.verify import Report, admits, check, verify

__all__ = [
    "Bounds",
    "EngineError",
    "Move",
    "Person",
    "Pin",
    "Plan",
    "Presence",
    "Problem",
    "Quality",
    "Repair",
    "Report",
    "Solution",
    "Table",
    "Violation",
    "Weights",
    "Wish",
    "admits",
    "check",
    "repair",
    "solve",
    "verify",
    "warm_up",
]
