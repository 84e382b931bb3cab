"""The demo site as a visitor meets it: `ratusz serve` in a home of its own, read in Chromium.

RATUSZ_E2E_SITE=http://127.0.0.1:8000 tests a site that already runs instead.
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

RATUSZ = Path(sys.executable).with_name("ratusz")
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
OURS = {
    "",
    "ranking",
    "efficiency",
    "cities",
    "indicators",
    "session",
}  # pages of the sitemap that are no pages of the editor
MOVE_THE_DEMO = {"test_data_dialogue.py", "test_method_editor.py", "test_workplace.py"}
READY_WITHIN = 240  # seconds: a database, all migrations, the demo edition and its rankings


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One process has the site and the browser to itself; who moves the demo in time runs last."""
    items.sort(key=lambda item: item.path.name in MOVE_THE_DEMO)
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.xdist_group("e2e"))
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.slow)


@dataclass
class Site:
    """A running demo site."""

    address: str
    year: int = 0
    pages: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] | None = None

    def manage(self, *command: str) -> None:
        """Runs a management command in the home of the site; skips the test where that is not ours."""
        if self.environment is None:
            pytest.skip("the site was started elsewhere")
        subprocess.run([RATUSZ, "manage", *command], env=self.environment, check=True, timeout=120)

    def get(self, path: str) -> str:
        """The body of a page."""
        with urllib.request.urlopen(self.address + path, timeout=60) as answer:
            return answer.read().decode()


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The demo site, with the year of its newest ranking and a path for each kind of public page."""
    if running := os.environ.get("RATUSZ_E2E_SITE"):
        yield explored(Site(running.rstrip("/")))
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # PostgreSQL refuses to run as root and must be able to pass through the folder.
    with tempfile.TemporaryDirectory(prefix="ratusz-e2e-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        hidden = {"DATABASE_URL", "SECRET_KEY", "RATUSZ_DEBUG"}
        kept = {name: value for name, value in os.environ.items() if name not in hidden}
        environment = kept | {"RATUSZ_HOME": f"{folder}/home", "RATUSZ_DEMO": "1", "PORT": str(port)}
        log = Path(folder) / "site.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [RATUSZ, "serve", "--workers", "1"],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            found = Site(f"http://127.0.0.1:{port}", environment=environment)
            wait_for(found, process, log)
            yield explored(found)
        finally:
            process.terminate()
            process.wait(40)


def wait_for(site: Site, process: subprocess.Popen, log: Path) -> None:
    """Waits until the site serves its home page, or fails with its log."""
    deadline = time.monotonic() + READY_WITHIN
    while True:
        try:
            site.get("/pl/")
            return
        except (urllib.error.URLError, ConnectionError):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.3)


def explored(site: Site) -> Site:
    """The site with the paths of its public pages, one of each kind, under /pl/."""
    home = site.get("/pl/")
    site.year = max(int(year) for year in re.findall(r'href="/pl/ranking/(\d{4})/"', home))
    ranking = f"/pl/ranking/{site.year}/"
    indicator = re.search(r'href="(/pl/indicators/[^"]+/)"', site.get("/pl/indicators/"))
    site.pages = {
        "home": "/pl/",
        "ranking": ranking,
        "ranking of a class": f"{ranking}?class=1&sort=-score",
        "ranking, nothing found": f"{ranking}?q=xyz",
        "city": f"{ranking}city/sopot/",
        "compare": f"{ranking}compare/?city=sopot&city=gdynia&city=gdansk",
        "method": f"{ranking}method/",
        "verify": f"{ranking}verify/",
        "playground": f"{ranking}playground/",
        "playground, a choice": f"{ranking}playground/?w-economy=0&mean=geometric&w-turnout=90&class=3",
        "playground, a bad address": f"{ranking}playground/?w-economy=many",
        "charts": f"{ranking}charts/",
        "charts of a class": f"{ranking}charts/?class=1&top=5&city=sopot&city=krosno",
        "embed": f"{ranking}embed/",
        "efficiency": f"/pl/efficiency/{site.year}/",
        "efficiency, nothing found": f"/pl/efficiency/{site.year}/?q=xyz",
        "efficiency of a city": f"/pl/efficiency/{site.year}/city/lublin/",
        "efficiency, method": f"/pl/efficiency/{site.year}/method/",
        "no efficiency yet": "/pl/efficiency/2024/",
        **session_pages(site, home),
        **debate_pages(site),
        "cities": "/pl/cities/",
        "city record": "/pl/cities/sopot/",
        "indicators": "/pl/indicators/",
        "indicator": indicator[1],
        "indicator with a correction": "/pl/indicators/unemployed/",
        "indicator with a rejection": "/pl/indicators/gross-wage/",
        "city record with a correction": "/pl/cities/gdynia/",
        "demo roles": "/pl/demo/",
        "demo mailbox": "/pl/demo/mailbox/",
        "search": "/pl/search/?q=lodz",
        "search, empty": "/pl/search/",
        "sign in": "/pl/account/login/",
        "sign up": "/pl/account/signup/",
        "style guide": "/pl/styleguide/",
        "api": "/pl/api/",
        "open data": "/pl/open-data/",
        "not found": "/pl/nie-ma-takiej-strony/",
    }
    seen = set()
    for path in re.findall(r"<loc>https?://[^/]+(/pl/[^<]*)</loc>", site.get("/sitemap.xml")):
        kind = (path.count("/"), path.split("/")[2])
        if kind not in seen and path.split("/")[2] not in OURS:
            seen.add(kind)
            site.pages[f"page {path}"] = path
    return site


def debate_pages(site: Site) -> dict[str, str]:
    """The public pages of the debate, with one of its conversations."""
    debate = f"/pl/debate/{site.year}/"
    conversation = re.search(rf'href="({debate}[\w-]+/)"', site.get(debate))
    return {
        "debate": debate,
        "conversation": conversation[1],
        "own votes": f"{conversation[1]}own/",
        "opinion map": f"{conversation[1]}map/",
        "opinion map in the hall": f"{conversation[1]}hall/",
        "how statements are looked through": f"{conversation[1]}moderation/",
        "invitation key": f"{debate}key/",
        "no debate yet": "/pl/debate/2024/",
    }


def session_pages(site: Site, home: str) -> dict[str, str]:
    """The public pages of the newest Dialogue Session, with one of its blocks."""
    agenda = max(re.findall(r'href="(/pl/session/\d{4}/)"', home))
    block = re.search(rf'href="({agenda}block/\d+/)"', site.get(agenda))
    return {
        "session": agenda,
        "session by room": f"{agenda}?view=rooms",
        "session by topic": f"{agenda}?view=topics",
        "session, a block": block[1] if block else agenda,
    }


@pytest.fixture(scope="module")
def reader(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser window at a desk, kept for a module."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture
def page(reader: BrowserContext) -> Iterator[Page]:
    """A new tab; anything that the content policy or a script complains of fails the test."""
    tab = reader.new_page()
    complaints: list[str] = []
    tab.on("console", lambda line: line.type == "error" and complaints.append(line.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    yield tab
    tab.close()
    # The browser reports an honest 404 as an error too.
    assert [text for text in complaints if "the server responded with a status of 404" not in text] == []


# A message that still fades in has the contrast of neither its beginning nor its end.
SETTLED = """() => Promise.allSettled(document.getAnimations()
  .filter(one => Number.isFinite(one.effect.getComputedTiming().endTime)).map(one => one.finished))"""


def axe(page: Page, within: str = "html") -> list[str]:
    """What axe-core finds wrong on the page, or a part of it, as it is now: rule, place, reason."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    page.evaluate(SETTLED)
    found = page.evaluate(
        "part => axe.run(part, {resultTypes: ['violations'], "
        "runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']})",
        within,
    )
    return [
        f"{rule['id']} at {node['target']}: {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


LIES_BEHIND = """selector => {
  const place = document.querySelector(selector)?.compareDocumentPosition(document.activeElement) ?? 0;
  return document.activeElement !== document.body && Boolean(place & Node.DOCUMENT_POSITION_FOLLOWING);
}"""


def tab_to(page: Page, selector: str, most: int = 80, *, either_way: bool = False) -> None:
    """Presses Tab until the element has the focus; fails when it cannot be reached.

    `either_way` goes backwards where the element lies behind: shorter on a long page, for a selector of one element.
    """
    key = "Shift+Tab" if either_way and page.evaluate(LIES_BEHIND, selector) else "Tab"
    for _step in range(most):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} is not reached within {most} tabs")
