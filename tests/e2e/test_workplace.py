"""The organiser's import with the keyboard alone. It moves the demo to another phase, so it runs last."""

from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Site, axe, tab_to

FILE = """\
"Kod";"Nazwa";"ogółem;ogółem;2023;[zł]";
2264000;"Powiat m. Sopot";8123,45;
2262000;"Powiat m. Gdynia";8001,10;
2261000;"Powiat m. Gdańsk";osiem tysięcy;
"""


def test_import_preview_by_keyboard_alone(site: Site, chromium: Browser) -> None:
    site.manage("demo_phase", "measure")
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{site.address}/pl/demo/")
    tab_to(page, "form[action*=organiser] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/**")

    page.goto(f"{site.address}/admin/imports/upload/")
    tab_to(page, "input[type=file]")
    # The window in which a file is chosen belongs to the system, not to the page.
    page.locator("input[type=file]").set_input_files(
        {"name": "wynagrodzenia.csv", "mimeType": "text/csv", "buffer": FILE.encode("utf-8-sig")}
    )
    tab_to(page, "main form [type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/imports/*/")
    expect(page.locator("main")).to_contain_text("Nie wskazano żadnej kolumny z danymi")
    assert (found := axe(page, "main")) == [], found

    tab_to(page, "select[name=role_2]")
    page.keyboard.type("Przeciętne")
    tab_to(page, "button[value=check]")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("osiem tysięcy")
    expect(page.locator("main")).to_contain_text("Gdańsk")
    assert (found := axe(page, "main")) == [], found

    tab_to(page, "button[value=discard]")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("niczego z tego pliku nie zapisano")
    context.close()
