"""Mails of the data dialogue, each in the language of its reader."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from ratusz.apps.accounts.models import User
from ratusz.apps.cities import queries
from ratusz.apps.cities.models import City, Objection
from ratusz.apps.editions.models import Edition, Phase


def invite(person: User, edition: Edition, window: Phase, cities: Sequence[City], *, reminder: bool) -> None:
    """Asks a member of a city's team to look at the figures, or reminds them."""
    with translation.override(person.language):
        title = _("Please check the figures of your city: %(edition)s") % {"edition": edition.name}
        if reminder:
            title = _("Reminder: %(title)s") % {"title": title}
        page = settings.BASE_URL + reverse("cities:own_index", args=[edition.year])
        _send(person, title, "invitation", edition=edition, window=window, cities=cities, page=page)


def receipt(objection: Objection, *, changed: bool) -> None:
    """Tells the author that the objection arrived, with its number and what it says."""
    with translation.override(objection.by.language):
        title = (
            _("Objection no. %(number)s: change received")
            if changed
            else _("Objection no. %(number)s: received")
        )
        document = getattr(objection, "document", None)
        _send(
            objection.by, title % {"number": objection.pk}, "receipt", objection=objection, document=document,
            window=_window(objection.edition), page=_page(objection),
        )  # fmt: skip


def decision(objection: Objection) -> None:
    """Tells the author what was decided and why, or the city's team where the author acts for it no longer."""
    team = list(queries.team_of(objection.edition).filter(teryt=objection.city.teryt))
    for person in [objection.by] if objection.by in team else dict.fromkeys(team):
        with translation.override(person.language):
            title = _("Objection no. %(number)s: %(state)s") % {
                "number": objection.pk,
                "state": objection.get_state_display().lower(),
            }
            _send(person, title, "decision", objection=objection, page=_page(objection))


def _window(edition: Edition) -> Phase | None:
    return next((phase for phase in edition.phases.all() if phase.kind == Phase.Kind.VERIFY), None)


def _page(objection: Objection) -> str:
    address = reverse(
        "cities:own_figure",
        args=[objection.edition.year, objection.city.teryt, objection.indicator.code],
    )
    return settings.BASE_URL + address


def _send(person: User, title: str, template: str, **context: Any) -> None:
    send_mail(title, render_to_string(f"cities/mail/{template}.txt", context), None, [person.email])
