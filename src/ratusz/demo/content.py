"""What the demo consists of: the files in data/, read once."""

import csv
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.html import escape
from wagtail.rich_text import RichText

DATA = Path(__file__).resolve().parent / "data"
CURRENT = 2026


@cache
def read(name: str) -> dict[str, Any]:
    """A TOML file of data/ by its name without the ending."""
    with (DATA / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def figures() -> tuple[dict[str, str], ...]:
    """The rows of figures.csv."""
    with (DATA / "figures.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def editions() -> list[dict[str, Any]]:
    """The editions, oldest first."""
    return read("editions")["edition"]


def people() -> list[dict[str, Any]]:
    """The invented people of the demo, in the order of the sign-in page."""
    return read("editions")["person"]


def news(year: int) -> list[dict[str, Any]]:
    """The news of an edition in the order in which they come out."""
    return read(f"news/{year}")["news"]


def method(year: int) -> str:
    """The method file of an edition."""
    return (DATA / "methods" / f"{year}.toml").read_text(encoding="utf-8")


def blocks(text: str) -> list[tuple[str, Any]]:
    """The blocks of a page: paragraphs apart by an empty line, `## ` a heading, `> words — who` a quotation.

    >>> [kind for kind, _value in blocks("One.\\n\\n## Two\\n\\n> Three. — Four")]
    ['paragraph', 'heading', 'quote']
    """
    found: list[tuple[str, Any]] = []
    for part in text.strip().split("\n\n"):
        if part.startswith("## "):
            found.append(("heading", {"text": part[3:].strip(), "level": "h2"}))
        elif part.startswith("> "):
            words, _, who = part[2:].rpartition(" — ")
            found.append(("quote", {"text": words.strip(), "who": who.strip()}))
        elif part.startswith("<"):
            found.append(("paragraph", RichText(part.strip())))
        else:
            found.append(("paragraph", RichText(f"<p>{escape(part.strip())}</p>")))
    return found
