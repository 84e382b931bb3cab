"""The frame of every page: error pages, the language switch, what the head promises to the content policy."""

import re

import pytest
from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation
from django.views import defaults
from django.views.csrf import csrf_failure

from ratusz.apps.core.templatetags.language import other_language_url

INLINE = re.compile(r"<style|style=|<script(?![^>]*\bsrc=)|\son[a-z]+=", re.IGNORECASE)


@pytest.mark.parametrize(
    ("language", "words"),
    [("pl", "Coś zepsuło się po naszej stronie"), ("en", "Something broke on our side")],
)
def test_server_error_needs_neither_context_nor_database(language: str, words: str) -> None:
    with translation.override(language):
        answer = defaults.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert words in answer.content.decode()


@pytest.mark.parametrize(
    ("language", "words"), [("pl", "Nie udało się odczytać żądania"), ("en", "The request could not be read")]
)
def test_bad_request_needs_neither_context_nor_database(language: str, words: str) -> None:
    with translation.override(language):
        answer = defaults.bad_request(RequestFactory().get("/"), BadRequest())
    assert answer.status_code == 400
    assert words in answer.content.decode()


def test_expired_form_says_what_to_do() -> None:
    with translation.override("pl"):
        answer = csrf_failure(RequestFactory().post("/"))
    assert answer.status_code == 403
    assert "wyślij formularz jeszcze raz" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"), [("pl", "Nie ma takiej strony"), ("en", "There is no such page")]
)
def test_missing_page_leads_on(client: Client, language: str, words: str) -> None:
    answer = client.get(f"/{language}/nie-ma-takiej-strony/")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert words in page
    assert f'href="/{language}/search/"' in page
    assert f'<html lang="{language}">' in page


@pytest.mark.django_db
@pytest.mark.parametrize("template", ["403.html", "404.html", "429.html", "core/styleguide.html"])
def test_pages_hold_nothing_inline(template: str, rf: RequestFactory) -> None:
    assert not INLINE.search(render_to_string(template, request=rf.get("/pl/")))


@pytest.mark.django_db
def test_styleguide_shows_each_component_in_both_languages(client: Client) -> None:
    polish, english = (client.get(f"/{language}/styleguide/") for language in ("pl", "en"))
    assert (polish.status_code, english.status_code) == (200, 200)
    assert "Przewodnik po stylu" in polish.content.decode()
    assert english.content.decode().count('<svg role="img"') == 9


def test_form_names_the_rule_at_the_field(rf: RequestFactory) -> None:
    from ratusz.apps.core.views_styleguide import SampleForm

    page = render_to_string("components/form.html", {"form": SampleForm({"email": "anna@"})})
    assert 'href="#id_email"' in page
    assert re.search(
        r'<input[^>]*value="anna@"[^>]*aria-invalid="true"[^>]*aria-describedby="id_email_error"', page
    )
    assert 'id="id_email_error"' in page


def test_other_language_keeps_path_and_query(rf: RequestFactory) -> None:
    context = Context({"request": rf.get("/pl/search/?q=lodz&page=2")})
    with translation.override("pl"):
        assert other_language_url(context, "en") == "/en/search/?q=lodz&page=2"
        assert other_language_url(context, "pl") == "/pl/search/?q=lodz&page=2"


def test_other_language_without_a_request_is_the_home_page() -> None:
    assert other_language_url(Context({}), "en") == "/en/"


def test_other_language_is_escaped_in_a_page(rf: RequestFactory) -> None:
    request: HttpRequest = rf.get("/pl/search/", {"q": '"><script>'})
    template = Template('{% load language %}<a href="{% other_language_url "en" %}">')
    with translation.override("pl"):
        assert template.render(Context({"request": request})) == '<a href="/en/search/?q=%22%3E%3Cscript%3E">'
