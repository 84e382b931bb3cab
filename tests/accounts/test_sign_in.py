"""Sign-up, sign-in and the pages around them, through the browser's eyes."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings as django_settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from ratusz.apps.accounts.models import User
from ratusz.apps.core.models import AuditEntry
from tests.editions.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_rate_limits(db):
    cache.clear()


def code_in(message) -> str:
    return re.search(r"^([A-Z0-9-]{6,9})$", message.body, re.MULTILINE).group(1)


def sign_in(client: Client, email: str, **extra) -> object:
    """Asks for a code and types it."""
    client.post("/pl/account/login/", {"login": email, **extra})
    return client.post("/pl/account/login/code/confirm/", {"code": code_in(mail.outbox[-1]), **extra})


def actions() -> list[str]:
    entries = AuditEntry.objects.filter(action__startswith="accounts.").order_by("id")
    return list(entries.values_list("action", flat=True))


def test_sign_up_asks_for_name_and_language_and_confirms_the_address(client):
    page = client.get("/pl/account/signup/")
    assert "Administratorem Twoich danych" in page.content.decode()
    answer = client.post(
        "/pl/account/signup/", {"email": "Nowa@Example.org", "full_name": "Nowa Osoba", "language": "en"}
    )
    assert answer.url.startswith("/pl/account/confirm-email/")
    user = User.objects.get(email="nowa@example.org")
    assert (user.full_name, user.language, user.has_usable_password()) == ("Nowa Osoba", "en", False)
    answer = client.post("/pl/account/confirm-email/", {"code": code_in(mail.outbox[-1])})
    assert answer.url == "/pl/my/"
    assert EmailAddress.objects.get(user=user).verified
    assert actions() == ["accounts.sign_up", "accounts.sign_in"]


def test_sign_up_without_a_name_says_so_at_the_field_and_keeps_what_was_typed(client):
    page = client.post("/pl/account/signup/", {"email": "a@example.org", "full_name": "", "language": "pl"})
    assert page.status_code == 200
    assert page.context["form"].errors.keys() == {"full_name"}
    assert 'value="a@example.org"' in page.content.decode()


def test_sign_in_by_code_leads_to_my_edition_and_to_where_one_was_going(client):
    user = make_user()
    assert sign_in(client, user.email).url == "/pl/my/"
    assert client.get("/pl/my/").status_code == 200
    assert sign_in(Client(), user.email, next="/pl/my/data/").url == "/pl/my/data/"
    assert sign_in(Client(), user.email, next="https://evil.example/").url == "/pl/my/"


def test_sign_in_of_a_person_added_by_an_organiser_takes_one_code(client):
    user = make_user()
    sign_in(client, user.email)
    assert len(mail.outbox) == 1
    assert EmailAddress.objects.get(user=user).verified


def test_code_is_refused_after_three_wrong_ones_and_the_log_tells(client):
    user = make_user()
    client.post("/pl/account/login/", {"login": user.email})
    answers = [client.post("/pl/account/login/code/confirm/", {"code": "XXXXXX"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 302]
    right = client.post("/pl/account/login/code/confirm/", {"code": code_in(mail.outbox[-1])})
    assert right.url.startswith("/pl/account/login/")
    assert actions() == ["accounts.sign_in_failed"] * 3
    assert AuditEntry.objects.latest("id").actor is None


def test_unknown_address_sees_the_same_page_as_a_known_one(client):
    user = make_user()
    known = client.post("/pl/account/login/", {"login": user.email}, follow=True)
    unknown = Client().post("/pl/account/login/", {"login": "ktos@example.org"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain
    assert "konta" in mail.outbox[-1].subject


@pytest.mark.parametrize("language", ["pl", "en"])
def test_sign_in_code_mail_is_in_the_language_of_the_page(client, language):
    user = make_user(language=language)
    client.post(f"/{language}/account/login/", {"login": user.email})
    subjects = {"pl": "Twój kod logowania", "en": "Your sign-in code"}
    assert (
        mail.outbox[-1].subject == subjects[language]
    )  # without the code, which nobody but the reader may see


def test_asking_for_codes_is_limited_for_each_address():
    user, other = make_user(), make_user()
    answers = [Client().post("/pl/account/login/", {"login": user.email}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 200]
    assert answers[3].context["form"].errors.keys() == {"login"}
    assert len(mail.outbox) == 3
    assert Client().post("/pl/account/login/", {"login": other.email}).status_code == 302


def test_asking_for_codes_is_limited_for_each_machine():
    answers = [Client().post("/pl/account/login/", {"login": f"a{n}@example.org"}) for n in range(21)]
    assert [answer.status_code for answer in answers] == [302] * 20 + [429]
    assert "<h1>" in answers[20].content.decode()
    assert answers[20]["Retry-After"] == "60"


def test_inactive_person_does_not_get_in(client):
    user = make_user(is_active=False)
    client.post("/pl/account/login/", {"login": user.email})
    assert "123" not in mail.outbox[0].body
    assert user.full_name not in mail.outbox[0].body
    assert client.get("/pl/my/").status_code == 302


def test_second_factor_is_asked_for_at_sign_in(client):
    user = make_user()
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
    assert sign_in(client, user.email).url == "/pl/account/2fa/authenticate/"
    assert client.get("/pl/my/").status_code == 302
    assert client.get("/pl/account/2fa/authenticate/").status_code == 200


def test_panel_has_no_door_of_its_own(client):
    assert client.get("/admin/").url == "/pl/account/login/?next=/admin/"
    assert client.get("/admin/login/?next=/admin/audit/").url.endswith("/account/login/?next=/admin/audit/")
    assert client.get("/pl/account/password/change/").url == "/pl/account/login/"
    assert client.get("/admin/password_reset/").status_code in {302, 404}


def test_sign_out_is_logged(client):
    client.force_login(make_user())
    client.post("/pl/account/logout/")
    assert actions() == ["accounts.sign_in", "accounts.sign_out"]


PAGES_FOR_ALL = ["account_login", "account_request_login_code", "account_signup", "account_inactive"]
PAGES_FOR_ONE = [
    "account_logout", "account_email", "mfa_index", "mfa_list_webauthn", "mfa_activate_totp", "mfa_add_webauthn",
    "my_data", "erase_me", "my_edition", "second_factor",
]  # fmt: skip


@pytest.mark.parametrize("language", ["pl", "en"])
def test_every_page_answers_in_both_languages(client, language):
    from django.utils import translation

    with translation.override(language):
        addresses = {name: reverse(name) for name in PAGES_FOR_ALL + PAGES_FOR_ONE}
    for name in PAGES_FOR_ALL:
        page = client.get(addresses[name])
        assert (name, page.status_code) == (name, 200)
        assert f'<html lang="{language}">' in page.content.decode()
    user = make_user()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    client.force_login(user)
    for name in PAGES_FOR_ONE:
        page = client.get(addresses[name])
        assert (name, page.status_code) == (name, 200)
        assert f'<html lang="{language}">' in page.content.decode()


def test_pages_have_no_inline_script_or_style(client):
    user = make_user()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    client.force_login(user)
    for name in PAGES_FOR_ONE:
        html = client.get(reverse(name)).content.decode()
        assert not re.search(r"<style|\sstyle=|\son\w+=", html), name
        assert not re.search(r"<script(?![^>]*(?:src=|type=\"application/(?:ld\+)?json\"))", html), name


def test_security_headers(client):
    site, panel = client.get("/pl/account/login/"), client.get("/admin/")
    policy = site["Content-Security-Policy"]
    assert "script-src 'self';" in policy + ";"  # the order of the directives is not fixed
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src 'self';" in panel["Content-Security-Policy"] + ";"
    assert site["X-Frame-Options"] == "SAMEORIGIN"
    assert site["X-Content-Type-Options"] == "nosniff"
    assert site["Referrer-Policy"] == "same-origin"
    assert django_settings.SESSION_COOKIE_HTTPONLY
    assert django_settings.SESSION_COOKIE_SAMESITE == "Lax"
