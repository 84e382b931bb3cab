from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts import privacy
from ratusz.apps.accounts.models import Consent, Mandate, User
from ratusz.apps.accounts.queries import MANAGE
from ratusz.apps.core import audit
from ratusz.apps.core.access import require
from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.models import Mail


@transaction.atomic
def erase_person(*, person: User, by: User) -> User:
    """Takes everything that names the person out of the row and ends what the person held.

    The row stays without a name, so that the audit log and published results keep their references.
    """
    if by != person:
        require(by, MANAGE)
    if person.erased_at:
        return person
    _keep_an_administrator(person)
    today = timezone.localdate()
    Mandate.objects.filter(user=person, valid_from__gt=today).delete()
    # A mandate that runs, or ends later, ends today; the office itself is public and stays.
    Mandate.objects.filter(user=person, valid_from__lte=today).exclude(valid_to__lt=today).update(
        valid_to=today
    )
    Consent.objects.filter(user=person, withdrawn_at=None).update(withdrawn_at=timezone.now())
    Authenticator.objects.filter(user=person).delete()
    _erase_mails(person)
    EmailAddress.objects.filter(user=person).delete()
    privacy.erase_elsewhere(person)
    _anonymise(person)
    _close_sessions(person)
    audit.record(by=by, action="accounts.erase_person", subject=person)
    return person


def _keep_an_administrator(person: User) -> None:
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=person.pk)
    if person.is_superuser and not others.exists():
        raise DomainError(
            _("You are the only administrator, and a site without one cannot be kept alive."),
            next_step=_("Make another person an administrator first."),
            code="last_administrator",
        )


def _erase_mails(person: User) -> None:
    addresses = {person.email, *EmailAddress.objects.filter(user=person).values_list("email", flat=True)}
    for address in addresses:
        for mail in Mail.objects.filter(to__icontains=address):
            recipients = [one.strip() for one in mail.to.split(",")]
            rest = [one for one in recipients if one.lower() != address.lower()]
            if not rest:
                mail.delete()
            elif rest != recipients:
                mail.to = ", ".join(rest)
                mail.save(update_fields=["to"])


def _anonymise(person: User) -> None:
    person.email = f"erased-{person.pk}@invalid"
    person.full_name = ""
    person.is_active = person.is_staff = person.is_superuser = False
    person.erased_at = timezone.now()
    person.last_login = None
    person.set_unusable_password()  # also makes every session key of the person invalid
    person.save()
    person.groups.clear()
    person.user_permissions.clear()


def _close_sessions(person: User) -> None:
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()
