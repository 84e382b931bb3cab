"""What the spine itself asks of a person: a name, a second factor, a calendar, a mandate."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ratusz.apps.accounts.models import User
from ratusz.apps.accounts.queries import organisations_of
from ratusz.apps.core import mail_queue
from ratusz.apps.core.models import Mail
from ratusz.apps.core.templatetags.formats import until
from ratusz.apps.editions import second_factor, tasks_board
from ratusz.apps.editions.models import Edition, Phase, Role
from ratusz.apps.editions.permissions import may, roles_of
from ratusz.apps.editions.tasks_board import Outcome, Task


def provide(user: User, edition: Edition) -> Iterator[Task | Outcome]:
    """The tasks and outcomes of accounts and editions."""
    if not user.full_name:
        yield Task(
            _("Tell us your name"),
            reverse("my_data"),
            _("It is shown to those with whom you work in the edition."),
        )
    if second_factor.is_required_of(user) and not second_factor.has_one(user):
        yield Task(
            _("Set up a second factor"),
            reverse("second_factor"),
            _("Your role asks for one at each sign-in."),
        )
    yield from _of_organisers(user, edition)
    yield from _of_city_teams(user, edition)


def _of_organisers(user: User, edition: Edition) -> Iterator[Task | Outcome]:
    if not may(user, "editions.change_edition", edition):
        return
    calendar = reverse("edition_calendar", args=[edition.pk])
    phases = list(edition.phases.all())
    missing = [str(kind.label) for kind in Phase.Kind if kind not in {phase.kind for phase in phases}]
    if missing:
        yield Task(
            _("Complete the calendar of the edition"), calendar,
            _("These phases have no dates yet: %(phases)s.") % {"phases": ", ".join(missing)},
        )  # fmt: skip
    now = timezone.now()
    for phase in phases:
        if phase.is_open(now):
            yield Task(
                _("Bring the phase to its end: %(phase)s") % {"phase": phase.get_kind_display()}, calendar,
                _("It is open now and closes by itself."), phase.closes_at,
            )  # fmt: skip
        elif phase.closes_at <= now:
            yield Outcome(
                _("The phase is closed: %(phase)s") % {"phase": phase.get_kind_display()},
                text=_("was open %(when)s") % {"when": until(phase.closes_at)}, at=phase.closes_at,
            )  # fmt: skip

    if failed := mail_queue.visible_to(user).filter(state=Mail.State.FAILED).count():
        yield Task(
            _("Look after the mails that could not be sent"), f"{reverse('mail_index')}?state={Mail.State.FAILED}",
            ngettext("%(number)d mail waits for you.", "%(number)d mails wait for you.", failed) % {"number": failed},
        )  # fmt: skip


def _of_city_teams(user: User, edition: Edition) -> Iterator[Task | Outcome]:
    if Role.CITY not in roles_of(user, edition):
        return
    organisations = list(organisations_of(user))
    for organisation in organisations:
        yield Outcome(_("You act for %(organisation)s") % {"organisation": organisation})
    if not organisations:
        yield Task(
            _("Ask the organiser for the mandate of your city"), f"mailto:{edition.programme.contact_email}",
            _("A city team acts for a city through a mandate, and you have none in force today."),
        )  # fmt: skip


def register() -> None:
    """Puts the spine's own entries on the board."""
    tasks_board.register(provide)
