"""The calendar of the demo: every date follows from the day of the session of the current edition."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from ratusz.apps.editions.models import Phase
from ratusz.demo import content

SESSION, OVER = "session", "over"
PHASES = (*Phase.Kind.values, SESSION, OVER)
LIVE = Phase.Kind.CONVENE.value
WEDNESDAY = 2


def session_day(today: date, phase: str) -> date:
    """The Wednesday on which the current edition's session is held when today lies in the phase.

    To walk the day of the session itself, the session is today.
    """
    if phase == SESSION:
        return today
    day = today - timedelta(days=content.read("editions")["today"][phase])
    return day + timedelta(days=(WEDNESDAY - day.weekday()) % 7)


def session_day_of(year: int, session: date) -> date:
    """The day of the session of an edition; the years before were 52 weeks apart."""
    return session - timedelta(weeks=52 * (content.CURRENT - year))


def moment(session: date, days: int, hour: int = 10) -> datetime:
    """The hour of the day so many days from the session, on the clock of Warsaw."""
    return timezone.make_aware(datetime.combine(session + timedelta(days=days), time(hour)))


def calendar(session: date) -> dict[str, tuple[datetime, datetime]]:
    """Opening and closing moment of each phase; days begin and end at midnight."""
    spans = content.read("editions")["calendar"]
    return {
        kind: (moment(session, first, 0), moment(session, last, 0)) for kind, (first, last) in spans.items()
    }


def opening(session: date, phase: str, day: int) -> datetime:
    """Nine in the morning of the day so many days after the phase opens."""
    return moment(session, content.read("editions")["calendar"][phase][0] + day, 9)
