"""Every kind of public page has no axe violation: in Polish light at a desk, in English dark on a phone."""

from playwright.sync_api import Page

from tests.e2e.conftest import Site, axe

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


def test_public_pages_have_no_violation(site: Site, page: Page) -> None:
    faults = []
    for name, path in site.pages.items():
        page.goto(site.address + path, wait_until="domcontentloaded")
        faults += [f"{name}, {fault}" for fault in faults_of(page, "pl", "light", DESK)]
        language, english = "pl", page.locator(".language a[hreflang=en]")
        if english.count():
            page.goto(english.evaluate("link => link.href"), wait_until="domcontentloaded")
            language = "en"
        faults += [f"{name}, {fault}" for fault in faults_of(page, language, "dark", PHONE)]
    assert faults == []


def faults_of(page: Page, language: str, scheme: str, screen: dict[str, int]) -> list[str]:
    """What is wrong with the page that is open."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(screen)
    faults = [f"in {language}, {scheme}, {fault}" for fault in axe(page)]
    if page.locator("html").get_attribute("lang") != language:
        faults.append(f"the page does not say that it is in {language}")
    page.set_viewport_size(PHONE)
    if (wide := page.evaluate("() => document.documentElement.scrollWidth")) > PHONE["width"]:
        faults.append(f"in {language}, {wide} px wide on a phone of {PHONE['width']} px")
    return faults
