"""The data dialogue with the keyboard alone, in both languages: a city objects, the organiser decides, all can read it.

It moves the demo to another phase, so it runs among the last.
"""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.conftest import Site, axe, tab_to

WALKS = {
    "pl": {
        "indicator": "dwellings", "mistake": "82,5", "value": "8,4", "asked": "10 razy", "sent": "Wysłano",
        "queue": "Czeka na rozstrzygnięcie", "reason": "Sprawdzono w sprawozdaniu urzędu.", "was": "8,2",
    },
    "en": {
        "indicator": "nurseries", "mistake": "2,520", "value": "25.2", "asked": "100 times", "sent": "Sent",
        "queue": "Czeka na rozstrzygnięcie", "reason": "Checked in the report of the office.", "was": "24.2",
    },
}  # fmt: skip


def signed_in(site: Site, chromium: Browser, language: str, key: str) -> tuple[BrowserContext, Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{site.address}/{language}/demo/")
    tab_to(page, f"form[action$='/{key}/'] button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/admin/|/my/"))
    return context, page


def write(page: Page, field: str, words: str) -> None:
    """Puts the words into the field in place of what was there."""
    tab_to(page, f"[name={field}]")
    page.keyboard.press("Control+A")
    page.keyboard.type(words)


def press(page: Page, selector: str, most: int = 80) -> None:
    tab_to(page, selector, most)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("language", ["pl", "en"])
def test_city_objects_and_the_organiser_decides_by_keyboard_alone(
    site: Site, chromium: Browser, language: str
) -> None:
    walk = WALKS[language]
    site.manage("demo_phase", "verify")
    faults: list[str] = []

    city, page = signed_in(site, chromium, language, "city")
    press(page, "main a[href$='/figures/1061011/']")
    page.wait_for_url("**/figures/1061011/")
    faults += axe(page)
    press(page, f"a.own-do[href$='/{walk['indicator']}/']", most=160)
    page.wait_for_url(f"**/{walk['indicator']}/")
    faults += axe(page)
    write(page, "typed", walk["mistake"])
    write(page, "source_name", "Urząd Miasta Łodzi, sprawozdanie roczne")
    write(page, "source_url", "https://uml.lodz.pl/")
    write(page, "grounds", "W tabeli jest liczba sprzed korekty.")
    press(page, "button[value=send]")
    expect(page.locator("main")).to_contain_text(walk["asked"])
    expect(page.locator("[name=typed]")).to_have_value(walk["mistake"])
    expect(page.locator("[name=grounds]")).to_have_value("W tabeli jest liczba sprzed korekty.")
    faults += axe(page)
    write(page, "typed", walk["value"])
    press(page, "button[value=send]")
    expect(page.locator(".toasts")).to_contain_text(walk["sent"])
    faults += axe(page)
    city.close()

    organiser, page = signed_in(site, chromium, language, "organiser")
    page.goto(f"{site.address}/admin/objections/?q={walk['indicator']}")
    expect(page.locator("main")).to_contain_text(walk["queue"])
    faults += axe(page, "#listing-results table")
    press(page, "main tbody a")
    page.wait_for_url(re.compile(r"/admin/objections/\d+/"))
    faults += axe(page, "main")
    tab_to(page, "input[name=decision]")
    page.keyboard.press("Space")
    press(page, ".objection form button[type=submit]")  # a decision without its reason
    expect(page.locator(".objection [role=alert]")).to_be_visible()
    faults += axe(page, "main")
    write(page, "reason_pl", WALKS["pl"]["reason"])
    write(page, "reason_en", WALKS["en"]["reason"])
    press(page, ".objection form button[type=submit]")
    page.wait_for_url(re.compile(r"/admin/objections/$"))
    page.goto(f"{site.address}/admin/data-dialogue/")
    faults += axe(page, "main")
    organiser.close()

    reader = chromium.new_context()
    page = reader.new_page()
    for path in (f"indicators/{walk['indicator']}/", "cities/lodz/"):
        page.goto(f"{site.address}/{language}/{path}")
        trail = page.locator("section[aria-labelledby=h-corrections]")
        for words in (
            walk["was"],
            walk["value"],
            walk["reason"],
            "sprawozdanie roczne",
            "Ośrodek Dialogu Miejskiego",
        ):
            expect(trail).to_contain_text(words)
        expect(page.locator("main")).not_to_contain_text("Agnieszka Kubicka")
        faults += axe(page)
    reader.close()
    assert faults == [], "\n".join(faults)


def test_city_confirms_its_figures_by_keyboard_alone(site: Site, chromium: Browser) -> None:
    city, page = signed_in(site, chromium, "pl", "gdynia")
    press(page, "main a[href$='/figures/2262011/']")
    page.wait_for_url("**/figures/2262011/")
    press(page, "form[action*=confirm] button")
    expect(page.locator(".toasts")).to_contain_text("Zapisano")
    city.close()
