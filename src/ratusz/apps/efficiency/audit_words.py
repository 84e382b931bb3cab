"""What the audit log calls the actions of the study of efficiency."""

from django.utils.translation import gettext_lazy as _

from ratusz.apps.core import audit


def register() -> None:
    """Gives each action its words."""
    audit.name_actions(
        {
            "efficiency.discard_study": _("discarded the draft of the study of efficiency"),
            "efficiency.publish": _("published the study of efficiency"),
            "efficiency.request_run": _("started the computation of the study of efficiency"),
            "efficiency.run_done": _("finished the computation of the study of efficiency"),
            "efficiency.run_failed": _("gave up the computation of the study of efficiency"),
            "efficiency.run_interrupted": _(
                "noticed that the computation of the study of efficiency was interrupted"
            ),
            "efficiency.save_study": _("changed the study of efficiency"),
            "efficiency.start_study": _("began a study of efficiency"),
            "efficiency.stop_run": _("stopped the computation of the study of efficiency"),
            "efficiency.withdraw": _("withdrew the study of efficiency"),
        }
    )
