from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import NotAllowed
from ratusz.apps.dialogue.models import Registration
from ratusz.apps.dialogue.models.feeds import PersonalFeed
from ratusz.apps.dialogue.models.people import new_code


@transaction.atomic
def renew_feed(*, by: User, registration: Registration) -> PersonalFeed:
    """Gives the person a new secret address of the own calendar; the old one shows nothing from now on."""
    if registration.user_id != by.pk:
        raise NotAllowed(
            _("Only the person can make an address of their own calendar."), code="feed_of_another"
        )
    feed, _made = PersonalFeed.objects.update_or_create(
        registration=registration, defaults={"code": new_code(), "made_at": timezone.now()}
    )
    audit.record(
        by=by, action="dialogue.renew_feed", subject=registration, edition=registration.session.edition
    )
    return feed


@transaction.atomic
def end_feed(*, by: User, registration: Registration) -> None:
    """Takes the secret address away."""
    if registration.user_id != by.pk:
        raise NotAllowed(code="feed_of_another")
    PersonalFeed.objects.filter(registration=registration).delete()
    audit.record(
        by=by, action="dialogue.end_feed", subject=registration, edition=registration.session.edition
    )
