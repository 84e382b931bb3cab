"""The planner's board: a search, a move by keyboard with its price said aloud, undo, and axe."""

import re

from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Site, axe


def test_board_by_keyboard(site: Site, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 1000}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{site.address}/pl/demo/")
    page.locator("form[action*=organiser] button").click()
    page.wait_for_url("**/admin/**")
    page.goto(f"{site.address}/admin/session/")
    page.goto(page.url.rstrip("/") + "/seating/")
    page.get_by_role("button", name="Nowy plan").click()
    page.wait_for_url(re.compile(r"/seating/\d+/$"))
    page.locator("button[value=search]").click()
    expect(page.locator("#planner-top[data-searching=yes]")).to_be_visible()
    expect(page.locator("#planner-top[data-searching=no]")).to_be_visible(timeout=90_000)
    expect(page.locator(".planner-aims")).to_contain_text("lepiej się nie da")

    page.goto(page.url + "?round=2")
    chips = page.locator(".planner-card").first.locator(".chip")
    name = chips.first.locator(".chip-name").inner_text()
    version = page.locator("#planner-top").get_attribute("data-version")
    chips.first.locator("button").focus()
    page.keyboard.press("Space")
    expect(page.locator("#planner-say")).to_contain_text(name)
    page.keyboard.press("ArrowRight")
    target = page.locator(".planner-card.is-target")
    table = target.get_attribute("id")
    expect(page.locator("#planner-say")).to_contain_text(target.get_attribute("data-name"))
    page.keyboard.press("Space")
    expect(page.locator(f"#{table} .chip-name", has_text=name)).to_be_visible()
    expect(page.locator(f"#{table} .chip button:focus")).to_contain_text(name)
    assert page.locator("#planner-top").get_attribute("data-version") != version
    assert (found := axe(page, "main")) == [], found

    page.locator("button[value=undo]").click()
    expect(page.locator(".planner-card").first.locator(".chip-name", has_text=name)).to_be_visible()
    page.locator(".planner-card").first.locator(".chip button").first.click()
    expect(page.locator("#planner-person")).to_contain_text(name)
    assert (found := axe(page, "#planner-person")) == [], found
    context.close()
