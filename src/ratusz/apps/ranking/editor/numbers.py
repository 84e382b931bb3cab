"""Numbers as people type them, and as they are shown back."""

from django.utils.translation import get_language


def read(raw: str) -> float | None:
    """The number of a text with a decimal comma or point; None for an empty one. Raises ValueError."""
    text = raw.replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace(",", ".")
    text = text.replace("\u2212", "-").removesuffix("%")
    if not text:
        return None
    value = float(text)
    if value != value or value in (float("inf"), float("-inf")):
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
