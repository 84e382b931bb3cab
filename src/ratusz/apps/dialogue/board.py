"""What the Dialogue Session puts on "My edition"."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ratusz.apps.accounts.models import User
from ratusz.apps.cities.queries.dialogue import cities_acted_for
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


def registration(user: User, edition: Edition) -> Iterator[Task | Outcome]:
    """The own place for a participant; unconfirmed people and pairs to look at for organisers."""
    session = queries.session_of(edition)
    if session is None:
        return
    own = queries.own_registration(user, session)
    if own is not None and own.state != Registration.State.INVITED:
        yield Outcome(
            _("My session"), reverse("dialogue:my_session", args=[edition.year]), text=own.get_state_display()
        )
        topics = session.topics.exists() and not own.topics.exists()
        if topics and may(user, "dialogue.register", edition):
            yield Task(
                _("Put the topics of the Session in your order"),
                reverse("dialogue:my_session", args=[edition.year]) + "#topics",
                _("The tables are set by it."),
            )
    if may(user, "dialogue.manage_registrations", edition):
        at = reverse("dialogue_admin:registrations", args=[edition.year])
        unconfirmed = session.registrations.filter(
            verified_at=None, state__in=[Registration.State.REGISTERED, Registration.State.WAITING]
        ).count()
        if unconfirmed:
            yield Task(
                ngettext_lazy(
                    "Confirm the organisation of %(number)d participant",
                    "Confirm the organisations of %(number)d participants",
                    unconfirmed,
                )
                % {"number": unconfirmed},
                f"{at}?show=unconfirmed",
                _("Closed circles open only to those whose organisation is confirmed."),
            )


def desk(user: User, edition: Edition) -> Iterator[Task]:
    """The check-in desk, for those who note who came, on the day of the session."""
    session = queries.session_of(edition)
    if session and edition.session_date == timezone.localdate() and may(user, "dialogue.check_in", edition):
        yield Task(
            _("Check people in"),
            reverse("dialogue:check_in", args=[edition.year]),
            _("By the badge’s QR code or by name, on several phones at once."),
        )


def tables(user: User, edition: Edition) -> Iterator[Task | Outcome]:
    """The person's way through the day, once the plan of the seats is published, and the tables to host."""
    session = queries.session_of(edition)
    own = queries.own_registration(user, session) if session else None
    if session and may(user, "dialogue.write_notes", edition):
        hosted = queries.tables_hosted_by(user, session).count()
        if hosted:
            yield Task(
                ngettext_lazy("Lead the talk of your table", "Lead the talk of your tables", hosted),
                reverse("dialogue:tables", args=[edition.year]),
                _("Open the page before the day: from then on it works without a connection."),
            )
    if own is not None and own.state == Registration.State.REGISTERED and queries.published_plan(session):
        yield Outcome(_("My tables"), reverse("dialogue:route", args=[edition.year]))


def day_and_questions(user: User, edition: Edition) -> Iterator[Task | Outcome]:
    """The questions that a city may still bring, and the own day once the agenda is public."""
    session = queries.session_of(edition)
    if session is None:
        return
    own = queries.own_registration(user, session)
    if own is not None and own.state == Registration.State.REGISTERED and queries.agenda_is_public(edition):
        yield Outcome(_("My day"), reverse("dialogue:own_agenda", args=[edition.year]))
    if not may(user, "dialogue.bring_questions", edition) or not cities_acted_for(user, edition).exists():
        return
    address = reverse("dialogue:city_questions", args=[edition.year])
    cities = cities_acted_for(user, edition)
    if session.city_questions.filter(city__in=cities).exists():
        yield Outcome(_("Questions of your city"), address)
    else:
        yield Task(
            _("Bring up to three questions of your city"), address, _("Tables of the Session take them up.")
        )


def register() -> None:
    """Puts each part's entries on the board."""
    tasks_board.register(registration)
    tasks_board.register(day_and_questions)
    tasks_board.register(desk)
    tasks_board.register(afterwards)
    tasks_board.register(tables)
