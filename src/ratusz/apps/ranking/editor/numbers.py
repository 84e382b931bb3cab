"""Numbers as people type them, and as they are shown back."""

import math

from django.utils.translation import get_language

from ratusz.apps.core.spelling import read_number


def read(raw: str) -> float | None:
    """The number of a text as the language writes it; a percent sign is ignored, nothing is None. Raises ValueError."""
    if not raw.strip():
        return None
    if "e" in raw.lower():
        # The powers of ten in which `written` shows very large and very small numbers.
        value = float(raw.replace(",", "."))
    else:
        number = read_number(raw)
        if number.state != "value":
            raise ValueError(raw)
        value = number.value
    if not math.isfinite(value):
        raise ValueError(raw)
    return value


def written(value: float | None) -> str:
    """The number with at most ten digits and the decimal sign of the language; nothing for None."""
    if value is None:
        return ""
    text = format(value, ".10g")
    return text if (get_language() or "pl").startswith("en") else text.replace(".", ",")


def kept(value: float | None, old: float | None) -> float | None:
    """The old number where the new one looks the same on the screen: no digit is lost by looking at it."""
    if value is None or old is None:
        return value
    return old if format(value, ".10g") == format(old, ".10g") else value
