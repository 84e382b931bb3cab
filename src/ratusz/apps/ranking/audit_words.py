"""What the audit log calls the actions of the ranking."""

from django.utils.translation import gettext_lazy as _

from ratusz.apps.core import audit


def register() -> None:
    """Gives each action its words."""
    audit.name_actions(
        {
            "ranking.ask_for_seat": _("asked for a seat beside another city"),
            "ranking.discard_draft": _("discarded the draft of the method"),
            "ranking.discard_result": _("discarded a result of the ranking"),
            "ranking.lock_method": _("locked the method"),
            "ranking.publish": _("published the ranking"),
            "ranking.request_run": _("started a run of the ranking"),
            "ranking.run_done": _("finished a run of the ranking"),
            "ranking.run_failed": _("gave up a run of the ranking"),
            "ranking.run_interrupted": _("noticed that a run of the ranking was interrupted"),
            "ranking.save_draft": _("changed the draft of the method"),
            "ranking.start_draft": _("began a new version of the method"),
            "ranking.stop_run": _("stopped a run of the ranking"),
            "ranking.withdraw": _("withdrew the ranking"),
            "ranking.withdraw_seat_request": _("withdrew the wish for a seat beside another city"),
        }
    )
