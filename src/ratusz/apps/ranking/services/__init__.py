"""Verbs of the ranking: define and lock a method, run it, publish what came out."""

from ratusz.apps.ranking.services.methods import discard_draft, lock_method, save_draft, start_draft
from ratusz.apps.ranking.services.publication import discard_result, publish_ranking, withdraw_ranking
from ratusz.apps.ranking.services.runs import execute_run, mark_stale_runs, request_run, stop_run

__all__ = [
    "discard_draft",
    "discard_result",
    "execute_run",
    "lock_method",
    "mark_stale_runs",
    "publish_ranking",
    "request_run",
    "save_draft",
    "start_draft",
    "stop_run",
    "withdraw_ranking",
]
