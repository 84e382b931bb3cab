from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import Consent, ConsentText, User
from ratusz.apps.accounts.queries import MANAGE
from ratusz.apps.core import audit
from ratusz.apps.core.access import require
from ratusz.apps.core.errors import DomainError, NotAllowed


@transaction.atomic
def publish_consent_text(
    *, purpose: str, title_pl: str, text_pl: str, title_en: str = "", text_en: str = "", by: User
) -> ConsentText:
    """Publishes the next version of a text; consents to earlier ones stand as they were given."""
    require(by, MANAGE)
    newest = ConsentText.objects.filter(purpose=purpose).aggregate(Max("version"))["version__max"] or 0
    text = ConsentText.objects.create(
        purpose=purpose,
        version=newest + 1,
        title_pl=title_pl,
        title_en=title_en,
        text_pl=text_pl,
        text_en=text_en,
    )
    audit.record(by=by, action="accounts.publish_consent_text", subject=text)
    return text


@transaction.atomic
def give_consent(*, user: User, text: ConsentText, by: User) -> Consent:
    """Writes the person's own consent to these words; it replaces the consent to an earlier wording."""
    _only_by_the_person(user, by)
    if ConsentText.objects.filter(purpose=text.purpose, version__gt=text.version).exists():
        raise DomainError(
            _("The wording has changed since you opened the page."),
            next_step=_("Read the new wording and decide again."),
            code="consent_text_outdated",
        )
    standing = Consent.objects.filter(user=user, text=text, withdrawn_at=None).first()
    if standing:
        return standing
    Consent.objects.filter(user=user, text__purpose=text.purpose, withdrawn_at=None).update(
        withdrawn_at=timezone.now()
    )
    consent = Consent.objects.create(user=user, text=text)
    audit.record(by=by, action="accounts.give_consent", subject=consent)
    return consent


@transaction.atomic
def withdraw_consent(*, consent: Consent, by: User) -> Consent:
    """Withdraws the person's own consent from now on."""
    _only_by_the_person(consent.user, by)
    if consent.withdrawn_at is None:
        consent.withdrawn_at = timezone.now()
        consent.save(update_fields=["withdrawn_at"])
        audit.record(by=by, action="accounts.withdraw_consent", subject=consent)
    return consent


def _only_by_the_person(user: User, by: User) -> None:
    # RODO, art. 4(11): consent is given by the person whom the data concern.
    if user != by:
        raise NotAllowed(
            _("Only the person can give or withdraw a consent."),
            next_step=_("Ask the person to sign in and decide on the page “My data and consents”."),
            code="consent_of_another",
        )
