"""The seat wishes of the current edition: stored at their own dates, and moved with them."""

from datetime import date, datetime

from django.utils import timezone

from ratusz.apps.cities.models import City
from ratusz.apps.editions.models import Edition
from ratusz.apps.ranking import services
from ratusz.apps.ranking.models import SeatRequest
from ratusz.demo import content, dates
from ratusz.demo.clock import standing_at
from ratusz.demo.services.people import person


def keep_in_step(edition: Edition, session: date) -> None:
    """Stores the wishes whose day has come, dates them anew, and takes back those that lie ahead."""
    for one in content.read("seats")["wish"]:
        city, peer = (City.objects.get(slug=one[key]) for key in ("city", "peer"))
        at = _moment(session, one["day"])
        standing = SeatRequest.objects.filter(edition=edition, city=city, peer=peer)
        if at > timezone.now():
            # The demo alone can turn back the clock: nobody has wished this yet.
            standing.delete()
        elif standing.exists():
            standing.filter(withdrawn_at=None).update(asked_at=at)
        else:
            with standing_at(at):
                services.ask_for_seat(
                    edition=edition, city=city, peer=peer, reason=one["reason"], note=one.get("note", ""),
                    by=person(one["person"]),
                )  # fmt: skip


def _moment(session: date, day: int) -> datetime:
    return dates.moment(session, day, 11)
