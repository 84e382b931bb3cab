import pytest

from ratusz.apps.editions.models import Edition, Role
from tests.editions.factories import make_edition, make_user


@pytest.fixture
def edition(db: None) -> Edition:
    return make_edition()


@pytest.fixture
def organiser(edition: Edition):
    return make_user(Role.ORGANISER, edition=edition)
