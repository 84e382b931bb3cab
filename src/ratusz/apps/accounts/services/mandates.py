from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import Mandate, Organisation, User
from ratusz.apps.accounts.queries import MANAGE
from ratusz.apps.core import audit
from ratusz.apps.core.access import require
from ratusz.apps.core.errors import DomainError


@transaction.atomic
def give_mandate(
    *,
    user: User,
    organisation: Organisation,
    valid_from: date,
    valid_to: date | None = None,
    position: str = "",
    by: User,
) -> Mandate:
    """Lets a person act for an organisation from a day, to a day or until it is ended."""
    require(by, MANAGE)
    _check_order(valid_from, valid_to)
    same = Mandate.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=valid_from), user=user, organisation=organisation
    )
    if valid_to:
        same = same.filter(valid_from__lte=valid_to)
    if overlapping := same.first():
        raise DomainError(
            _("%(person)s already acts for %(organisation)s from %(day)s.")
            % {
                "person": user,
                "organisation": organisation,
                "day": date_format(overlapping.valid_from, "DATE_FORMAT"),
            },
            next_step=_("End that mandate first, or choose other dates."),
            field="valid_from",
            code="mandate_overlaps",
        )
    mandate = Mandate.objects.create(
        user=user,
        organisation=organisation,
        position=position.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
    )
    audit.record(
        by=by, action="accounts.give_mandate", subject=mandate, valid_from=valid_from, valid_to=valid_to
    )
    return mandate


@transaction.atomic
def end_mandate(*, mandate: Mandate, on: date, by: User) -> Mandate:
    """Ends a mandate with a day, which is its last."""
    require(by, MANAGE)
    _check_order(mandate.valid_from, on)
    mandate.valid_to = on
    mandate.save(update_fields=["valid_to"])
    audit.record(by=by, action="accounts.end_mandate", subject=mandate, valid_to=on)
    return mandate


@transaction.atomic
def hand_over_mandate(*, mandate: Mandate, successor: User, on: date, by: User) -> Mandate:
    """Gives the mandate to a successor from a day; the predecessor acts until the day before."""
    require(by, MANAGE)
    if successor == mandate.user:
        raise DomainError(
            _("%(person)s holds this mandate already.") % {"person": successor},
            next_step=_("Choose the person who takes over."),
            field="successor",
            code="mandate_same_person",
        )
    end_mandate(mandate=mandate, on=on - timedelta(days=1), by=by)
    return give_mandate(
        user=successor, organisation=mandate.organisation, position=mandate.position, valid_from=on, by=by
    )


def _check_order(valid_from: date, valid_to: date | None) -> None:
    if valid_to and valid_to < valid_from:
        raise DomainError(
            _("The mandate would end on %(end)s, before it begins on %(start)s.")
            % {"end": date_format(valid_to, "DATE_FORMAT"), "start": date_format(valid_from, "DATE_FORMAT")},
            next_step=_("Set a last day that is not before the first."),
            field="valid_to",
            code="mandate_ends_before_start",
        )
