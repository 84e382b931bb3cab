"""The invented people, their organisations and their roles."""

from datetime import date
from functools import cache

from ratusz.apps.accounts import services as accounts
from ratusz.apps.accounts.models import Organisation, User
from ratusz.apps.editions import services as editions
from ratusz.apps.editions.models import Edition, Programme, Role
from ratusz.apps.editions.services import FIELDS
from ratusz.demo import content

ADMINISTRATOR = "administrator"


@cache
def addresses() -> dict[str, str]:
    """The e-mail address of each person by the person's key."""
    return {person["key"]: person["email"] for person in content.people()}


def person(key: str) -> User:
    """A person of the demo, read anew: a person remembers roles that were asked for before."""
    return User.objects.get(email=addresses()[key])


def load_people(*, since: date) -> None:
    """Makes the administrator, who makes everybody else, with organisations and mandates."""
    every = {one["key"]: one for one in content.people()}
    chief = every[ADMINISTRATOR]
    admin = User.objects.create_superuser(chief["email"], full_name=chief["full_name"])
    organisations = {}
    for one in content.read("editions")["organisation"]:
        organisations[one["key"]] = accounts.create_organisation(
            kind=one["kind"], name=one["name"], teryt=one.get("teryt", ""), nip=one.get("nip", ""), by=admin
        )
    for key, one in every.items():
        if key == ADMINISTRATOR:
            continue
        user = accounts.create_person(email=one["email"], full_name=one["full_name"], by=admin)
        if organisation := organisations.get(one.get("organisation", "")):
            accounts.give_mandate(
                user=user, organisation=organisation, valid_from=since, position=one["position"], by=admin
            )


def organisation_of(partner: dict) -> Organisation:
    """The organisation of a partner by its NIP, made if missing."""
    found = Organisation.objects.filter(nip=partner["nip"]).first()
    return found or accounts.create_organisation(
        kind=partner["organisation_kind"], name=f"{partner['name_pl']} (organizacja zmyślona)", nip=partner["nip"],
        by=person(ADMINISTRATOR),
    )  # fmt: skip


def open_edition(*, programme: Programme, facts: dict, session: date) -> Edition:
    """Opens an edition of the demo and gives everybody their roles in it."""
    admin = person(ADMINISTRATOR)
    edition = editions.create_edition(
        programme=programme, session_date=session, by=admin,
        **{field: facts[field] for field in FIELDS if field in facts},
    )  # fmt: skip
    for one in content.people():
        for role in one["roles"]:
            editions.assign_role(edition=edition, user=person(one["key"]), role=role, by=admin)
    # Whoever opens an edition becomes its organiser; here that was only the installer.
    editions.revoke_role(edition=edition, user=admin, role=Role.ORGANISER, by=admin)
    return edition
