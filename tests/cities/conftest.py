from datetime import timedelta

import pytest
from django.utils import timezone

from ratusz.apps.accounts.models import User
from ratusz.apps.cities import services
from ratusz.apps.cities.models import City, Indicator, Source
from ratusz.apps.core.imports import services as imports
from ratusz.apps.editions.models import Edition, Phase, Programme, Role, RoleAssignment


@pytest.fixture
def edition(db) -> Edition:
    programme = Programme.objects.create(
        slug="miasta",
        name_pl="Miasta przyszłości",
        organiser="Ośrodek Dialogu",
        contact_email="biuro@example.org",
    )
    edition = Edition.objects.create(
        programme=programme, year=2026, name_pl="Miasta przyszłości 2026", is_current=True, session_number=1
    )
    now = timezone.now()
    Phase.objects.create(
        edition=edition,
        kind=Phase.Kind.MEASURE,
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=30),
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
        "name_pl": code,
        "definition_pl": "Opis.",
        "reason_pl": "Powód.",
        "unit_pl": "szt.",
        "direction": 1,
        "source": source,
    }
    return Indicator.objects.create(code=code, **(defaults | fields))


def upload(by, edition, text: str | bytes, file_name: str = "dane.csv", target: str = "observations"):
    """A batch from the text of a file."""
    data = text if isinstance(text, bytes) else text.encode()
    return imports.upload(by=by, target=target, file_name=file_name, data=data, edition=edition)


def choose(batch, by, *, columns=None, decisions=None, **options):
    """The batch revised: roles or years of columns by index, decisions, options of the file."""
    mapping = {**batch.mapping, "options": {**batch.mapping["options"], **options}}
    for index, change in (columns or {}).items():
        mapping["columns"][index] |= {"role": change} if isinstance(change, str) else change
    return imports.revise(
        by=by, batch=batch, mapping=mapping, decisions={**batch.decisions, **(decisions or {})}
    )


def confirm_and_apply(batch, by):
    """The batch applied as the worker would, in this process."""
    imports.confirm(by=by, batch=batch, revision=batch.revision, start=lambda pk: None)
    imports.apply(batch.pk)
    batch.refresh_from_db()
    assert batch.state == "applied", batch.error
    return batch


def said(batch) -> list[tuple[str, str]]:
    """Severity and code of every message of a batch."""
    return [(message["severity"], message["code"]) for message in batch.report["messages"]]
