from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import Organisation, User
from ratusz.apps.accounts.queries import MANAGE
from ratusz.apps.accounts.rules import clean_nip, clean_teryt
from ratusz.apps.core import audit
from ratusz.apps.core.access import require
from ratusz.apps.core.errors import DomainError

FIELDS = ("kind", "name", "teryt", "nip", "website")


def create_organisation(
    *, kind: str, name: str, teryt: str = "", nip: str = "", website: str = "", by: User
) -> Organisation:
    """Adds an organisation, known by its TERYT code or its NIP."""
    return _save(Organisation(kind=kind, name=name.strip(), website=website), teryt, nip, by, "create")


def change_organisation(
    *,
    organisation: Organisation,
    kind: str,
    name: str,
    teryt: str = "",
    nip: str = "",
    website: str = "",
    by: User,
) -> Organisation:
    """Changes an organisation; its number stays a number of nobody else."""
    organisation.kind, organisation.name, organisation.website = kind, name.strip(), website
    return _save(organisation, teryt, nip, by, "change")


@transaction.atomic
def _save(organisation: Organisation, teryt: str, nip: str, by: User, verb: str) -> Organisation:
    require(by, MANAGE)
    organisation.teryt = clean_teryt(teryt) if teryt else None
    organisation.nip = clean_nip(nip) if nip else None
    _check_number(organisation)
    _check_unique(organisation)
    before = Organisation.objects.filter(pk=organisation.pk).values(*FIELDS).first() or {}
    organisation.save()
    changed = {
        field: getattr(organisation, field)
        for field in FIELDS
        if getattr(organisation, field) != before.get(field)
    }
    audit.record(by=by, action=f"accounts.{verb}_organisation", subject=organisation, changed=changed)
    return organisation


def _check_number(organisation: Organisation) -> None:
    if organisation.kind == Organisation.Kind.LOCAL_GOVERNMENT and not organisation.teryt:
        raise DomainError(
            _("A local government is known by its TERYT code, and there is none."),
            next_step=_("Write the seven digits, for example 1061011 for Łódź."),
            field="teryt",
            code="teryt_required",
        )
    if organisation.kind != Organisation.Kind.LOCAL_GOVERNMENT and organisation.teryt:
        raise DomainError(
            _("Only a local government has a TERYT code, and this is: %(kind)s.")
            % {"kind": organisation.get_kind_display()},
            next_step=_("Leave the TERYT code empty, or change the type."),
            field="teryt",
            code="teryt_not_allowed",
        )
    if (
        organisation.kind not in {Organisation.Kind.LOCAL_GOVERNMENT, Organisation.Kind.EXPERT}
        and not organisation.nip
    ):
        raise DomainError(
            _("An organisation of this type is known by its NIP, and there is none: %(kind)s.")
            % {"kind": organisation.get_kind_display()},
            next_step=_("Write the ten digits of the NIP."),
            field="nip",
            code="nip_required",
        )


def _check_unique(organisation: Organisation) -> None:
    for field in ("teryt", "nip"):
        number = getattr(organisation, field)
        twin = (
            Organisation.objects.filter(**{field: number}).exclude(pk=organisation.pk).first()
            if number
            else None
        )
        if twin:
            raise DomainError(
                _("The number %(number)s already belongs to %(name)s.")
                % {"number": number, "name": twin.name},
                next_step=_(
                    "Use that organisation: one body is entered once, whatever its name is spelt like."
                ),
                field=field,
                code="organisation_twice",
            )
