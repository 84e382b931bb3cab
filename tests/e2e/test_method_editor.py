"""The method editor with the keyboard alone, in Polish and in English: build a tree, see the check, lock."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.conftest import Site, axe, tab_to

WORDS = {
    "pl": {
        "group": "Zaplecze", "moved": "ma teraz numer 4 z 5", "undone": "Cofnięto ostatnią zmianę",
        "rest": "dostaje resztę: 10", "wrong": "sumują się do 90", "fine": "byłyby sklasyfikowane",
        "offer": "Proponowane wagi", "adopted": "wagi są teraz takie jak w propozycji", "locked": "jest zamknięta",
    },
    "en": {
        "group": "Zone", "moved": "is now number", "undone": "The last change is undone",
        "rest": "gets the rest: 10", "wrong": "sum to 90", "fine": "would be classified",
        "offer": "Proposed weights", "adopted": "the weights are now those of", "locked": "is locked",
    },
}  # fmt: skip


@pytest.fixture
def organiser(site: Site, chromium: Browser) -> Iterator[BrowserContext]:
    """The demo's organiser, in the phase in which a method is made."""
    site.manage("demo_phase", "rank")
    context = chromium.new_context(viewport={"width": 1280, "height": 1000}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{site.address}/pl/demo/")
    page.locator("form[action*=organiser] button").click()
    page.wait_for_url("**/admin/**")
    page.close()
    yield context
    # The language belongs to the person: the next test finds the panel as the demo has it.
    speak(context.new_page(), site, "pl")
    context.close()


def speak(page: Page, site: Site, language: str) -> None:
    """Sets the language of the panel."""
    page.goto(f"{site.address}/admin/account/")
    page.locator("select[name=locale-preferred_language]").select_option(language)
    page.locator("main form [type=submit]").first.click()
    page.wait_for_load_state()


def press(page: Page, selector: str) -> None:
    """Reaches a control with Tab, from where the focus is, and presses it."""
    tab_to(page, selector, most=500, either_way=True)
    page.keyboard.press("Enter")


def write(page: Page, selector: str, text: str) -> None:
    """Reaches a field with Tab and replaces what stands in it."""
    tab_to(page, selector, most=500, either_way=True)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


@pytest.mark.parametrize("language", ["pl", "en"])
def test_method_is_built_checked_and_locked_by_keyboard_alone(
    site: Site, organiser: BrowserContext, language: str
) -> None:
    words = WORDS[language]
    page = organiser.new_page()
    complaints: list[str] = []
    page.on("console", lambda line: line.type == "error" and complaints.append(line.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    speak(page, site, language)
    home = f"{site.address}/admin/ranking/{site.year}/"
    page.goto(home)
    press(page, "form[action*='/method/new/'] button")
    page.wait_for_url("**/method/edit/")
    said = page.locator("#editor-said")
    root = page.locator(".editor-tree > .editor-node").first.get_attribute("data-key")
    old = page.locator(".editor-tree .editor-node .editor-group").first.get_attribute("data-key")
    child = page.locator(f"#node-{old} .editor-node").first.get_attribute("data-key")

    # A new group, moved up and back.
    write(page, "#new_name_pl", words["group"])
    write(page, "#new_name_en", words["group"])
    press(page, "#add_group")
    expect(said).to_contain_text(words["group"])
    new = page.locator(".editor-group", has=page.locator(f"input[value='{words['group']}']")).last
    key = new.get_attribute("data-key")
    press(page, f"#up-{key}")
    expect(said).to_contain_text(words["moved"])
    expect(page.locator(f"#up-{key}")).to_be_focused()
    press(page, "#undo")
    expect(said).to_contain_text(words["undone"])

    # An indicator goes over to it, by the field that says where it stands.
    press(page, f"#more-{child} > summary")
    tab_to(page, f"#{child}-parent")
    page.keyboard.type(words["group"])
    press(page, f"#down-{child}")
    expect(page.locator(f"#node-{key} #node-{child}")).to_be_visible()
    write(page, f"#{child}-weight", "100")
    press(page, f"#equal-{old}")
    expect(page.locator(f"#node-{old} [data-weight]").nth(1)).to_have_value("")

    # Weights that do not fit are said at once; the rest is filled in; the check follows.
    freed = page.locator(f"#{old}-weight").input_value()
    write(page, f"#{old}-weight", str(int(float(freed.replace(",", "."))) - 10))
    expect(page.locator(f"#node-{root} > .editor-sum")).to_contain_text(words["wrong"])
    press(page, f"#rest-{key}")
    expect(said).to_contain_text(words["rest"])
    expect(page.locator("#feasibility")).to_contain_text(words["fine"], timeout=20_000)

    # Weights are proposed and adopted.
    press(page, f"#propose-{old}")
    expect(page.locator("#offer")).to_contain_text(words["offer"])
    press(page, "#adopt-equal")
    expect(said).to_contain_text(words["adopted"])
    page.wait_for_load_state("networkidle")
    assert (found := axe(page, "main")) == [], found

    press(page, ".editor-foot button[value=save]")
    page.wait_for_url("**/method/check/")
    assert (found := axe(page, "main")) == [], found
    page.goto(f"{home}method/compare/")
    expect(page.locator(".pic-slope")).to_be_visible()
    assert (found := axe(page, "main")) == [], found
    page.goto(f"{home}method/lock/")
    write(page, "#id_note_pl", "Nowa grupa.")
    press(page, "main form [type=submit]")
    page.wait_for_url(home)
    expect(page.locator("body")).to_contain_text(words["locked"])
    # A check that was under way when the page was left is broken off, and htmx says so.
    assert [text for text in complaints if not text.startswith("htmx:")] == []
    page.close()
