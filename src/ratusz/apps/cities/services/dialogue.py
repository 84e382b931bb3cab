"""What the organiser and a city's team do around the figures: invite, look, confirm."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.cities import notices, queries
from ratusz.apps.cities.models import City, CityReview
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import may, require

BETWEEN_REMINDERS = timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class Invited:
    """How many cities were written to and how many mails that took."""

    cities: int
    mails: int


def require_city(by: Any, action: str, edition: Edition, city: City) -> None:
    """Raises NotAllowed unless the person may do the action and acts for the city today."""
    require(by, action, edition)
    if not queries.cities_acted_for(by, edition).filter(pk=city.pk).exists():
        raise NotAllowed(
            _("You do not act for %(city)s in this edition today.") % {"city": city},
            next_step=_("Ask the organiser for a mandate of that city."),
            code="no_mandate",
        )


@transaction.atomic
def note_look(*, by: Any, edition: Edition, city: City) -> bool:
    """Notes that the city's team has opened its figures; True the first time. Outside the window nothing is noted."""
    if not may(by, "cities.object", edition):
        return False
    require_city(by, "cities.object", edition, city)
    review, _created = CityReview.objects.select_for_update().get_or_create(edition=edition, city=city)
    if review.looked_at:
        return False
    review.looked_at = timezone.now()
    review.save(update_fields=["looked_at"])
    audit.record(by=by, action="cities.look_at_figures", subject=review, edition=edition)
    return True


@transaction.atomic
def confirm_figures(*, by: Any, edition: Edition, city: City, seen: str) -> CityReview:
    """Records that the figures are right, those with an objection apart; `seen` is the hash of what was shown."""
    require_city(by, "cities.object", edition, city)
    review, _created = CityReview.objects.select_for_update().get_or_create(edition=edition, city=city)
    figures = queries.fingerprint(queries.own_figures(edition, city))
    if seen != figures:
        raise DomainError(
            _("A figure changed while you were reading, so that nothing was confirmed."),
            next_step=_("Look at the figures again, then confirm."),
            code="figures_changed",
        )
    now = timezone.now()
    review.looked_at = review.looked_at or now
    review.confirmed_at, review.confirmed_by, review.confirmed_figures = now, by, figures
    review.save()
    audit.record(by=by, action="cities.confirm_figures", subject=review, edition=edition, figures=figures)
    return review


def to_invite(by: Any, edition: Edition, *, reminder: bool) -> list[int]:
    """The cities (primary keys) with a team that an invitation, or a reminder, would go to now.

    An invitation goes once. A reminder goes to those who were invited and neither confirmed nor objected.
    """
    cities = queries.cities_in_dialogue(by, edition).filter(has_team=True)
    if not reminder:
        return [one.city_id for one in cities if one.invited_at is None]
    long_ago = timezone.now() - BETWEEN_REMINDERS
    return [
        one.city_id
        for one in cities
        if one.invited_at and not one.confirmed_at and not one.waiting and not one.decided
        and max(one.invited_at, one.reminded_at or one.invited_at) < long_ago
    ]  # fmt: skip


@transaction.atomic
def invite_cities(*, by: Any, edition: Edition, reminder: bool = False) -> Invited:
    """Writes to the teams of the cities, each person in the person's language; returns how many."""
    require(by, "cities.invite_cities", edition)
    window = queries.window_of(edition)
    if window is None:
        raise DomainError(
            _("The data dialogue has no dates yet, so that a mail could not say until when."),
            next_step=_("Enter them in the edition's calendar first."),
            code="no_window",
        )
    keys = to_invite(by, edition, reminder=reminder)
    if not keys:
        raise DomainError(
            _("There is nobody to remind now.") if reminder else _("There is nobody to invite now."),
            next_step=_(
                "A reminder goes to cities that were invited the day before or earlier, and are silent since."
            )
            if reminder
            else _("Every city with a team was invited; give the others a team under People."),
            code="nobody",
        )
    cities = {city.teryt: city for city in City.objects.filter(pk__in=keys)}
    field = "reminded_at" if reminder else "invited_at"
    now = timezone.now()
    CityReview.objects.bulk_create(
        [CityReview(edition=edition, city=city, **{field: now}) for city in cities.values()],
        update_conflicts=True, unique_fields=["edition", "city"], update_fields=[field],
    )  # fmt: skip
    letters = _people_by_person(edition, cities.keys())
    for person, codes in letters.items():
        notices.invite(person, edition, window, [cities[code] for code in codes], reminder=reminder)
    audit.record(
        by=by, action="cities.remind_cities" if reminder else "cities.invite_cities", subject=edition,
        edition=edition, cities=sorted(cities), mails=len(letters),
    )  # fmt: skip
    return Invited(len(cities), len(letters))


def _people_by_person(edition: Edition, codes: Collection[str]) -> dict[User, list[str]]:
    """The people to write to, each once, with the codes of their cities."""
    found: dict[User, list[str]] = defaultdict(list)
    for person in queries.team_of(edition).filter(teryt__in=codes):
        if person.teryt not in found[person]:
            found[person].append(person.teryt)
    return found
