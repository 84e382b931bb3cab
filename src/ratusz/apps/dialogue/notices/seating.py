"""Mails about the seating: each participant whose way through the day is new or another, in their language."""

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from ratusz.apps.dialogue.models import Registration, Seat, SeatingPlan


def route_changed(plan: SeatingPlan, people: Sequence[Registration], *, first: bool) -> None:
    """Sends each of the people their way through the day."""
    seats = Seat.objects.filter(plan=plan, registration__in=people)
    routes: dict[int, list[Seat]] = {}
    for seat in seats.select_related("round__block", "table__room").order_by("round__starts_at", "pk"):
        routes.setdefault(seat.registration_id, []).append(seat)
    for person in people:
        if person.user is None:
            continue
        with translation.override(person.user.language):
            page = settings.BASE_URL + reverse("dialogue:route", args=[plan.session.edition.year])
            text = render_to_string(
                "dialogue/mail/route_changed.txt",
                {"plan": plan, "route": routes.get(person.pk, []), "page": page, "first": first},
            )
            subject = (
                translation.gettext("Your tables at the Dialogue Session")
                if first
                else translation.gettext("Your tables at the Dialogue Session have changed")
            )
            send_mail(subject, text, None, [person.email])
