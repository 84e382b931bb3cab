"""Contacts by both persons' act, and feedback that is nobody's."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.dialogue.models import Contact, Feedback, FeedbackGiven, Registration, Session
from ratusz.apps.dialogue.notices import afterwards as notices
from ratusz.apps.dialogue.queries.access import own_registration
from ratusz.apps.dialogue.queries.afterwards import contacts_visible_to, people_met, rounds_begun
from ratusz.apps.editions.permissions import require

FOLLOW_UP = "dialogue.follow_up"
SCALE = range(1, 6)


@transaction.atomic
def ask_for_contact(*, by: User, session: Session, asked: Registration) -> Contact:
    """Asks a person whom one met for an exchange of addresses; where that person asked already, it agrees."""
    own = _own(by, session)
    if all(met.person != asked for met in people_met(own)):
        raise DomainError(
            _("You can ask only people with whom you sat at a table."),
            next_step=_("Choose a person from the list of those whom you met."),
            code="not_met",
        )
    # One at a time for the two: asked from both sides at once, it is still one contact.
    list(Registration.objects.select_for_update().filter(pk__in=[own.pk, asked.pk]).order_by("pk"))
    standing = contacts_visible_to(by, session)
    if mine := standing.filter(asker=own, asked=asked).first():
        return mine
    if theirs := standing.filter(asker=asked, asked=own).first():
        return agree_to_contact(by=by, contact=theirs)
    contact = Contact.objects.create(asker=own, asked=asked)
    audit.record(by=by, action="dialogue.ask_for_contact", subject=contact, edition=session.edition)
    notices.asked(contact)
    return contact


@transaction.atomic
def agree_to_contact(*, by: User, contact: Contact) -> Contact:
    """Gives each of the two the other's address; only the person who was asked can do it."""
    contact = (
        Contact.objects.select_for_update(of=["self"]).select_related("asker", "asked").get(pk=contact.pk)
    )
    session = contact.asked.session
    if _own(by, session) != contact.asked or contact.ended_at:
        raise NotAllowed(
            _("Only the person who was asked can agree, while the question stands."),
            next_step=_("Open the list of people whom you met."),
            code="contact_of_another",
        )
    if contact.agreed_at is None:
        contact.agreed_at = timezone.now()
        contact.save(update_fields=["agreed_at"])
        audit.record(by=by, action="dialogue.agree_to_contact", subject=contact, edition=session.edition)
        notices.agreed(contact)
    return contact


@transaction.atomic
def end_contact(*, by: User, contact: Contact) -> Contact:
    """Declines or takes back, from either side and at any time: no phase closes a person's own will."""
    contact = (
        Contact.objects.select_for_update(of=["self"]).select_related("asker", "asked").get(pk=contact.pk)
    )
    if by.pk not in (contact.asker.user_id, contact.asked.user_id):
        raise NotAllowed(code="contact_of_another")
    if contact.ended_at is None:
        contact.ended_at = timezone.now()
        contact.save(update_fields=["ended_at"])
        edition = contact.asked.session.edition
        audit.record(by=by, action="dialogue.end_contact", subject=contact, edition=edition)
    return contact


@transaction.atomic
def give_feedback(*, by: User, session: Session, useful: int, heard: int, met: int, text: str = "") -> None:
    """Stores what a participant thought, apart from who it was; nobody gives it twice."""
    own = _own(by, session)
    if not rounds_begun(session):
        raise DomainError(
            _("The Session has not begun yet."),
            next_step=_("Come back after the first round."),
            code="too_early",
        )
    for field, value in {"useful": useful, "heard": heard, "met": met}.items():
        if value not in SCALE:
            raise DomainError(
                _("The answer %(value)s is not on the scale.") % {"value": value},
                field=field, next_step=_("Choose a number from 1 to 5."), code="off_the_scale",
            )  # fmt: skip
    try:
        with transaction.atomic():
            given = FeedbackGiven.objects.create(registration=own)
    except IntegrityError:
        raise DomainError(
            _(
                "You have given your feedback already. It is kept without your name, so it cannot be found again."
            ),
            next_step=_("Write to the organiser if you want to add something."),
            code="given_already",
        ) from None
    Feedback.objects.create(
        session=session, stakeholder=own.stakeholder, useful=useful, heard=heard, met=met, text=text.strip()
    )
    # The entry names the person's act alone: neither the row nor the answers.
    audit.record(by=by, action="dialogue.give_feedback", subject=given, edition=session.edition)


def _own(by: User, session: Session) -> Registration:
    require(by, FOLLOW_UP, session.edition)
    own = own_registration(by, session)
    if own is None or own.state != Registration.State.REGISTERED:
        raise NotAllowed(
            _("This is for the participants of the Session."),
            next_step=_("Sign in with the account with which you registered."),
            code="no_participant",
        )
    return own
