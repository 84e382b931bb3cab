"""What a process remembers for a second must not reach the next test."""

import pytest

from ratusz.apps.debate.services import live
from ratusz.apps.debate.views import phone


@pytest.fixture(autouse=True)
def nothing_remembered():
    """Each test starts as a process does."""
    phone._doors.clear()
    live._last.clear()
