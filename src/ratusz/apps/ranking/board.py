"""What the ranking puts on "My edition" of a city team: its score card, its seat wishes, and who wished for it."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.cities.queries.dialogue import cities_acted_for
from ratusz.apps.editions import tasks_board
from ratusz.apps.editions.models import Edition, Role
from ratusz.apps.editions.permissions import ACTIONS, may, roles_of
from ratusz.apps.editions.tasks_board import Outcome, Task
from ratusz.apps.ranking.queries import published
from ratusz.apps.ranking.queries.seats import seat_requests_visible_to, wished_beside


def provide(user: User, edition: Edition) -> Iterator[Task | Outcome]:
    """The score card of each city of the person, and the wishes about seats."""
    if Role.CITY not in roles_of(user, edition) or (ranking := published(edition)) is None:
        return
    cities = list(cities_acted_for(user, edition))
    wishes = list(seat_requests_visible_to(user, edition).filter(city__in=cities))
    for city in cities:
        card = reverse("ranking:city", args=[edition.year, city.slug])
        yield Outcome(
            _("The score card of %(city)s is public") % {"city": city}, card, at=ranking.published_at
        )
        if may(user, "ranking.ask_for_seat", edition) and not any(w.city_id == city.pk for w in wishes):
            yield Task(
                _("Choose the cities beside which you would like to sit"), f"{card}#seats",
                _("At the Dialogue Session of %(year)s; one click on the score card of your city.")
                % {"year": edition.year},
                _closing(edition),
            )  # fmt: skip
    for wish in wishes:
        yield Outcome(
            _("%(city)s would like to sit beside %(peer)s") % {"city": wish.city, "peer": wish.peer},
            f"{reverse('ranking:city', args=[edition.year, wish.city.slug])}#seats",
            _("both cities wish it") if wish.mutual else "",
            wish.asked_at,
        )
    for city, other, mutual in wished_beside(user, edition):
        if not mutual:
            yield Outcome(
                _("%(other)s would like to sit beside %(city)s") % {"other": other, "city": city},
                text=_("you may wish the same on the score card of your city"),
            )


def _closing(edition: Edition) -> datetime | None:
    """When the last of the phases ends in which wishes are open."""
    kinds = ACTIONS["ranking.ask_for_seat"].phases or ()
    return max((phase.closes_at for phase in edition.phases.all() if phase.kind in kinds), default=None)


def register() -> None:
    """Puts the ranking's entries on the board."""
    tasks_board.register(provide)
