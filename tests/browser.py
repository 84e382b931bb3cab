"""The Chromium of the browser tests; `python -m tests.browser` tells whether there is one that starts."""

import os
import shutil
from typing import Any

from playwright.sync_api import Browser, BrowserContext, BrowserType, Playwright, sync_playwright

# The sandbox needs privileges that neither root nor a container gives; the tests open our own pages only.
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage"]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def launch(playwright: Playwright) -> Browser:
    """A headless Chromium: the one in CHROMIUM, an installed one, or else Playwright's own."""
    return playwright.chromium.launch(executable_path=installed(), args=ARGUMENTS)


def launch_kept(kind: BrowserType, folder: str, **settings: Any) -> BrowserContext:
    """The same with everything that it keeps in a folder, as a phone keeps it between two starts."""
    return kind.launch_persistent_context(folder, executable_path=installed(), args=ARGUMENTS, **settings)


def installed() -> str | None:
    """The Chromium of the machine; None leaves the choice to Playwright."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def main() -> None:
    """Starts the browser and shows a page, or fails."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        browser.new_page().set_content("<p>Ratusz</p>")
        browser.close()


if __name__ == "__main__":
    main()
