"""The day in a browser, through a server that is killed: the hall counts on, the desk keeps what it noted."""

import contextlib

import psutil
import pytest
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Browser, Page, expect

from ratusz.apps.dialogue import queries, services
from ratusz.apps.dialogue.models import CheckIn
from ratusz.apps.dialogue.queries import day
from tests.dialogue.factories import make_circle, make_registration, make_round_tables, make_session
from tests.dialogue.web import Web, cookies_of
from tests.e2e.conftest import axe, tab_to
from tests.editions.factories import make_user
from tests.ranking.factories import organiser

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def web(tmp_path):
    site = Web(tmp_path).wait()
    yield site
    with contextlib.suppress(psutil.Error):
        site.kill()


@pytest.fixture
def session():
    found = make_session()
    make_circle(found, "treasurer")
    make_round_tables(found, tables=12)
    return found


def tab(browser: Browser, web: Web, width: int, height: int, user=None) -> Page:
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    if user:
        session = cookies_of(user)["sessionid"]
        context.add_cookies([{"name": "sessionid", "value": session, "url": web.address}])
    return context.new_page()


def show(session, boss, step):
    version = services.open_hall(session).version
    hall = services.show_in_hall(by=boss, session=session, version=version, block=step.block, turn=step.round)
    services.start_clock(by=boss, session=session, version=hall.version)


def test_hall_follows_the_organiser_and_counts_on_alone(session, web, chromium):
    boss = organiser(session.edition)
    code = services.open_hall(session).display_code
    with translation.override("pl"):
        polish = reverse("dialogue:hall_display", args=[session.edition.year, code])
    page = tab(chromium, web, 1920, 1080)
    page.goto(web.address + polish)
    expect(page.locator("[data-clock-state]")).to_have_text("teraz jest")
    circle, turn = day.steps(session)[:2]

    show(session, boss, turn)
    expect(page.locator("h1")).to_have_text("Okrągły stół · runda 1 z 2", timeout=2000)
    expect(page.locator("[data-clock]")).to_contain_text("29:5")
    expect(page.locator("[data-places] li")).to_have_count(12)
    services.say_to_hall(by=boss, session=session, text_pl="Obiad o 13.15", text_en="Lunch at 13:15")
    expect(page.locator("[data-messages]")).to_contain_text("Lunch at 13:15", timeout=2000)
    # Everything is on the screen: the message took no table and not the QR code away.
    assert page.evaluate("() => document.documentElement.scrollHeight <= innerHeight")
    last = page.locator("[data-places] li").last.bounding_box()
    foot = page.locator(".hall-foot").bounding_box()
    assert last["y"] + last["height"] <= foot["y"] + 1
    assert (found := axe(page)) == [], found

    show(session, boss, circle)
    expect(page.locator("h1")).to_have_text("Krąg", timeout=2000)
    expect(page.locator("main")).not_to_contain_text("Pytanie")
    web.kill()
    expect(page.locator("[data-lost]")).to_contain_text("brak połączenia", timeout=5000)
    before = page.locator("[data-clock]").inner_text()
    expect(page.locator("[data-clock]")).not_to_have_text(before, timeout=3000)
    web.start()
    web.wait()
    expect(page.locator("[data-lost]")).to_be_hidden(timeout=40_000)
    page.context.close()


def test_desk_keeps_what_it_noted_while_the_server_is_gone(session, web, chromium):
    make_registration(session, name="Łucja Źdźbło")
    make_registration(session, name="Jan Ćwik")
    steward = make_user("steward", edition=session.edition)
    page = tab(chromium, web, 390, 844, steward)
    for language, title in (("en", "Check-in"), ("pl", "Rejestracja wejść")):
        with translation.override(language):
            address = web.address + reverse("dialogue:check_in", args=[session.edition.year])
        page.goto(address)
        expect(page.locator("h1")).to_have_text(title)
        assert (found := axe(page)) == [], found
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")

    # By keyboard alone: the name without diacritics, then the button.
    expect(page.locator("[data-registered]")).to_have_text("2")
    tab_to(page, "#check-in-q")
    page.keyboard.type("zdzb")
    expect(page.locator(".check-in-people li")).to_have_count(1)
    tab_to(page, ".check-in-people button")
    page.keyboard.press("Enter")
    expect(page.locator(".check-in-answer")).to_contain_text("Łucja Źdźbło – obecność odnotowana")
    expect(page.locator("[data-present]")).to_have_text("1")
    page.fill("#check-in-q", "luc")
    expect(page.locator(".check-in-people .tag-good")).to_contain_text("wejście")
    assert (found := axe(page)) == [], found

    web.kill()
    expect(page.locator("[data-lost]")).to_contain_text("Brak połączenia", timeout=5000)
    page.fill("#check-in-q", "cwik")
    page.locator(".check-in-people button").click()
    expect(page.locator("[data-queue]")).to_have_text("jeszcze nie wysłano (1)")
    assert (found := axe(page)) == [], found
    context = page.context
    page.close()  # the phone's browser closes the page meanwhile
    web.start()
    web.wait()
    page = context.new_page()
    page.goto(address)
    expect(page.locator("[data-present]")).to_have_text("2", timeout=20_000)
    expect(page.locator("[data-queue]")).to_be_hidden()
    assert len(queries.present(session)) == CheckIn.objects.count() == 2
    context.close()
