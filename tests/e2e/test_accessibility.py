"""Every kind of public page has no axe violation: light at a desk and dark on a phone, Polish and English."""

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import Site, axe

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


@pytest.mark.parametrize("language", ["pl", "en"])
def test_public_pages_have_no_violation(site: Site, page: Page, language: str) -> None:
    faults = []
    for name, path in site.pages.items():
        faults += [f"{name}, {fault}" for fault in faults_of(page, site, path, language)]
    assert faults == []


def faults_of(page: Page, site: Site, path: str, language: str) -> list[str]:
    """What is wrong with one page in one language."""
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="light")
    page.goto(site.address + path, wait_until="domcontentloaded")
    if language == "en" and page.locator(".language a[hreflang=en]").count():
        page.goto(page.locator(".language a[hreflang=en]").evaluate("link => link.href"))
    faults = [f"light at a desk, {fault}" for fault in axe(page)]
    if page.locator("html").get_attribute("lang") != language and "embed" not in path:
        faults.append(f"the page does not say that it is in {language}")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)
    faults += [f"dark on a phone, {fault}" for fault in axe(page)]
    if (wide := page.evaluate("() => document.documentElement.scrollWidth")) > PHONE["width"]:
        faults.append(f"{wide} px wide on a phone of {PHONE['width']} px")
    return faults
