"""The board of the day, moved with the keyboard alone by the organiser of the demo edition."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Site, axe


@pytest.fixture(scope="module")
def organiser(site: Site, chromium: Browser) -> Page:
    """The organiser's browser, in Polish."""
    page = chromium.new_context(
        bypass_csp=True, locale="pl", viewport={"width": 1440, "height": 900}
    ).new_page()
    page.goto(site.address + "/pl/demo/")
    page.locator("form[action$='/sign-in/organiser/'] button").click()
    page.wait_for_load_state()
    page.goto(site.address + "/admin/session/")
    page.goto(page.url.rstrip("/") + "/agenda/")
    return page


def test_block_is_moved_and_moved_back_by_keyboard(organiser: Page) -> None:
    card = organiser.locator("[data-movable]").first
    number, starts = card.get_attribute("data-block"), card.get_attribute("data-starts")
    card.focus()
    organiser.keyboard.press("Space")
    organiser.keyboard.press("ArrowDown")
    expect(organiser.locator("[data-said]")).to_contain_text(":05")
    with organiser.expect_response("**/move/"):
        organiser.keyboard.press("Space")
    moved = organiser.locator(f"[data-block='{number}']")
    expect(moved).not_to_have_attribute("data-starts", starts or "")
    expect(moved).to_be_focused()
    with organiser.expect_response("**/move/"):
        organiser.locator("[data-undo]").click()
    expect(organiser.locator(f"[data-block='{number}']")).to_have_attribute("data-starts", starts or "")


def test_escape_leaves_the_block_where_it_was(organiser: Page) -> None:
    card = organiser.locator("[data-movable]").first
    row = card.get_attribute("data-row") or ""
    card.focus()
    for key in ("Space", "ArrowDown", "ArrowRight", "Escape"):
        organiser.keyboard.press(key)
    expect(card).to_have_attribute("data-row", row)
    expect(card).to_have_attribute("aria-pressed", "false")


def test_screens_have_no_faults_of_accessibility(organiser: Page) -> None:
    overview = organiser.url.split("agenda/")[0]
    for path in ("", "agenda/", "questions/", "agenda/publish/"):
        organiser.goto(overview + path)
        assert axe(organiser, "main") == [], path
