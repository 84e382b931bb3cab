"""Moves the demo to any phase of its life."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.core.errors import DomainError
from ratusz.apps.editions import services as editions
from ratusz.apps.editions.models import Edition, Phase, Programme
from ratusz.apps.ranking import queries as rankings
from ratusz.demo import content, dates
from ratusz.demo.services import convening, dialogue, rank, seats, site, study, talking
from ratusz.demo.services.loading import edition_of
from ratusz.demo.services.people import person


@transaction.atomic
def move_to_phase(name: str) -> Edition:
    """Shifts the calendars of all editions so that today lies in the phase; what people did stays.

    A ranking that is not published in that phase yet is withdrawn with a public reason, because nothing
    can make a published ranking unpublished; moving on publishes it again. News and awards come and go
    with their dates.
    """
    if name not in dates.PHASES:
        raise DomainError(
            _("There is no phase %(name)s.") % {"name": name},
            next_step=_("Choose one of: %(phases)s.") % {"phases": ", ".join(dates.PHASES)},
            code="unknown_phase",
        )
    if not Programme.objects.filter(slug=content.read("editions")["programme"]["slug"]).exists():
        raise DomainError(
            _("The demo edition is not loaded."), next_step=_("Run `ratusz demo` first."), code="not_loaded"
        )
    session = dates.session_day(timezone.localdate(), name)
    is_published = rankings.published(edition_of(content.CURRENT)) is not None
    to_publish = rank.published_at(session) <= timezone.now()
    if is_published and not to_publish:
        rank.withdraw(edition_of(content.CURRENT))
    study.keep_in_step(edition_of(content.CURRENT), session, before=True)
    for facts in content.editions():
        _set_calendar(edition_of(facts["year"]), dates.session_day_of(facts["year"], session))
    current = edition_of(content.CURRENT)
    dialogue.keep_in_step(current, session, name)
    if to_publish and not is_published:
        rank.publish(current, session)
    elif name == Phase.Kind.RANK and rank.waiting(current) is None:
        rank.compute(current, session)
    study.keep_in_step(current, session, before=False)
    seats.keep_in_step(current, session)
    convening.keep_in_step(edition_of(content.CURRENT), session)
    talking.keep_in_step(edition_of(content.CURRENT), session)
    for facts in content.editions():
        edition = edition_of(facts["year"])
        site.give_awards(edition, edition.session_date)
        site.tell_news(edition, edition.session_date)
    return edition_of(content.CURRENT)


def _set_calendar(edition: Edition, session: date) -> None:
    by = person("organiser")
    editions.change_edition(edition=edition, session_date=session, by=by)
    editions.set_calendar(edition=edition, calendar=dates.calendar(session), by=by)
