"""Eight phones at eight tables lose the network for twenty minutes, two of them are closed and opened again."""

import contextlib
import time
from collections import Counter

import psutil
import pytest
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Page, expect

from ratusz.apps.dialogue.models import Host, Note, Stakeholder
from tests.browser import launch_kept
from tests.dialogue.factories import make_registration, make_round_tables, make_session
from tests.dialogue.web import Web, cookies_of
from tests.e2e.conftest import axe, tab_to

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PHONES, CLOSED = 8, 2
PHONE = {"viewport": {"width": 390, "height": 844}, "reduced_motion": "reduce", "locale": "pl-PL"}


@pytest.fixture
def web(tmp_path):
    site = Web(tmp_path / "home").wait()
    yield site
    with contextlib.suppress(psutil.Error):
        site.kill()


@pytest.fixture
def tables():
    """Eight round tables with a host each."""
    block = make_round_tables(make_session(), rounds=2, tables=PHONES)
    found = {}
    for table in block.tables.all():
        person = make_registration(block.session, Stakeholder.EXPERT)
        Host.objects.create(registration=person, table=table)
        found[table] = person.user
    return found


def address(web: Web, table, language: str = "pl") -> str:
    with translation.override(language):
        return web.address + reverse("dialogue:table", args=[table.block.session.edition.year, table.pk])


def sign_in(context: BrowserContext, web: Web, user) -> None:
    # As Django sets it: it outlives the browser's end.
    cookie = {"name": "sessionid", "value": cookies_of(user)["sessionid"], "url": web.address}
    context.add_cookies([cookie | {"expires": time.time() + 3600}])


def ready(page: Page) -> None:
    """Waits until the page is kept: the worker has it, and the server's state is there."""
    page.wait_for_function(
        """async () => {
            const names = await caches.keys();
            const name = names.find((one) => one.startsWith("private-table-") && !one.endsWith("state"));
            return name && Boolean(await (await caches.open(name)).match(location.pathname));
        }""",
        timeout=20_000,
    )


def write(page: Page, text: str) -> None:
    page.fill("#note-text", text)
    page.click("[data-note-form] [type=submit]")
    expect(page.locator("[data-notes]")).to_contain_text(text)


def test_notes_of_phones_without_a_network_arrive_once(web, tables, chromium: Browser, tmp_path):
    playwright_type = chromium.browser_type
    phones: list[tuple[BrowserContext, Page, str]] = []
    closed: dict[int, str] = {}
    for number, (table, user) in enumerate(tables.items()):
        if number < CLOSED:
            closed[number] = str(tmp_path / f"phone{number}")
            context = reopened(playwright_type, closed[number])
        else:
            context = chromium.new_context(**PHONE)
        sign_in(context, web, user)
        page = context.new_page()
        page.clock.install()
        page.goto(address(web, table))
        ready(page)
        phones.append((context, page, address(web, table)))

    for context, _page, _address in phones:
        context.set_offline(True)
    for number, (_context, page, _address) in enumerate(phones):
        for k in range(2):
            write(page, f"Stół {number}, notatka {k}")
        page.clock.fast_forward("20:00")
        write(page, f"Stół {number}, po dwudziestu minutach")
        expect(page.locator("[data-queue]")).to_contain_text("(3)")
    assert Note.objects.count() == 0

    for number, folder in closed.items():
        context, _page, where = phones[number]
        context.close()
        context = reopened(playwright_type, folder)
        context.set_offline(True)
        page = context.new_page()
        page.goto(where)
        expect(page.locator("[data-queue]")).to_contain_text("(3)")
        write(page, f"Stół {number}, po ponownym otwarciu")
        phones[number] = context, page, where

    for context, _page, _address in phones:
        context.set_offline(False)
    for _context, page, _address in phones:
        page.evaluate("() => dispatchEvent(new Event('online'))")
    wanted = 3 * PHONES + CLOSED
    deadline = time.monotonic() + 40
    while Note.objects.count() < wanted and time.monotonic() < deadline:
        time.sleep(0.2)
    for _context, page, _address in phones:
        expect(page.locator("[data-queue]")).to_have_text("wszystko wysłane", timeout=20_000)
    texts = Counter(Note.objects.values_list("text", flat=True))
    assert len(texts) == wanted
    assert set(texts.values()) == {1}
    assert Counter(Note.objects.values_list("record__table__number", flat=True)) == {
        number + 1: 4 if number < CLOSED else 3 for number in range(PHONES)
    }
    for context, _page, _address in phones:
        context.close()


def reopened(playwright_type, folder: str) -> BrowserContext:
    """The phone's browser with what it kept on its disk."""
    return launch_kept(playwright_type, folder, **PHONE)


def test_page_of_a_table_is_written_by_keyboard_in_both_languages(web, tables, chromium: Browser):
    table, user = next(iter(tables.items()))
    context = chromium.new_context(**PHONE)
    sign_in(context, web, user)
    page = context.new_page()
    for language, empty in (("en", "No notes yet."), ("pl", "Nie ma jeszcze notatek.")):
        page.goto(address(web, table, language))
        expect(page.locator("[data-notes]")).to_have_text(empty)
        assert (found := axe(page)) == [], found
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    tab_to(page, "#note-text")
    page.keyboard.type("Prezydent Gdyni obiecał to na piśmie.")
    expect(page.locator("[data-named] button")).to_have_count(1)
    tab_to(page, "[data-named] button")
    page.keyboard.press("Enter")
    expect(page.locator("#note-text")).to_have_value("przedstawiciel miasta obiecał to na piśmie.")
    tab_to(page, "[data-note-form] [type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("[data-notes]")).to_contain_text("przedstawiciel miasta")
    expect(page.locator("[data-queue]")).to_have_text("wszystko wysłane")
    tab_to(page, "[data-read]")
    page.keyboard.press("Enter")
    expect(page.locator("[data-read-list] li")).to_have_count(1)
    assert (found := axe(page)) == [], found
    page.keyboard.press("Enter")
    expect(page.locator("[data-confirmed]")).to_be_visible()
    assert Note.objects.get().text == "przedstawiciel miasta obiecał to na piśmie."
    context.close()
