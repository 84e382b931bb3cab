"""Reads of people, organisations, mandates and consents."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from ratusz.apps.accounts.models import Consent, ConsentText, Mandate, Organisation, User

MANAGE = "accounts.manage_people"


def people_visible_to(user: Any) -> QuerySet[User]:
    """Everybody for those who manage people, oneself for a person, nobody for a stranger."""
    people = User.objects.filter(erased_at=None)
    if _manages(user):
        return people
    return people.filter(pk=user.pk) if _known(user) else people.none()


def organisations_visible_to(user: Any) -> QuerySet[Organisation]:
    """All for those who manage people; to a person, those for which the person acts."""
    if _manages(user):
        return Organisation.objects.all()
    return organisations_of(user)


def mandates_visible_to(user: Any) -> QuerySet[Mandate]:
    """All for those who manage people, one's own for a person."""
    mandates = Mandate.objects.select_related("user", "organisation")
    if _manages(user):
        return mandates
    return mandates.filter(user=user) if _known(user) else mandates.none()


def mandates_on(day: date) -> QuerySet[Mandate]:
    """The mandates in force on a day: who was in office then."""
    return Mandate.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


def organisations_of(user: Any) -> QuerySet[Organisation]:
    """The organisations for which the person acts today."""
    if not _known(user):
        return Organisation.objects.none()
    return Organisation.objects.filter(
        pk__in=mandates_on(timezone.localdate()).filter(user=user).values("organisation")
    )


def texts() -> QuerySet[ConsentText]:
    """The consent texts in all versions; they are public."""
    return ConsentText.objects.all()


def newest_texts() -> list[ConsentText]:
    """The text in force for each purpose."""
    return list(ConsentText.objects.order_by("purpose", "-version").distinct("purpose"))


def consents_of(user: User) -> QuerySet[Consent]:
    """The person's ledger, newest first."""
    return Consent.objects.filter(user=user).select_related("text")


def has_consent(user: User, purpose: str) -> bool:
    """True while the person's consent for the purpose stands, in whichever wording it was given."""
    return Consent.objects.filter(user=user, text__purpose=purpose, withdrawn_at=None).exists()


def _known(user: Any) -> bool:
    return user is not None and user.is_authenticated and user.is_active


def _manages(user: Any) -> bool:
    return _known(user) and user.has_perm(MANAGE)
