"""The flags of the BDL: which "values" are really missing. By number in its API, by symbol in its files."""

from django.utils.translation import gettext_lazy as _

from ratusz.apps.core.errors import Text

# Number → what a reader should know; `missing` where the value is no value.
FLAGS: dict[str, str] = {
    "1": "", "3": "incomplete aggregate", "7": "below precision", "9": "preliminary", "11": "changed method",
    "13": "changed method, incomplete aggregate", "17": "changed method, below precision", "20": "low precision",
    "21": "low precision", "94": "", "98": "changed method",
    "4": "missing", "14": "missing", "15": "missing", "50": "missing", "91": "missing",
}  # fmt: skip
SYMBOLS: dict[str, str] = {
    "": "", "k": FLAGS["3"], "x": "missing", "a": FLAGS["7"], "s": FLAGS["9"], "M": FLAGS["11"], "K": FLAGS["13"],
    "X": "missing", "A": FLAGS["17"], "v": FLAGS["20"], "n": "missing", "z": "", "Z": FLAGS["98"], "-": "missing",
}  # fmt: skip


def flag_of(flag: str, value: float) -> str | None:
    """What to write beside the value, `missing`, or None for a flag of unknown meaning.

    Flag 0 is an empty name: with a value of 0 it means that nothing was published.
    """
    if flag == "0":
        return "missing" if value == 0 else ""
    if flag in SYMBOLS:
        return SYMBOLS[flag]
    return FLAGS.get(flag)


# What is stored beside a value → what a reader sees.
NAMES: dict[str, Text] = {
    "incomplete aggregate": _("incomplete aggregate"),
    "below precision": _("below precision"),
    "preliminary": _("preliminary"),
    "changed method": _("changed method"),
    "changed method, incomplete aggregate": _("changed method, incomplete aggregate"),
    "changed method, below precision": _("changed method, below precision"),
    "low precision": _("low precision"),
}
