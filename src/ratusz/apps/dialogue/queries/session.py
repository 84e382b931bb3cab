from ratusz.apps.dialogue.models import Session
from ratusz.apps.editions.models import Edition


def session_of(edition: Edition) -> Session | None:
    """The session of the edition, where one is prepared."""
    return Session.objects.select_related("edition").filter(edition=edition).first()
