import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from ratusz.apps.core.models import AuditEntry
from ratusz.apps.editions.models import Role
from tests.editions.factories import make_edition, make_user

pytestmark = pytest.mark.django_db
MUST = [Role.ORGANISER, Role.SECRETARY, Role.JUROR]
NEED_NOT = [Role.MODERATOR, Role.CITY, Role.PROVIDER, Role.PARTICIPANT]


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def with_app(user):
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
    return user


@pytest.fixture(params=[*MUST, "administrator"])
def forced(request, edition):
    """A person of each kind who must have a second factor."""
    if request.param == "administrator":
        return make_user(is_superuser=True)
    return make_user(request.param, edition=edition)


@pytest.mark.parametrize("address", ["/pl/my/", "/admin/", "/admin/audit/", "/pl/", "/pl/my/data/export/"])
def test_everything_leads_to_the_set_up(forced, address):
    answer = client_of(forced).get(address)
    assert (answer.status_code, answer.url) == (
        302,
        f"/pl/my/second-factor/?next={address.replace('/', '%2F')}",
    )


def test_posting_leads_to_the_set_up_and_writes_nothing(forced):
    answer = client_of(forced).post("/pl/my/data/", {"full_name": "Inna", "language": "pl"})
    forced.refresh_from_db()
    assert (answer.url, forced.full_name == "Inna") == ("/pl/my/second-factor/", False)


@pytest.mark.parametrize(
    "address", ["/pl/my/second-factor/", "/pl/account/2fa/", "/pl/account/logout/", "/pl/account/email/"]
)
def test_the_way_to_set_it_up_and_out_stays_open(forced, address):
    assert client_of(forced).get(address).status_code == 200


def test_with_a_factor_everything_is_open(forced):
    client = client_of(with_app(forced))
    assert client.get("/pl/my/").status_code == 200


def test_recovery_codes_alone_are_no_second_factor(forced):
    Authenticator.objects.create(
        user=forced, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x", "used_mask": 0}
    )
    assert client_of(forced).get("/pl/my/").status_code == 302


@pytest.mark.parametrize("role", NEED_NOT)
def test_other_roles_are_not_forced(edition, role):
    assert client_of(make_user(role, edition=edition)).get("/pl/my/").status_code == 200


def test_role_in_a_past_edition_forces_too(edition):
    past = make_edition(2020, current=False)
    assert client_of(make_user(Role.JUROR, edition=past)).get("/pl/my/").status_code == 302


def test_demo_session_counts_as_done_in_demo_mode_only(forced, settings):
    client = client_of(forced)
    session = client.session
    session["demo_signed_in"] = True
    session.save()
    settings.DEMO = True
    assert client.get("/pl/my/").status_code == 200
    settings.DEMO = False
    assert client.get("/pl/my/").status_code == 302


@pytest.mark.django_db(transaction=True)  # what follows the set-up is done after the commit
def test_setting_up_the_app_leads_on_to_where_the_person_was_going():
    organiser = make_user(Role.SECRETARY, edition=make_edition())
    EmailAddress.objects.create(user=organiser, email=organiser.email, primary=True, verified=True)
    client = client_of(organiser)
    client.get("/admin/audit/", follow=True)
    form = client.get("/pl/account/2fa/totp/activate/").context["form"]
    counter = next(yield_hotp_counters_from_time())
    code = format_hotp_value(hotp_value(form.secret, counter))
    answer = client.post("/pl/account/2fa/totp/activate/", {"code": code})
    assert answer.url == "/pl/account/2fa/recovery-codes/"
    codes = client.get(answer.url)
    assert codes.status_code == 200
    assert "/pl/my/second-factor/" in codes.content.decode()
    assert client.get("/pl/my/second-factor/").url == "/admin/audit/"
    assert client.get("/admin/audit/").status_code == 200
    assert "accounts.add_second_factor" in set(AuditEntry.objects.values_list("action", flat=True))


def test_next_to_another_site_is_forgotten(edition):
    organiser = with_app(make_user(Role.ORGANISER, edition=edition))
    client = client_of(organiser)
    assert client.get("/pl/my/second-factor/?next=https://evil.example/").url == "/pl/my/"


def test_last_factor_of_a_forced_person_cannot_be_removed(edition):
    organiser, participant = make_user(Role.ORGANISER, edition=edition), make_user()
    first = with_app(organiser).authenticator_set.get()
    assert not get_adapter().can_delete_authenticator(first)
    Authenticator.objects.create(user=organiser, type=Authenticator.Type.WEBAUTHN, data={"name": "k"})
    assert get_adapter().can_delete_authenticator(first)
    assert get_adapter().can_delete_authenticator(with_app(participant).authenticator_set.get())


def test_anonymous_pays_nothing_for_the_check(edition, client, django_assert_num_queries):
    from ratusz.apps.editions.second_factor import RequireSecondFactor

    middleware = RequireSecondFactor(lambda request: None)
    request = client.get("/pl/account/login/").wsgi_request
    request.COOKIES = {}
    with django_assert_num_queries(0):
        assert middleware.process_view(request, None, (), {}) is None
