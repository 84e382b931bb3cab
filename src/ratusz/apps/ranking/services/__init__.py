"""Verbs of the ranking: define and lock a method, run it, publish what came out."""

from ratusz.apps.ranking.services.methods import discard_draft, lock_method, save_draft, start_draft
from ratusz.apps.ranking.services.publication import discard_result, publish_ranking, withdraw_ranking
from ratusz.apps.ranking.services.runs import execute_run, mark_stale_runs, request_run, stop_run
from ratusz.apps.ranking.services.seats import MOST_SEATS, ask_for_seat, withdraw_seat_request

__all__ = [
    "MOST_SEATS",
    "ask_for_seat",
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
    "withdraw_seat_request",
]
