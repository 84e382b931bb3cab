"""A person registers for the Session on a phone with the keyboard alone, in both languages."""

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Site, axe


@pytest.mark.parametrize(("language", "role"), [("pl", "secretary"), ("en", "administrator")])
def test_a_person_registers_on_a_phone_by_keyboard(
    site: Site, chromium: Browser, language: str, role: str
) -> None:
    page = chromium.new_context(
        bypass_csp=True, locale=language, viewport={"width": 390, "height": 844}
    ).new_page()
    page.goto(f"{site.address}/{language}/demo/")
    page.locator(f"form[action$='/sign-in/{role}/'] button").click()
    page.wait_for_url(lambda address: "/demo/" not in address)
    page.goto(f"{site.address}/{language}/session/{site.year}/register/")
    assert axe(page) == []
    page.locator("#id_name").focus()
    page.locator("#id_name").fill("Zofia Świt")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")  # the last group of all: an expert
    page.keyboard.press("Tab")
    page.keyboard.type("Politechnika")
    page.locator("#id_phone").fill("abc")
    page.locator("#id_phone").press("Enter")
    expect(page.locator("#id_phone")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#id_organisation_name")).to_have_value("Politechnika")
    assert axe(page) == []
    page.locator("#id_phone").fill("600 100 200")
    page.locator("#id_phone").press("Enter")
    page.wait_for_url("**/my/**")
    assert axe(page) == []
    expect(page.locator("h1")).to_have_text("Moja sesja" if language == "pl" else "My session")
