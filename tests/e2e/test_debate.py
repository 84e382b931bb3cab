"""Somebody votes on a phone by keyboard while the connection comes and goes; every vote arrives once."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Site, axe


@pytest.mark.parametrize("language", ["pl", "en"])
def test_votes_wait_for_the_connection_and_outlive_the_tab(
    site: Site, chromium: Browser, language: str
) -> None:
    context = chromium.new_context(bypass_csp=True, locale=language, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(site.address + site.pages["conversation"].replace("/pl/", f"/{language}/", 1))
    waiting, progress = page.locator("[data-outbox]"), page.locator("[data-progress]")
    heading = page.locator(".debate-statement")
    context.set_offline(True)
    for _turn in range(3):
        before = heading.inner_text()
        page.locator("button[name=value]").first.focus()
        page.keyboard.press("Enter")
        expect(heading).not_to_have_text(before)
        expect(heading).to_be_focused()
    expect(waiting).to_contain_text("(3)")
    expect(progress).to_have_attribute("data-voted", "3")
    assert axe(page) == []
    again = context.new_page()
    page.close()
    context.set_offline(False)
    again.goto(site.address + site.pages["conversation"].replace("/pl/", f"/{language}/", 1))
    expect(again.locator("[data-outbox]")).to_have_text(re.compile("everything is sent|wszystko wysłane"))
    own = site.pages["conversation"].replace("/pl/", f"/{language}/", 1) + "own/"
    again.goto(site.address + own)
    expect(again.locator("article.card")).to_have_count(3)
    context.close()


def test_moderator_works_by_keys_that_can_be_switched_off(site: Site, chromium: Browser) -> None:
    context = chromium.new_context(bypass_csp=True, locale="pl", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{site.address}/pl/demo/")
    page.locator("form[action*=organiser] button").first.click()
    page.wait_for_url("**/admin/**")
    page.goto(f"{site.address}/admin/debate/{site.year}/")
    page.locator(".debate-panel table th a").first.click()
    expect(page).to_have_url(re.compile(r"/\d{4}/\d+/$"))
    home = page.url
    for name in ("joining/", "signs/", ""):
        page.goto(home + name)
        assert axe(page, ".debate-panel") == [], name
    page.locator(".debate-panel table th a").first.click()
    expect(page.locator(".debate-keys")).to_be_visible()
    assert axe(page, ".debate-panel") == []
    reason = page.locator("#id_reason_pl")
    page.keyboard.press("r")
    expect(reason).to_be_focused()
    page.keyboard.type("rm")
    expect(reason).to_have_value("rm")
    page.locator(".debate-keys input").uncheck()
    page.keyboard.press("r")
    expect(page.locator(".debate-keys input")).to_be_focused()
    page.reload()
    expect(page.locator(".debate-keys input")).not_to_be_checked()
    context.close()
