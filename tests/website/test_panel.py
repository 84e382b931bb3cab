import pytest
from django.contrib.auth.models import Group
from django.test import Client

from ratusz.apps.editions.models import Role, RoleAssignment
from ratusz.apps.website.models import DistinctionTitle, Laureate, NewsIndexPage, Picture
from tests.editions.conftest import signed_in
from tests.editions.factories import make_user


@pytest.fixture
def at_work(organiser, settings) -> Client:
    settings.DEMO = True
    return signed_in(organiser)


def test_laureate_is_entered_changed_and_removed(at_work: Client, edition, lodz) -> None:
    form = {
        "edition": edition.pk,
        "award": "main",
        "subject": "person",
        "city": lodz.pk,
        "citation_pl": "Za odwagę.",
    }
    page = at_work.post("/admin/laureates/add/", form).content.decode()
    assert "nie ma imienia" in page or "brakuje jej imienia" in page or "has no name" in page
    at_work.post("/admin/laureates/add/", form | {"subject": "city", "public_from": "2026-11-01T12:00"})
    laureate = Laureate.objects.get()
    assert laureate.public_from is not None
    assert at_work.get("/admin/laureates/?q=odwagę").status_code == 200
    assert at_work.get(f"/admin/laureates/{laureate.pk}/").status_code == 200
    at_work.post(f"/admin/laureates/{laureate.pk}/", form | {"subject": "city", "order": 3})
    laureate.refresh_from_db()
    assert (laureate.order, laureate.public_from) == (3, None)
    assert "attachment" in at_work.get("/admin/laureates/?export=csv")["Content-Disposition"]
    at_work.post(f"/admin/laureates/{laureate.pk}/remove/")
    assert not Laureate.objects.exists()


def test_catalogue_of_titles(at_work: Client, edition) -> None:
    at_work.post("/admin/laureates/titles/add/", {"name_pl": "Za dialog", "name_en": "For dialogue"})
    title = DistinctionTitle.objects.get()
    assert "Za dialog" in at_work.get("/admin/laureates/titles/").content.decode()
    at_work.post(f"/admin/laureates/titles/{title.pk}/", {"name_pl": "Za rozmowę"})
    at_work.post(f"/admin/laureates/titles/{title.pk}/remove/")
    assert not DistinctionTitle.objects.exists()


def test_screens_are_closed_to_others(edition, settings) -> None:
    settings.DEMO = True
    for person in (make_user(Role.CITY, edition=edition), make_user(Role.JUROR, edition=edition)):
        for address in ("/admin/laureates/", "/admin/laureates/add/", "/admin/laureates/titles/"):
            assert signed_in(person).get(address).status_code in {302, 403}


def test_menu_names_the_workplaces_in_order(at_work: Client) -> None:
    page = at_work.get("/admin/", HTTP_ACCEPT_LANGUAGE="pl").content.decode()
    places = [page.index(word) for word in ('"laureates"', '"partners"', '"explorer"', '"profile"')]
    assert places == sorted(places)


def test_organiser_of_an_edition_may_write_pages(at_work: Client, organiser, edition) -> None:
    index = NewsIndexPage.objects.get(locale__language_code="pl")
    assert at_work.get(f"/admin/pages/add/website/newspage/{index.pk}/").status_code == 200
    assert at_work.get("/admin/settings/website/organiserprofile/", follow=True).status_code == 200
    assert Group.objects.get(name="Organisers").user_set.filter(pk=organiser.pk).exists()
    RoleAssignment.objects.filter(user=organiser).first().delete()
    assert not Group.objects.get(name="Organisers").user_set.filter(pk=organiser.pk).exists()


def test_picture_without_a_text_is_refused(at_work: Client, picture) -> None:
    page = at_work.post("/admin/images/add/", {"title": "stół", "file": picture.file.open()})
    assert page.status_code == 200
    assert Picture.objects.count() == 1
    assert "alt_pl" in page.context["form"].errors


def test_news_from_the_editor_appears_in_both_languages(at_work: Client, client: Client) -> None:
    index = NewsIndexPage.objects.get(locale__language_code="pl")
    form = {
        "title": "Świąteczny dyżur", "slug": "swiateczny-dyzur", "date": "2026-11-20", "lead": "Dyżurujemy.",
        "author": "", "picture": "",
        "body-count": "0", "action-publish": "1", "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0",
    }  # fmt: skip
    response = at_work.post(f"/admin/pages/add/website/newspage/{index.pk}/", form)
    assert response.status_code == 302, response.context["form"].errors
    assert "Dyżurujemy." in client.get("/pl/aktualnosci/swiateczny-dyzur/").content.decode()
    assert "not yet in English" in client.get("/en/news/swiateczny-dyzur/").content.decode()
