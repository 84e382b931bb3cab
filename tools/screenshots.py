# SPDX-FileCopyrightText: 2026 The Ratusz authors
# SPDX-License-Identifier: Apache-2.0
"""Takes the pictures of README and docs from a running demo.

    make run                                                # in one terminal
    .venv/bin/python tools/screenshots.py [http://127.0.0.1:8000]

Each picture is a page as it is, so run it again when a page changes its look.
"""

from __future__ import annotations

import io
import re
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser import launch  # noqa: E402 - the tests' own Chromium

FOLDER = ROOT / "docs" / "images"
COLOURS = 160  # enough for flat pages, and a third of the bytes


@dataclass(frozen=True)
class Shot:
    """One picture: where, how wide and high, in which theme."""

    name: str
    path: str
    width: int = 1280
    height: int = 860
    theme: str = "light"
    part: str = ""  # the id of what stands on top; else the top of the page


def shots(year: int) -> list[Shot]:
    """What README and docs show."""
    ranking = f"/ranking/{year}/"
    return [
        Shot("home", "/pl/"),
        Shot("ranking", f"/en{ranking}", height=1180),
        Shot("city-dark", f"/pl{ranking}city/lodz/", theme="dark"),
        Shot("ranking-phone", f"/pl{ranking}", width=390, height=860),
        Shot("playground", f"/en{ranking}playground/?w-economy=60", height=1100),
        Shot("charts", f"/en{ranking}charts/", height=1100),
        Shot("score-card", f"/en{ranking}city/lodz/", height=1100, part="rising"),
        Shot("efficiency", f"/en/efficiency/{year}/", height=1000),
        Shot("agenda", f"/en/session/{year}/?view=rooms", height=1400),
    ]


def main(address: str) -> None:
    """Writes each picture into docs/images and prints its size."""
    home = urllib.request.urlopen(f"{address}/pl/", timeout=60).read().decode()
    year = max(int(found) for found in re.findall(r'href="/pl/ranking/(\d{4})/"', home))
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for shot in shots(year):
            path = FOLDER / f"{shot.name}.png"
            path.write_bytes(taken(browser, address, shot))
            print(f"{path.relative_to(ROOT)}  {path.stat().st_size / 1000:.0f} kB")
        browser.close()


def taken(browser: Browser, address: str, shot: Shot) -> bytes:
    """The picture as a small PNG."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height},
        color_scheme=shot.theme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    answer = page.goto(address + shot.path, wait_until="networkidle")
    if answer is None or not answer.ok:
        raise SystemExit(f"{shot.path} did not open: no picture of it.")
    if shot.part:
        page.locator(f"#{shot.part}").evaluate("place => place.scrollIntoView()")
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    context.close()
    small = io.BytesIO()
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8000")
