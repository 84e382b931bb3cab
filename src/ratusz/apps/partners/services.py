"""Writes: organisations with their logos, and what they are to an edition."""

from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import require
from ratusz.apps.partners.logos import accepted
from ratusz.apps.partners.models import Partner, Partnership

PARTNER_FIELDS = ("name_pl", "name_en", "organisation", "about_pl", "about_en", "url", "alt_pl", "alt_en")
PARTNERSHIP_FIELDS = ("partner", "kind", "order", "approval", "notice_days", "requested_on")


@transaction.atomic
def save_partner(
    *, by: Any, edition: Edition, partner: Partner | None = None, logo: File | None = None, **fields: Any
) -> Partner:
    """Creates or changes a partner organisation; a new logo must be approved again in this edition.

    `edition` is the one in which the person acts: the organisation itself belongs to none.
    """
    require(by, "partners.change", edition)
    new = partner is None
    partner = partner or Partner()
    changed = assign(partner, PARTNER_FIELDS, fields)
    if logo is not None:
        content = accepted(logo)
        partner.logo.save(content.name, content, save=False)
        changed.append("logo")
    if partner.logo and not partner.alt_pl.strip():
        raise DomainError(
            _("The logo has no text that says what it shows."),
            next_step=_("Write it in Polish: usually the name as the logo writes it."),
            field="alt_pl",
            code="alt_missing",
        )
    partner.full_clean(exclude=["logo"])
    partner.save()
    if "logo" in changed and not new:
        approved = edition.partnerships.filter(partner=partner, approval=Partnership.Approval.APPROVED)
        approved.update(approval=Partnership.Approval.SENT)
    audit.record(
        by=by, action="partners.add_partner" if new else "partners.change_partner", subject=partner,
        edition=edition, changed=changed,
    )  # fmt: skip
    return partner


@transaction.atomic
def save_partnership(
    *,
    by: Any,
    edition: Edition,
    partnership: Partnership | None = None,
    late_is_known: bool = False,
    **fields: Any,
) -> Partnership:
    """Creates or changes what an organisation is to the edition; warns of a patronage asked for too late."""
    require(by, "partners.change", edition)
    if partnership is not None and partnership.edition_id != edition.pk:
        require(by, "partners.change", partnership.edition)
    new = partnership is None
    partnership = partnership or Partnership()
    partnership.edition = edition
    changed = assign(partnership, PARTNERSHIP_FIELDS, fields)
    if partnership.kind != Partnership.Kind.PATRON:
        partnership.notice_days = partnership.requested_on = None
    if not late_is_known:
        check_notice(partnership)
    partnership.full_clean()
    partnership.save()
    audit.record(
        by=by, action="partners.add_partnership" if new else "partners.change_partnership", subject=partnership,
        edition=edition, changed=changed, approval=partnership.approval,
    )  # fmt: skip
    return partnership


@transaction.atomic
def remove_partnership(*, by: Any, partnership: Partnership) -> None:
    """Takes an organisation out of an edition; the organisation stays."""
    require(by, "partners.change", partnership.edition)
    audit.record(
        by=by, action="partners.remove_partnership", subject=partnership, edition=partnership.edition
    )
    partnership.delete()


@transaction.atomic
def remove_partner(*, by: Any, edition: Edition, partner: Partner) -> None:
    """Deletes an organisation that is in no edition."""
    require(by, "partners.change", edition)
    years = sorted(partner.partnerships.values_list("edition__year", flat=True))
    if years:
        raise DomainError(
            _("%(partner)s takes part in the editions %(years)s, and those stay open to the public.")
            % {"partner": partner.name, "years": ", ".join(map(str, years))},
            next_step=_("Take it out of these editions first."),
            code="in_use",
        )
    audit.record(by=by, action="partners.remove_partner", subject=partner, edition=edition)
    partner.delete()


def check_notice(partnership: Partnership) -> None:
    """Refuses a request for patronage that comes later than the patron's office asks for."""
    left, asked = partnership.days_left, partnership.notice_days
    if partnership.requested_on is None or left is None or asked is None or left >= asked:
        return
    raise DomainError(
        _("%(left)s days are left to the session; this office asks for %(asked)s.")
        % {"left": left, "asked": asked},
        next_step=_("Tick “send all the same” to ask nevertheless."),
        field="late_is_known",
        code="patronage_late",
    )


def assign(row: Partner | Partnership, known: tuple[str, ...], fields: dict[str, Any]) -> list[str]:
    """Sets the given fields on the row and returns the names of those that changed."""
    if unknown := fields.keys() - set(known):
        raise TypeError(f"No such fields: {', '.join(sorted(unknown))}")
    changed = [name for name, value in fields.items() if row.pk is None or getattr(row, name) != value]
    for name, value in fields.items():
        setattr(row, name, value)
    return changed
