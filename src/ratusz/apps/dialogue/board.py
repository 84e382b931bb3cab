"""What the Dialogue Session puts on "My edition"."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.dialogue import queries
from ratusz.apps.dialogue.models import Registration
from ratusz.apps.dialogue.queries.afterwards import rounds_begun
from ratusz.apps.editions import tasks_board
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import may
from ratusz.apps.editions.tasks_board import Outcome, Task


def afterwards(user: User, edition: Edition) -> Iterator[Task | Outcome]:
    """Feedback that is not given yet, and the people whom the person met."""
    session = queries.session_of(edition)
    own = queries.own_registration(user, session) if session else None
    if (
        session is None
        or own is None
        or own.state != Registration.State.REGISTERED
        or not rounds_begun(session)
    ):
        return
    yield Outcome(
        _("People whom you met at the Session"), reverse("dialogue:people_met", args=[edition.year])
    )
    if may(user, "dialogue.follow_up", edition) and not hasattr(own, "feedback_given"):
        yield Task(
            _("Say what you think of the day"),
            reverse("dialogue:feedback", args=[edition.year]),
            _("Three questions, two minutes, without your name."),
        )


def register() -> None:
    """Puts each part's entries on the board."""
    tasks_board.register(afterwards)
