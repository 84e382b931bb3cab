import pytest
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from ratusz.apps.core.models import Mail
from ratusz.demo import content

LOCAL = {"HTTP_HOST": "127.0.0.1:8000", "REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture
def here(client):
    """A browser on this machine."""
    client.defaults |= LOCAL
    return client


def addresses():
    return [
        reverse("demo:roles"),
        reverse("demo:mailbox"),
        reverse("demo:mail", args=[1]),
        reverse("demo:sign_in", args=["organiser"]),
    ]


def test_pages_do_not_exist_outside_demo_mode(demo, here, settings):
    settings.DEMO = False
    for address in addresses():
        assert here.get(address).status_code == 404
        assert here.post(address).status_code == 404
    assert "_auth_user_id" not in here.session


@pytest.mark.parametrize(
    "headers",
    [
        {"REMOTE_ADDR": "192.168.1.20"},
        {"REMOTE_ADDR": "::ffff:10.0.0.1"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "203.0.113.9"},
        {"HTTP_FORWARDED": "for=203.0.113.9"},
        {"HTTP_X_REAL_IP": "203.0.113.9"},
        {"HTTP_X_FORWARDED_HOST": "miasta.example"},
        {"HTTP_HOST": "miasta.example"},
        {"HTTP_HOST": "127.0.0.1.miasta.example"},
    ],
)
def test_pages_do_not_exist_for_anybody_elsewhere(demo, client, settings, headers):
    settings.ALLOWED_HOSTS = ["*"]
    client.defaults |= LOCAL | headers
    for address in addresses():
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_pages_answer_on_the_loopback_interface(demo, client, address):
    client.defaults |= LOCAL | {"REMOTE_ADDR": address}
    assert client.get(reverse("demo:roles")).status_code == 200


def test_nobody_is_signed_in_by_get(demo, here):
    assert here.get(reverse("demo:sign_in", args=["organiser"])).status_code == 405
    assert "_auth_user_id" not in here.session


def test_sign_in_asks_for_the_csrf_token(demo):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True, **LOCAL)
    assert strict.post(reverse("demo:sign_in", args=["organiser"])).status_code == 403
    assert "_auth_user_id" not in strict.session


@pytest.mark.parametrize("person", content.people(), ids=lambda person: person["key"])
def test_one_click_signs_in_as_each_person(demo, here, person):
    answer = here.post(reverse("demo:sign_in", args=[person["key"]]))
    assert answer.status_code == 302
    assert here.session["demo_signed_in"]
    page = here.get(answer.url)
    assert page.status_code == 200
    assert page.wsgi_request.user.email == person["email"]


def test_an_unknown_person_is_not_found(demo, here):
    assert here.post(reverse("demo:sign_in", args=["nobody"])).status_code == 404


def test_roles_page_names_everybody_and_says_what_is_invented(demo, here, django_assert_max_num_queries):
    here.get(reverse("demo:roles"))
    with django_assert_max_num_queries(12):
        text = here.get(reverse("demo:roles")).content.decode()
    for person in content.people():
        assert person["full_name"] in text
        assert person["can_pl"] in text
    assert "są zmyślone" in text


def test_notice_is_on_every_page_in_demo_mode_only(demo, here, settings):
    assert "demo-notice" in here.get("/pl/").content.decode()
    settings.DEMO = False
    assert "demo-notice" not in here.get("/pl/search/").content.decode()


def test_empty_mailbox_says_how_to_fill_it(demo, here):
    Mail.objects.all().delete()
    assert "Skrzynka jest pusta" in here.get(reverse("demo:mailbox")).content.decode()


def test_mailbox_shows_searches_and_pages(demo, here, django_assert_num_queries):
    for number in range(45):
        Mail.objects.create(to=f"osoba{number}@ratusz.example", subject=f"Temat {number}", body="Treść")
    text = here.get(reverse("demo:mailbox")).content.decode()
    assert "Temat 44" in text
    assert "Temat 24" not in text
    assert "Temat 24" in here.get(reverse("demo:mailbox"), {"page": 2}).content.decode()
    found = here.get(reverse("demo:mailbox"), {"q": "osoba7@ temat"}).content.decode()
    assert "Temat 7" in found
    assert "Temat 17" not in found
    assert "Żadna wiadomość nie zawiera" in here.get(reverse("demo:mailbox"), {"q": "zebra"}).content.decode()


def test_mail_shows_its_text_and_never_renders_its_html(demo, here):
    message = EmailMultiAlternatives(
        "Kod", "Kod: 1234\nhttps://ratusz.example/x <b>", "a@ratusz.example", ["b@ratusz.example"]
    )
    message.attach_alternative("<script>alert(1)</script><p>Kod</p>", "text/html")
    message.send()
    mail = Mail.objects.get(subject="Kod")
    text = here.get(reverse("demo:mail", args=[mail.pk])).content.decode()
    assert "Kod: 1234" in text
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "&lt;b&gt;" in text
