"""Which statements say nearly the same, in spite of Polish endings and missing diacritics."""

import re
from collections import Counter
from collections.abc import Iterable
from math import sqrt

from ratusz.apps.core.text import fold

ALIKE = 0.45
_WORD = re.compile(r"\w+")
# Words that carry no matter of their own.
_EMPTY = frozenset(
    """
    a aby albo ale beda bedzie by byc byl co czy dla do i ich in is jak jest juz lub ma maja miec moze
    na nad nie o od of on oraz po pod powinien powinna powinno powinny przez przy sa sie tak tam te tego
    tej ten to tu tylko w we wiec z za ze the and be for it or our should that this will with
    """.split()  # noqa: SIM905
)


def likeness(one: str, other: str) -> float:
    """How alike two texts are, from 0 to 1: cosine of their trigrams of word stems.

    >>> round(likeness("Więcej drzew przy ulicach", "wiecej drzewa na ulicy"), 1)
    0.7
    """
    return _cosine(_grams(one), _grams(other))


def alike(text: str, others: Iterable[tuple[int, str]], most: int = 3) -> list[int]:
    """The numbers of the texts most like the given one, the likest first; a number may have several texts."""
    own = _grams(text)
    scores: dict[int, float] = {}
    for number, other in others:
        scores[number] = max(scores.get(number, 0.0), _cosine(own, _grams(other)))
    found = sorted(scores, key=lambda number: (-scores[number], number))
    return [number for number in found[:most] if scores[number] >= ALIKE]


def _grams(text: str) -> Counter[str]:
    words = [word for word in _WORD.findall(fold(text)) if word not in _EMPTY]
    # A Polish ending is rarely longer than three letters, and a stem rarely shorter than four.
    stems = [f"^{word[: max(4, len(word) - 3)]}" for word in words]
    return Counter(stem[k : k + 3] for stem in stems for k in range(max(1, len(stem) - 2)))


def _cosine(one: Counter[str], other: Counter[str]) -> float:
    length = sqrt(sum(n * n for n in one.values()) * sum(n * n for n in other.values()))
    return sum(n * other[gram] for gram, n in one.items()) / length if length else 0.0
