from datetime import timedelta

import pytest
from django.utils import timezone

from ratusz.apps.accounts.models import User
from ratusz.apps.cities import services
from ratusz.apps.cities.models import City, Indicator, Source
from ratusz.apps.editions.models import Edition, Phase, Programme, Role, RoleAssignment


@pytest.fixture
def edition(db) -> Edition:
    programme = Programme.objects.create(
        slug="miasta", name_pl="Miasta przyszłości", organiser="Ośrodek Dialogu", contact_email="biuro@example.org"
    )
    edition = Edition.objects.create(
        programme=programme, year=2026, name_pl="Miasta przyszłości 2026", is_current=True, session_number=1
    )
    now = timezone.now()
    Phase.objects.create(
        edition=edition, kind=Phase.Kind.MEASURE, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=30)
    )
    return edition


@pytest.fixture
def organiser(edition: Edition) -> User:
    user = User.objects.create_user("ola@example.org", full_name="Ola Organizator", is_staff=True)
    RoleAssignment.objects.create(edition=edition, user=user, role=Role.ORGANISER)
    return user


@pytest.fixture
def stranger(db) -> User:
    return User.objects.create_user("jan@example.org", full_name="Jan Gość")


@pytest.fixture
def source(db) -> Source:
    return Source.objects.get_or_create(code="gus", defaults=services.registry.GUS)[0]


@pytest.fixture
def cities66(db) -> list[City]:
    services.load_registry()
    return list(City.objects.filter(county_rights=True))


@pytest.fixture
def unemployment(source: Source) -> Indicator:
    return make_indicator("unemployment", source, name_pl="Stopa bezrobocia", unit_pl="%", direction=-1)


@pytest.fixture
def wage(source: Source) -> Indicator:
    return make_indicator("wage", source, name_pl="Przeciętne wynagrodzenie", unit_pl="zł", direction=1)


def make_indicator(code: str, source: Source, **fields) -> Indicator:
    defaults = {
        "name_pl": code, "definition_pl": "Opis.", "reason_pl": "Powód.", "unit_pl": "szt.", "direction": 1,
        "source": source,
    }  # fmt: skip
    return Indicator.objects.create(code=code, **(defaults | fields))
