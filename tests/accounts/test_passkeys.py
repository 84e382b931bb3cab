"""Passkeys need a name: at a bare address the pages lead to the same page under one."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from tests.editions.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def hosts(settings):
    settings.ALLOWED_HOSTS = ["127.0.0.1", "[::1]", "localhost", "192.168.1.7", "ratusz.example"]


def page_at(client, host: str, name: str = "account_login", **query) -> str:
    return client.get(reverse(name), query, headers={"host": host}).content.decode()


@pytest.mark.parametrize("host", ["localhost:8000", "ratusz.example"])
def test_under_a_name_the_button_is_there(client, host):
    page = page_at(client, host)
    assert "data-passkey=" in page
    assert "Klucze dostępu tu nie działają" not in page


@pytest.mark.parametrize(("host", "shown"), [("127.0.0.1:8171", "127.0.0.1"), ("[::1]:8171", "::1")])
def test_at_the_address_of_this_machine_the_same_page_on_localhost_is_offered(client, host, shown):
    page = page_at(client, host, next="/pl/my/")
    assert f"otwarto pod adresem {shown}." in page
    assert 'href="http://localhost:8171/pl/account/login/?next=%2Fpl%2Fmy%2F"' in page
    assert "data-passkey=" not in page


@pytest.mark.parametrize("forbidden", [True, False])
def test_without_a_name_that_works_none_is_offered(client, settings, forbidden):
    settings.ALLOWED_HOSTS = ["127.0.0.1"] if forbidden else ["192.168.1.7", "localhost"]
    page = page_at(client, settings.ALLOWED_HOSTS[0])
    assert "Otwórz serwis pod jego nazwą" in page
    assert "http://localhost" not in page


def test_page_that_adds_a_passkey_says_it_too(client):
    user = make_user()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    client.force_login(user)
    page = page_at(client, "127.0.0.1:8171", "mfa_add_webauthn")
    assert 'href="http://localhost:8171/pl/account/2fa/webauthn/add/"' in page
    assert "data-passkey=" not in page
