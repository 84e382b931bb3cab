"""Wishes for a seat beside another city at the Dialogue Session."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.cities.models import City, CityInEdition
from ratusz.apps.cities.queries.dialogue import cities_acted_for
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import require
from ratusz.apps.ranking.models import SeatRequest

ASK = "ranking.ask_for_seat"
MOST_SEATS = 5


def ask_for_seat(
    *,
    edition: Edition,
    city: City,
    peer: City,
    reason: str = SeatRequest.Reason.FREE,
    note: str = "",
    by: User,
) -> SeatRequest:
    """Stores that the city would like to sit beside the peer; a wish that stands already is returned as it is."""
    require(by, ASK, edition)
    _require_mandate(by, edition, city)
    if city == peer:
        raise DomainError(
            _("A city cannot ask for a seat beside itself."),
            next_step=_("Choose another city."),
            field="peer",
            code="itself",
        )
    note = " ".join(note.split())
    if len(note) > SeatRequest.NOTE_LENGTH:
        raise DomainError(
            _("The note has %(length)d characters; at most %(most)d fit.")
            % {"length": len(note), "most": SeatRequest.NOTE_LENGTH},
            next_step=_("Shorten it."),
            field="note",
            code="too_long",
        )
    with transaction.atomic():
        # Two clicks at once must not pass the limit together.
        members = set(
            CityInEdition.objects.select_for_update(of=["self"])
            .filter(edition=edition, city__in=[city, peer])
            .order_by("pk")
            .values_list("city_id", flat=True)
        )
        if peer.pk not in members:
            raise DomainError(
                _("%(city)s does not take part in this edition.") % {"city": peer},
                next_step=_("Choose a city of the edition."),
                field="peer",
                code="not_in_edition",
            )
        standing = SeatRequest.objects.filter(edition=edition, city=city, withdrawn_at=None)
        if found := standing.filter(peer=peer).first():
            return found
        if standing.count() >= MOST_SEATS:
            raise DomainError(
                _("%(city)s has asked for %(most)d seats, which is the most.")
                % {"city": city, "most": MOST_SEATS},
                next_step=_("Withdraw one of them first."),
                code="too_many",
            )
        request = SeatRequest.objects.create(
            edition=edition, city=city, peer=peer, reason=reason, note=note, asked_by=by
        )
        audit.record(by=by, action=ASK, subject=request, edition=edition, reason=request.reason)
    return request


def withdraw_seat_request(*, request: SeatRequest, by: User) -> SeatRequest:
    """Takes the wish back; it stays in the history and can be asked anew."""
    require(by, ASK, request.edition)
    _require_mandate(by, request.edition, request.city)
    with transaction.atomic():
        request = SeatRequest.objects.select_for_update(of=["self"]).get(pk=request.pk)
        if request.withdrawn_at is None:
            request.withdrawn_at = timezone.now()
            request.save(update_fields=["withdrawn_at"])
            audit.record(
                by=by, action="ranking.withdraw_seat_request", subject=request, edition=request.edition
            )
    return request


def _require_mandate(by: User, edition: Edition, city: City) -> None:
    if not cities_acted_for(by, edition).filter(pk=city.pk).exists():
        raise NotAllowed(
            _("You act for %(city)s in this edition only with a mandate of that city in force today.")
            % {"city": city},
            next_step=_("Ask the organiser for the mandate of your city."),
            code="no_mandate",
        )
