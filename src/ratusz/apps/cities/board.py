"""What the data dialogue asks of people under "My edition", and what came of it."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ratusz.apps.accounts.models import User
from ratusz.apps.cities import queries
from ratusz.apps.cities.models import Objection
from ratusz.apps.editions import tasks_board
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import may
from ratusz.apps.editions.tasks_board import Outcome, Task

State = Objection.State


def provide(user: User, edition: Edition) -> Iterator[Task | Outcome]:
    """The tasks and outcomes of the data dialogue."""
    yield from _of_organisers(user, edition)
    yield from _of_city_teams(user, edition)


def _of_organisers(user: User, edition: Edition) -> Iterator[Task]:
    if not edition.is_current or not may(user, "cities.decide_objection", edition):
        return
    if (
        count := queries.objections_visible_to(user, edition)
        .filter(state=State.WAITING, sent_at__isnull=False)
        .count()
    ):
        closes = max(
            (p.closes_at for p in edition.phases.all() if p.kind in {"verify", "rank"}), default=None
        )
        title = ngettext(
            "%(number)d objection waits for a decision", "%(number)d objections wait for a decision", count
        )
        yield Task(
            title % {"number": count}, f"{reverse('objection_index')}?state={State.WAITING}",
            _("Each decision needs a reason, which is public; the ranking runs on the figures as they then stand."),
            closes,
        )  # fmt: skip


def _of_city_teams(user: User, edition: Edition) -> Iterator[Task | Outcome]:
    cities = list(queries.cities_acted_for(user, edition))
    if not cities:
        return
    window = queries.window_of(edition)
    reviews = {one.city_id: one for one in queries.reviews_visible_to(user, edition)}
    objections = list(queries.objections_visible_to(user, edition))
    is_open = may(user, "cities.object", edition)
    for city in cities:
        own = [one for one in objections if one.city_id == city.pk]
        page = reverse("cities:own", args=[edition.year, city.teryt])
        review = reviews.get(city.pk)
        if is_open and not (review and review.confirmed_at):
            yield Task(
                _("Look at the figures of %(city)s") % {"city": city}, page,
                _("Confirm them, or object with a source: the ranking runs on them."),
                window.closes_at if window else None,
            )  # fmt: skip
        elif review and review.confirmed_at:
            yield Outcome(
                _("The figures of %(city)s are confirmed") % {"city": city}, page, at=review.confirmed_at
            )
        if not is_open and window:
            yield Outcome(_("The figures of %(city)s") % {"city": city}, page, text=_("always open to you"))
        for one in own:
            yield from _of_objection(one, edition, is_open)


def _of_objection(one: Objection, edition: Edition, is_open: bool) -> Iterator[Task | Outcome]:
    page = reverse("cities:own_figure", args=[edition.year, one.city.teryt, one.indicator.code])
    words = {"city": one.city, "indicator": one.indicator}
    if one.state == State.DRAFT and is_open:
        window = queries.window_of(edition)
        yield Task(
            _("Send or delete the draft: %(city)s, %(indicator)s") % words, page,
            _("Nobody but your team sees a draft."), window.closes_at if window else None,
        )  # fmt: skip
    elif one.state == State.WAITING:
        yield Outcome(_("Objection sent: %(city)s, %(indicator)s") % words, page, at=one.sent_at)
    elif one.state == State.ACCEPTED:
        yield Outcome(_("Objection accepted: %(city)s, %(indicator)s") % words, page, at=one.decided_at)
    elif one.state == State.REJECTED:
        yield Outcome(_("Objection rejected: %(city)s, %(indicator)s") % words, page, at=one.decided_at)


def register() -> None:
    """Puts the data dialogue on the board."""
    tasks_board.register(provide)
