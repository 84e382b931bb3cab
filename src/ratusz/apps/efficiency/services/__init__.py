"""Verbs of the study of efficiency: each asserts the permission, writes in one transaction and logs one action."""

from ratusz.apps.efficiency.services.publication import publish_study, withdraw_study
from ratusz.apps.efficiency.services.runs import execute_run, mark_stale_runs, request_run, stop_run
from ratusz.apps.efficiency.services.studies import discard_study, save_study, start_study

__all__ = [
    "discard_study",
    "execute_run",
    "mark_stale_runs",
    "publish_study",
    "request_run",
    "save_study",
    "start_study",
    "stop_run",
    "withdraw_study",
]
