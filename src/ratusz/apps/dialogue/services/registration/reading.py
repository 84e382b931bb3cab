"""What people read before the day, sent by mail: to each person once."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.dialogue.models import Session
from ratusz.apps.dialogue.notices import registration as notices
from ratusz.apps.dialogue.queries.registration import reading_of, waits_for_reading
from ratusz.apps.dialogue.services.registration.rules import MANAGE, require_before_the_end
from ratusz.apps.editions.permissions import require


@transaction.atomic
def schedule_reading(*, by: User, session: Session, at: dt.datetime | None) -> Session:
    """Sets when the reading goes out by itself, also to those who register later; None: by hand alone."""
    require(by, MANAGE, session.edition)
    require_before_the_end(session)
    session.reading_sends_at = at
    session.save(update_fields=["reading_sends_at"])
    audit.record(by=by, action="dialogue.schedule_reading", subject=session, edition=session.edition, at=at)
    return session


@transaction.atomic
def send_reading(*, by: User | None, session: Session) -> int:
    """Mails the reading to the registered people who did not get it yet; returns how many there were."""
    if by is not None:
        require(by, MANAGE, session.edition)
    require_before_the_end(session)
    # Two clicks at once: the second waits here and finds nobody left.
    session = (
        Session.objects.select_for_update(of=["self"], no_key=True)
        .select_related("edition")
        .get(pk=session.pk)
    )
    people = list(waits_for_reading(session))
    sent = []
    for person in people:
        reading = reading_of(person)
        if reading.is_empty:
            continue
        notices.reading(person, reading)
        sent.append(person.pk)
    if by is not None and people and not sent:
        raise DomainError(
            _("There is nothing to read yet."),
            next_step=_("Write it in the blocks of the day plan, under “to read before”."), code="nothing_to_read",
        )  # fmt: skip
    session.registrations.filter(pk__in=sent).update(reading_sent_at=timezone.now())
    if sent:
        audit.record(
            by=by, action="dialogue.send_reading", subject=session, edition=session.edition, people=len(sent)
        )
    return len(sent)
