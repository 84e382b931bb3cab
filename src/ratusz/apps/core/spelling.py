"""A number as a person writes it in a form, and back: the comma means thousands to an English reader only."""

import re

from django.utils.translation import get_language

from ratusz.apps.core.imports.cells import Number, parse_number

_ENGLISH_THOUSANDS = re.compile(r"[+\-−–]?\d{1,3}(,\d{3})+%?")


def read_number(typed: str) -> Number:
    """The number that a person typed: 12,5 and 12.5 and 1 234,5; in English 2,520 is two thousand and more."""
    text = typed.strip()
    if _is_english() and _ENGLISH_THOUSANDS.fullmatch(text):
        return parse_number(text, ".")
    return parse_number(text, "," if "," in text and text.rfind(",") > text.rfind(".") else ".")


def spelled(value: float) -> str:
    """The value for a form, so that reading it in the same language gives it back exactly."""
    text = str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
    return text if _is_english() else text.replace(".", ",")


def _is_english() -> bool:
    return (get_language() or "pl").startswith("en")
