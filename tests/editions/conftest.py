import pytest
from django.test import Client

from ratusz.apps.editions.models import Edition, Role
from tests.editions.factories import make_edition, make_user


@pytest.fixture
def edition(db: None) -> Edition:
    return make_edition()


@pytest.fixture
def organiser(edition: Edition):
    return make_user(Role.ORGANISER, edition=edition)


@pytest.fixture
def as_organiser(organiser, settings) -> Client:
    """A client signed in as an organiser whose second factor counts as done."""
    settings.DEMO = True
    return signed_in(organiser)


def signed_in(user) -> Client:
    """A client signed in as the demo does it."""
    client = Client()
    client.force_login(user)
    session = client.session
    session["demo_signed_in"] = True
    session.save()
    return client
