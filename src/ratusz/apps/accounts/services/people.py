from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.accounts.queries import MANAGE
from ratusz.apps.core import audit
from ratusz.apps.core.access import require
from ratusz.apps.core.errors import DomainError


@transaction.atomic
def create_person(*, email: str, full_name: str, language: str = "pl", by: User) -> User:
    """Creates an account that its owner enters with a code sent to the address."""
    require(by, MANAGE)
    address = email.strip().lower()
    if User.objects.filter(email=address).exists():
        raise DomainError(
            _("There is already a person with the e-mail %(email)s.") % {"email": address},
            next_step=_("Open that person and give the role or the mandate there."),
            field="email",
            code="email_taken",
        )
    person = User.objects.create_user(address, full_name=full_name.strip(), language=language)
    audit.record(by=by, action="accounts.create_person", subject=person)
    return person


@transaction.atomic
def change_person(*, person: User, full_name: str, language: str, by: User) -> User:
    """Changes the name and the language; the address is changed by the person, who must confirm it."""
    if by != person:
        require(by, MANAGE)
    changed = [
        field for field, value in (("full_name", full_name.strip()), ("language", language))
        if getattr(person, field) != value
    ]  # fmt: skip
    person.full_name, person.language = full_name.strip(), language
    person.save(update_fields=["full_name", "language"])
    if changed:
        audit.record(by=by, action="accounts.change_person", subject=person, changed=changed)
    return person
