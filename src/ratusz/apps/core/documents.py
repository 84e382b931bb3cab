"""The one door to typst: facts as JSON in, a tagged PDF that passes PDF/UA-1 and PDF/A-2a out.

Words never become markup: a template reads them from `sys.inputs`, and nothing is put together as text. Only the
fonts inside the typesetter are used, so that every machine makes the same bytes.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

APPS = Path(__file__).resolve().parents[1]
STANDARDS = ("ua-1", "a-2a")
NO_GLYPH = re.compile(r"could not be displayed with font")
PLACEHOLDER = "\N{WHITE SQUARE}"
# Scripts that the fonts hold; anything else is tried as it is and replaced only where it has no shape.
HELD = ("LATIN", "GREEK", "CYRILLIC", "HEBREW", "DIGIT")


def make_pdf(template: str, facts: Mapping[str, Any], *, created: datetime) -> bytes:
    """The PDF of a template (`ranking/typst/score_card.typ`); `created` is the document's date, not the clock's.

    Raises `typst.TypstError` where the document would not be accessible: a picture without words is a bug.
    """
    told = clean(facts)
    try:
        return _compiled(template, told, created)
    except typst.TypstError as error:
        if not NO_GLYPH.search(error.message):
            raise
        return _compiled(template, clean(facts, shapes=True), created)


def _compiled(template: str, facts: Any, created: datetime) -> bytes:
    return typst.compile(
        str(APPS / template),
        root=str(APPS),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
        pdf_standards=list(STANDARDS),
        timestamp=int(created.timestamp()),
    )


def clean(value: Any, *, shapes: bool = False) -> Any:
    """The facts without characters that nobody sees, such as a turn of the writing direction.

    With `shapes` also without letters that no font here holds: a square stands in their place.

    >>> clean({"name": "Łódź\\u202e"}), clean("北京 Łódź", shapes=True)
    ({'name': 'Łódź'}, '□□ Łódź')
    """
    if isinstance(value, str):
        kept = (
            c for c in value if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn")
        )
        return "".join(c if not shapes or _held(c) else PLACEHOLDER for c in kept)
    if isinstance(value, Mapping):
        return {str(key): clean(item, shapes=shapes) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean(item, shapes=shapes) for item in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return clean(str(value), shapes=shapes)


def _held(character: str) -> bool:
    if unicodedata.category(character)[0] in "LM":
        return unicodedata.name(character, "").startswith(HELD)
    return ord(character) < 0x2300  # punctuation, currencies, arrows and mathematics
