"""Loads the demo into an empty site: three editions, lived one after another at their own dates."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.core.errors import DomainError
from ratusz.apps.editions import services as editions
from ratusz.apps.editions.models import Edition, Programme
from ratusz.demo import content, dates
from ratusz.demo.clock import standing_at
from ratusz.demo.services import convening, dialogue, measure, people, rank, seats, site, study, talking

OPENED, MEASURED = -275, -235  # days from the session
LOCK = 0x64656D6F  # "demo" in ASCII
Step = tuple[str, Callable[[], object]]


def load_demo(*, progress: Callable[[str, int, int], None] = lambda label, done, total: None) -> bool:
    """Makes the demo, all or nothing; False when it is there already.

    Every step goes through the apps' services, with the clock set to the day on which it would have happened.
    """
    with transaction.atomic():
        _wait_for_my_turn()
        if Programme.objects.filter(slug=content.read("editions")["programme"]["slug"]).exists():
            return False
        if Edition.objects.exists():
            raise DomainError(
                _("This site has editions of its own, and the demo would mix with them."),
                next_step=_("Load the demo into an empty home: set RATUSZ_HOME to a new folder."),
                code="not_empty",
            )
        steps = list(_steps(dates.session_day(timezone.localdate(), dates.LIVE)))
        for done, (label, act) in enumerate(steps):
            progress(label, done, len(steps))
            act()
        progress("", len(steps), len(steps))
    return True


def _wait_for_my_turn() -> None:
    """Holds the demo's lock until the transaction ends: a second load waits, and then finds the demo there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _steps(session: date) -> Iterator[Step]:
    first = dates.session_day_of(content.editions()[0]["year"], session)
    yield "People", partial(_found, first)
    before = None
    for facts in content.editions():
        year, day = facts["year"], dates.session_day_of(facts["year"], session)
        yield f"{year}: edition", partial(_open, facts, day)
        yield f"{year}: figures", partial(_measure, facts, day, before)
        if year == content.CURRENT:
            yield f"{year}: data dialogue", partial(_talk, facts, day)
        yield f"{year}: ranking", partial(_rank, facts, day)
        if study.belongs_to(year):
            yield f"{year}: efficiency", partial(_study, facts, day)
        if year == content.CURRENT:
            yield f"{year}: seat wishes", partial(_wish, facts, day)
            yield f"{year}: Dialogue Session", partial(_convene, facts, day)
        yield f"{year}: partners and laureates", partial(_award, facts, day)
        yield f"{year}: news", partial(_tell, facts, day)
        before = facts


def edition_of(year: int) -> Edition:
    """An edition of the demo, read anew with its phases."""
    programme = content.read("editions")["programme"]["slug"]
    return Edition.objects.select_related("programme").get(programme__slug=programme, year=year)


def _found(first: date) -> None:
    moment = dates.moment(first, OPENED)
    with standing_at(moment):
        Programme.objects.create(**content.read("editions")["programme"])
        people.load_people(since=timezone.localdate())
        site.load_frame()


def _open(facts: dict, session: date) -> None:
    with standing_at(dates.moment(session, OPENED)):
        programme = Programme.objects.get(slug=content.read("editions")["programme"]["slug"])
        edition = people.open_edition(programme=programme, facts=facts, session=session)
        by = people.person("organiser")
        editions.set_calendar(edition=edition, calendar=dates.calendar(session), by=by)
        editions.set_current(edition=edition, by=by)
        site.load_edition_page(edition, facts)


def _measure(facts: dict, session: date, before: dict | None) -> None:
    edition = edition_of(facts["year"])
    with standing_at(dates.moment(session, MEASURED)):
        if before is None:
            measure.load_registry(edition)
        measure.load_figures(edition, facts, before)
        measure.freeze_classes(edition, facts)


def _talk(facts: dict, session: date) -> None:
    dialogue.hold(edition_of(facts["year"]), session)


def _rank(facts: dict, session: date) -> None:
    rank.lock_method(edition_of(facts["year"]), session)
    rank.compute(edition_of(facts["year"]), session)
    rank.publish(edition_of(facts["year"]), session)


def _study(facts: dict, session: date) -> None:
    study.publish(edition_of(facts["year"]), session)


def _wish(facts: dict, session: date) -> None:
    seats.keep_in_step(edition_of(facts["year"]), session)


def _convene(facts: dict, day: date) -> None:
    convening.keep_in_step(edition_of(facts["year"]), day)
    talking.keep_in_step(edition_of(facts["year"]), day)


def _award(facts: dict, session: date) -> None:
    edition = edition_of(facts["year"])
    with standing_at(dates.moment(session, site.INVITED)):
        site.load_partners(edition, session)
    site.give_awards(edition, session)


def _tell(facts: dict, session: date) -> None:
    site.tell_news(edition_of(facts["year"]), session)
