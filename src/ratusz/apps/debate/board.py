"""What the debate puts on "My edition"."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.debate import queries
from ratusz.apps.editions import tasks_board
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import may
from ratusz.apps.editions.tasks_board import Outcome, Task


def live_maps(user: User, edition: Edition) -> Iterator[Task | Outcome]:
    """For organisers: an opinion map that does not keep up with the votes."""
    if not may(user, "debate.change", edition):
        return
    seen = {one.pk for one in queries.visible_to(user, edition)}
    for one in queries.late_conversations(edition):
        if one.pk in seen:
            yield Task(
                _("The live opinion map is behind: %(question)s") % {"question": one.question},
                reverse("debate_admin:overview", args=[edition.year]),
                _("Votes keep arriving. Look whether the worker runs; its log has the reason."),
            )


def register() -> None:
    """Adds the debate to the board."""
    tasks_board.register(live_maps)
