"""A city team with its score card and the keyboard alone: the document, a seat beside a peer, and back."""

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Site, axe, tab_to

WORDS = {
    "pl": {"asked": "chce usiąść obok miasta", "withdrawn": "nie prosi już", "rising": "Co dałoby wyższe miejsce"},
    "en": {"asked": "would like to sit beside", "withdrawn": "no longer asks", "rising": "What it would take"},
}  # fmt: skip


@pytest.mark.parametrize("language", ["pl", "en"])
def test_city_asks_for_a_seat_and_withdraws_by_keyboard(site: Site, chromium: Browser, language: str) -> None:
    words = WORDS[language]
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{site.address}/{language}/demo/")
    tab_to(page, "form[action$='/city/'] button")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/demo/" not in address)

    card = f"{site.address}/{language}/ranking/{site.year}/city/lodz/"
    page.goto(card)
    expect(page.locator("#rising")).to_contain_text(words["rising"])
    assert axe(page) == []

    tab_to(page, "#gain")
    page.keyboard.type("2")
    tab_to(page, "form[action='#rising'] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**gain=2**")
    expect(page.locator(".card-ways thead th")).to_have_count(4)

    page.goto(card)
    poznan = "form[action$='/city/lodz/seat/']:has(input[value=poznan]) > button"
    tab_to(page, poznan, most=120)
    page.keyboard.press("Enter")
    expect(page.locator(".toasts")).to_contain_text(words["asked"])
    assert page.url.endswith("#seats")
    assert axe(page) == []
    withdraw = "form[action$='/withdraw/']:has(input[value=poznan]) button"
    tab_to(page, withdraw, most=120)
    page.keyboard.press("Enter")
    expect(page.locator(".toasts")).to_contain_text(words["withdrawn"])
    expect(page.locator(poznan)).to_be_visible()

    link = page.locator("a[href$='score-card.pdf']")
    tab_to(page, "a[href$='score-card.pdf']")
    answer = context.request.get(site.address + link.get_attribute("href"))
    assert answer.headers["content-type"] == "application/pdf"
    assert f"/Lang({language})".encode() in answer.body()
    context.close()


def test_score_card_fits_a_phone(site: Site, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    page = context.new_page()
    for language in ("pl", "en"):
        page.goto(f"{site.address}/{language}/ranking/{site.year}/city/lodz/")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert axe(page) == []
    context.close()
