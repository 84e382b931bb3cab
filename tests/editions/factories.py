"""Editions at any moment of their life, and people with any role."""

from datetime import datetime, timedelta
from itertools import count

from django.utils import timezone

from ratusz.apps.accounts.models import User
from ratusz.apps.editions.models import Edition, Phase, Programme, RoleAssignment

_numbers = count(1)


def make_user(*roles: str, edition: Edition | None = None, **fields) -> User:
    """A person with the roles in the edition."""
    number = next(_numbers)
    fields.setdefault("email", f"person{number}@example.org")
    fields.setdefault("full_name", f"Osoba {number}")
    user = User.objects.create_user(**fields)
    for role in roles:
        RoleAssignment.objects.create(edition=edition, user=user, role=role)
    return User.objects.get(pk=user.pk)


def make_programme() -> Programme:
    """The one programme of the site."""
    programme, _ = Programme.objects.get_or_create(
        slug="miasta-przyszlosci",
        defaults={
            "name_pl": "Miasta Przyszłości",
            "organiser": "Fundacja Przykład",
            "contact_email": "biuro@example.org",
        },
    )
    return programme


def make_edition(
    year: int = 2026, *, current: bool = True, open_phases: tuple[str, ...] = (), **fields
) -> Edition:
    """An edition; the named phases are open now."""
    number = year - 2000
    fields = {"name_pl": f"Edycja {year}", "name_en": f"Edition {year}", "session_number": number,
              "ranking_number": number - 2} | fields  # fmt: skip
    edition = Edition.objects.create(programme=make_programme(), year=year, is_current=current, **fields)
    now = timezone.now()
    for kind in open_phases:
        Phase.objects.create(
            edition=edition, kind=kind, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=1)
        )
    return edition


def at(text: str) -> datetime:
    """A moment on the clock of Warsaw."""
    return timezone.make_aware(datetime.fromisoformat(text))
