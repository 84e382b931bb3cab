"""The demo loaded once for the whole run of these tests; each test rolls its own changes back."""

import pytest
from django.core.management import call_command


@pytest.fixture(scope="module")
def demo_site(django_db_setup, django_db_blocker):
    """The demo in its live state; taken out again after the module."""
    from django.db import connection, transaction
    from django.test import override_settings

    with django_db_blocker.unblock(), override_settings(DEMO=True):
        # An open transaction around the module: nothing of it stays for the other tests.
        outer = transaction.atomic()
        outer.__enter__()
        try:
            call_command("loaddemo", verbosity=0)
            yield
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)
            connection.close()


@pytest.fixture
def demo(demo_site, django_db_blocker, settings):
    """The demo in its live state, in demo mode, with a savepoint around the test."""
    from django.db import transaction

    settings.DEMO = True
    settings.EMAIL_BACKEND = "ratusz.apps.core.mail.MailboxBackend"
    with django_db_blocker.unblock():
        point = transaction.savepoint()
        try:
            yield
        finally:
            transaction.savepoint_rollback(point)
