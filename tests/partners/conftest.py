from datetime import date

import pytest

from ratusz.apps.accounts.models import User
from ratusz.apps.editions.models import Edition, Role
from tests.editions.factories import make_edition, make_user


@pytest.fixture
def edition(db: None) -> Edition:
    return make_edition(session_date=date(2027, 3, 12))


@pytest.fixture
def organiser(edition: Edition) -> User:
    return make_user(Role.ORGANISER, edition=edition)
