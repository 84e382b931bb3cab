"""The playground with the keyboard alone, in both languages, by its link, and without JavaScript."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Site, axe, tab_to

WORDS = {
    "pl": ("To opublikowana metoda.", re.compile("Twoje wagi (nie )?zmieniają zwycięzc"), "Kopiuj link do tego wyboru"),
    "en": ("This is the published method.", re.compile("Your weights (do not )?change the winner"), "Copy the link"),
}  # fmt: skip


@pytest.mark.parametrize("language", ["pl", "en"])
def test_slider_by_keyboard_alone(site: Site, page: Page, language: str) -> None:
    published, changed, copy = WORDS[language]
    page.goto(f"{site.address}/{language}/ranking/{site.year}/playground/")
    line = page.locator("#verdict")
    expect(line).to_contain_text(published)
    tab_to(page, "#playground input[type=range]")
    for _step in range(20):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("#w-economy")).to_have_value("10")
    expect(line).to_contain_text(changed)
    expect(page).to_have_url(re.compile(r"playground/\?w-economy=10$"))
    # To nothing: the pillar is left out and another city leads.
    page.keyboard.press("Home")
    expect(page).to_have_url(re.compile(r"playground/\?w-economy=0$"))
    first = page.locator("#places tbody tr").first.locator("th").inner_text()
    said = line.inner_text()
    assert first in said
    # The number beside the slider is the same weight.
    tab_to(page, "#w-people", 4)
    page.keyboard.press("Control+A")
    page.keyboard.type("55")
    expect(page).to_have_url(re.compile(r"w-economy=0&w-people=55$"))
    expect(page.get_by_role("button", name=copy)).to_be_visible()
    assert axe(page) == []
    places = page.locator("#places tbody").inner_text()
    again = page.context.new_page()
    again.goto(page.url)
    assert again.locator("#places tbody").inner_text() == places
    expect(again.locator("#w-people")).to_have_value("55")
    again.close()


def test_switch_and_way_back(site: Site, page: Page) -> None:
    page.goto(f"{site.address}/en/ranking/{site.year}/playground/")
    page.locator("#scale").select_option("rank")
    expect(page.locator("#verdict")).to_contain_text("Your choices")
    expect(page.locator(".playground-distance")).to_contain_text("1 choice of the method differs")
    # The other language keeps the choice.
    expect(page.locator(".language a[hreflang=pl]")).to_have_attribute("href", re.compile(r"scale=rank$"))
    page.get_by_role("link", name="Back to the published method").click()
    expect(page.locator("#verdict")).to_contain_text("This is the published method.")
    expect(page.locator("#scale")).to_have_value("")


def test_link_is_copied(site: Site, chromium: Browser) -> None:
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{site.address}/en/ranking/{site.year}/playground/?w-economy=7")
    page.get_by_role("button", name="Copy the link to this choice").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()") == page.url
    context.close()


@pytest.mark.parametrize("language", ["pl", "en"])
def test_playground_without_javascript(site: Site, chromium: Browser, language: str) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{site.address}/{language}/ranking/{site.year}/playground/")
    expect(page.locator("#playground input[type=range]").first).to_be_hidden()
    page.locator("#w-economy").fill("10")
    page.locator("#mean").select_option("geometric")
    page.locator("#playground button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"playground/\?w-economy=10&mean=geometric$"))
    expect(page.locator("#w-economy")).to_have_value("10")
    expect(page.locator("#verdict")).to_contain_text({"pl": "Twój wybór", "en": "Your choices"}[language])
    context.close()


@pytest.mark.parametrize("language", ["pl", "en"])
def test_city_is_added_to_the_charts_by_keyboard(site: Site, page: Page, language: str) -> None:
    page.goto(f"{site.address}/{language}/ranking/{site.year}/charts/")
    tab_to(page, "#add")
    page.keyboard.type("chelm")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("city=chelm"))
    expect(page.locator("#editions svg")).to_contain_text("Chełm")
    with page.expect_download() as waiting:
        page.locator("#editions .chart-files a").first.click()
    assert waiting.value.suggested_filename == f"ranking-{site.year}-editions.svg"
