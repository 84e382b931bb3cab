"""Every kind of public page has no axe violation: in Polish light at a desk, in English dark on a phone."""

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import Site, axe

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
SCREENS = {"pl": "light", "en": "dark"}


@pytest.mark.parametrize("language", ["pl", "en"])
def test_public_pages_have_no_violation(site: Site, page: Page, language: str) -> None:
    faults = []
    for name, path in site.pages.items():
        faults += [f"{name}, {fault}" for fault in faults_of(page, site, path, language)]
    assert faults == []


def faults_of(page: Page, site: Site, path: str, language: str) -> list[str]:
    """What is wrong with one page in one language."""
    screen = SCREENS[language]
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme=screen)
    page.goto(site.address + path, wait_until="domcontentloaded")
    if language == "en" and page.locator(".language a[hreflang=en]").count():
        page.goto(page.locator(".language a[hreflang=en]").evaluate("link => link.href"))
    faults = []
    if page.locator("html").get_attribute("lang") != language and "embed" not in path:
        faults.append(f"the page does not say that it is in {language}")
    if screen == "light":
        faults += [f"light at a desk, {fault}" for fault in axe(page)]
    page.set_viewport_size(PHONE)
    if screen == "dark":
        faults += [f"dark on a phone, {fault}" for fault in axe(page)]
    if (wide := page.evaluate("() => document.documentElement.scrollWidth")) > PHONE["width"]:
        faults.append(f"{wide} px wide on a phone of {PHONE['width']} px")
    return faults
