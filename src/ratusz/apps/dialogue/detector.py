"""Names and affiliations in a note are noticed, and words for the role are offered.

The Chatham House Rule lets people use what was said, never who said it. A note is written in a hurry, so the
detector errs on the side of asking; the host decides. It knows the people of one table and one round, and the
endings of Polish: "Nowakowi", "w Łodzi", "prezydentka Gdyni". The same table of stems goes to the phone, which
looks without a connection.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ratusz.apps.core.text import fold

# What may follow the stem of a name in Polish, folded; the longest are tried first by the pattern.
ENDINGS = (
    "", "a", "e", "i", "o", "u", "y", "ia", "ie", "io", "iu", "ii", "em", "om", "im", "ym", "iem", "ami", "ach", "owi",
    "owie", "ow", "ej", "ego", "emu", "iej", "iego", "iemu", "iach", "iami", "ze", "ce", "cie", "dzie", "s", "owa",
    "owej",
)  # fmt: skip
WORD = re.compile(r"[^\W\d_]+")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
TELEPHONE = re.compile(r"(?<!\d)(?:\+48[ -]?)?\d{3}[ -]?\d{3}[ -]?\d{3}(?!\d)")
OFFICE = re.compile(
    r"\b(?i:prezydent|burmistrz|wójt|skarbni|sekretarz|dyrektor|preze|mayor|treasurer|president|director)\w*\s+"
    r"(?:miasta\s+|city of\s+|of\s+)?([A-ZĄĆĘŁŃÓŚŹŻ][\w-]+)"
)
SHORTEST = 3
# Names whose first half is declined as well.
IRREGULAR = {"bialystok": ("bialegostok", "bialymstok"), "krasnystaw": ("krasnegostaw", "krasnymstaw")}


@dataclass(frozen=True)
class Known:
    """A name to look for: the stems of its words, what it is, and the words to put in its place."""

    words: tuple[tuple[str, ...], ...]
    kind: str
    offer: str


@dataclass(frozen=True)
class Finding:
    """A stretch of the text that seems to name somebody, and what could stand there instead."""

    start: int
    end: int
    found: str
    kind: str
    offer: str


def official() -> str:
    """The words that stand for an office with its city."""
    return _("an official of a city")


def stems(word: str) -> tuple[str, ...]:
    """The folded beginnings that every form of a Polish name shares.

    >>> stems("Marek"), stems("Kowalska"), stems("Gdynia")
    (('marek', 'mark'), ('kowalsk',), ('gdyn',))
    """
    plain = fold(word)
    found = [re.sub(r"(?:ia|[aeiouy])$", "", plain), *IRREGULAR.get(plain, ())]
    if re.search(r"[^aeiouy]e[kcln]$", plain):  # Marek – Marka, Dudzic – Dudzica
        found.append(plain[:-2] + plain[-1])
    if plain.endswith("t") and len(plain) > SHORTEST:  # Sopot – Sopocie
        found.append(plain[:-1])
    if plain.endswith("ow"):  # Kraków is there already; Rzeszów – Rzeszowa too
        found.append(plain)
    return tuple(dict.fromkeys(one for one in found if len(one) >= SHORTEST))


def known(name: str, kind: str, offer: str, *, parts: bool = False) -> list[Known]:
    """The name as a whole, or each part of it on its own (first name, family name)."""
    words = [tuple(stems(word)) for word in WORD.findall(name)]
    words = [one for one in words if one]
    if not words:
        return []
    if parts:
        return [Known((one,), kind, offer) for one in words]
    return [Known(tuple(words), kind, offer)]


def findings(text: str, names: Iterable[Known]) -> list[Finding]:
    """What in the text seems to name a person, a body or a way to reach somebody, in the order of the text."""
    found = [
        Finding(match.start(), match.end(), match.group(), kind, offer)
        for pattern, kind, offer in ((ADDRESS, "address", ""), (TELEPHONE, "telephone", ""))
        for match in pattern.finditer(text)
    ]
    words = [(match.start(), match.end(), match.group()) for match in WORD.finditer(text)]
    listed = list(names)
    for k, (start, _end, word) in enumerate(words):
        if not word[0].isupper():
            continue
        for one in listed:
            last = k + len(one.words) - 1
            if last < len(words) and all(
                _is_form(words[k + step][2], options) for step, options in enumerate(one.words)
            ):
                found.append(
                    Finding(start, words[last][1], text[start : words[last][1]], one.kind, one.offer)
                )
    found += [
        Finding(match.start(), match.end(), match.group(), "office", official())
        for match in OFFICE.finditer(text)
    ]
    return _widest(found)


def _is_form(word: str, options: tuple[str, ...]) -> bool:
    plain = fold(word)
    return any(plain.startswith(stem) and plain[len(stem) :] in ENDINGS for stem in options)


def _widest(found: list[Finding]) -> list[Finding]:
    """Of findings that overlap the widest; at one place the one that offers words."""
    kept: list[Finding] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end, not one.offer)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept
