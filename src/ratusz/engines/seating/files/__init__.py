"""The files of a seating: people and plan in; seats, routes, lists, report, workbook and bundle out."""

from ratusz.engines.seating.files.bundle import Verdict, bundled_seats, verify_bundle, write_files
from ratusz.engines.seating.files.mistakes import FileMistakes
from ratusz.engines.seating.files.plan_file import read_problem
from ratusz.engines.seating.files.report import lead, write_report
from ratusz.engines.seating.files.tables import (
    guarded,
    moves_table,
    read_seating,
    refuse_unknown,
    routes,
    table_lists,
    write_csv,
    write_seating,
    write_workbook,
)

__all__ = [
    "FileMistakes",
    "Verdict",
    "bundled_seats",
    "guarded",
    "lead",
    "moves_table",
    "read_problem",
    "read_seating",
    "refuse_unknown",
    "routes",
    "table_lists",
    "verify_bundle",
    "write_csv",
    "write_files",
    "write_report",
    "write_seating",
    "write_workbook",
]
