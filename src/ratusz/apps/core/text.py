"""Polish order and folded search keys: the database has no ICU, so both are columns."""

import unicodedata

# The Polish alphabet: each letter sorts as a letter of its own, right after its plain neighbour.
_ALPHABET = "aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż"
_WEIGHT = {letter: f"{index:02d}" for index, letter in enumerate(_ALPHABET, start=10)}
_DIGITS = frozenset("0123456789")  # str.isdigit() also holds for "²", which is not ASCII
# Letters that have no canonical decomposition.
_PLAIN = str.maketrans({"ł": "l", "Ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe"})


def fold(text: str) -> str:
    """The text in lower case without diacritics: "Łódź" and "lodz" fold to the same key.

    >>> fold("  Świętochłowice ")
    'swietochlowice'
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def polish_sort_key(text: str) -> str:
    """A key whose byte order is the Polish dictionary order of `text`.

    >>> sorted(["Żory", "Zabrze", "Łódź", "Lublin", "Środa", "Sopot"], key=polish_sort_key)
    ['Lublin', 'Łódź', 'Sopot', 'Środa', 'Zabrze', 'Żory']
    """
    key = []
    for char in text.casefold():
        if char in _WEIGHT:
            key.append(_WEIGHT[char])
        elif plain := [_WEIGHT[c] for c in fold(char) if c in _WEIGHT]:
            key.extend(plain)
        elif char in _DIGITS:
            key.append("0" + char)
        else:
            # A space or a hyphen sorts before every letter: "Nowa Sól" before "Nowak".
            key.append("00")
    return "".join(key)
