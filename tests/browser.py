"""The Chromium of the browser tests; `python -m tests.browser` tells whether there is one that starts."""

import os
import shutil

from playwright.sync_api import Browser, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def launch(playwright: Playwright) -> Browser:
    """A headless Chromium: the one in CHROMIUM, an installed one, or else Playwright's own."""
    installed = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    # The sandbox needs privileges that neither root nor a container gives; the tests open our own pages only.
    return playwright.chromium.launch(
        executable_path=installed, args=["--no-sandbox", "--disable-dev-shm-usage"]
    )


def main() -> None:
    """Starts the browser and shows a page, or fails."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        browser.new_page().set_content("<p>Ratusz</p>")
        browser.close()


if __name__ == "__main__":
    main()
