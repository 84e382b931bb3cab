"""Reading the site: with the keyboard alone, without JavaScript, in the other language, in the other theme."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Site, tab_to


def test_ranking_by_keyboard_alone(site: Site, page: Page) -> None:
    page.goto(f"{site.address}/pl/ranking/{site.year}/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "input[type=search]")
    page.keyboard.type("lodz")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("Łódź")
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    expect(page.locator("tbody tr").nth(5)).to_be_visible()
    tab_to(page, "thead th:nth-child(2) a")
    page.keyboard.press("Enter")
    expect(page.locator("thead th:nth-child(2)")).to_have_attribute(
        "aria-sort", re.compile("ascending|descending")
    )
    tab_to(page, "tbody th a")
    name = page.evaluate("() => document.activeElement.textContent")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(name)
    assert "/city/" in page.url


def test_focus_is_visible(site: Site, page: Page) -> None:
    page.goto(f"{site.address}/pl/")
    for _step in range(12):
        page.keyboard.press("Tab")
        width = page.evaluate(
            "() => { const style = getComputedStyle(document.activeElement);"
            " const skip = document.activeElement.matches('.skip');"
            " return skip ? 3 : parseFloat(style.outlineWidth) * (style.outlineStyle !== 'none'); }"
        )
        assert width >= 2, page.evaluate("() => document.activeElement.outerHTML")


def test_reading_without_javascript(site: Site, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{site.address}/pl/ranking/{site.year}/?q=lodz")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto(f"{site.address}/pl/ranking/{site.year}/")
    expect(page.locator("tbody tr").nth(20)).to_be_visible()
    page.locator("tbody th a").first.click()
    expect(page.locator("main table").first).to_be_visible()
    page.goto(f"{site.address}/pl/")
    page.get_by_role("button", name="Menu").click()
    page.locator("#navigation").get_by_role("link", name="Aktualności").click()
    page.locator("main h3 a, main h2 a").first.click()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("main p").nth(1)).to_be_visible()
    context.close()


@pytest.mark.parametrize(
    "name", ["home", "ranking of a class", "city", "compare", "method", "search", "sign in"]
)
def test_language_switch_keeps_the_page(site: Site, page: Page, name: str) -> None:
    path = site.pages[name]
    page.goto(site.address + path)
    page.locator(".language a").click()
    assert page.url == site.address + path.replace("/pl/", "/en/", 1)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator(".language a").click()
    assert page.url == site.address + path


def test_language_switch_of_a_news_item_finds_its_translation(site: Site, page: Page) -> None:
    path = max(
        (path for name, path in site.pages.items() if name.startswith("page ")),
        key=lambda path: path.count("/"),
    )
    page.goto(site.address + path)
    page.locator(".language a").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url != f"{site.address}/en/"
    page.locator(".language a").click()
    assert page.url == site.address + path


def test_theme_is_remembered_from_the_first_paint(site: Site, chromium: Browser) -> None:
    context = chromium.new_context(color_scheme="light")
    page = context.new_page()
    page.goto(f"{site.address}/pl/")
    light = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    switch = page.get_by_role("button", name="Ciemny motyw")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    page.goto(f"{site.address}/pl/styleguide/", wait_until="commit")
    page.wait_for_function("() => document.body !== null")
    assert page.evaluate("() => document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") != light
    context.close()


def test_every_map_and_history_has_its_table(site: Site, page: Page) -> None:
    for name in ("home", "ranking", "city"):
        page.goto(site.address + site.pages[name])
        for picture in page.locator("main svg[role=img]").all():
            assert picture.locator("title").first.text_content()
        assert page.locator("main table").count() > 0, name


def test_ranking_prints_its_table_in_black_on_white(site: Site, page: Page) -> None:
    page.goto(site.address + site.pages["ranking"])
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    expect(page.locator("main table").first).to_be_visible()
    expect(page.locator("nav.nav")).to_be_hidden()
    page.emulate_media(media="screen")
