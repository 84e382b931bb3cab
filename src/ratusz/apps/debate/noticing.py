"""Personal data in a statement is noticed before it is sent, and a wording without it is offered.

It errs on the side of asking: whoever writes decides, and a moderator reads it after them.
"""

import re

from django.utils.translation import pgettext

from ratusz.apps.dialogue.detector import Finding, findings, known

# The first names that most people in Poland bear (PESEL register, 2025), and their English forms of address.
FIRST_NAMES = """
    Anna Katarzyna Maria Małgorzata Agnieszka Barbara Ewa Krystyna Magdalena Elżbieta Joanna Aleksandra Zofia
    Monika Teresa Danuta Natalia Julia Karolina Marta Beata Dorota Alicja Jolanta Halina Paulina Hanna Irena
    Bożena Grażyna Wiktoria Renata Piotr Krzysztof Andrzej Tomasz Paweł Jan Michał Marcin Jakub Stanisław Adam
    Łukasz Mateusz Marek Wojciech Grzegorz Zbigniew Jerzy Tadeusz Kamil Maciej Rafał Robert Jacek Dawid Szymon
    Kacper Ryszard Jarosław Dariusz Henryk Mariusz Filip Antoni Bartosz
""".split()  # noqa: SIM905
_STEMS = [one for name in FIRST_NAMES for one in known(name, "person", "")]
_CAPITAL = "[A-ZĄĆĘŁŃÓŚŹŻ]"
_PAIR = re.compile(rf"\b({_CAPITAL}\w+)\s+(?![IVX]+\b)({_CAPITAL}[\w-]+)")
_TITLE = re.compile(
    rf"\b(?:[Pp]an(?:i|a|u|em|ią|ie)?|Mr|Mrs|Ms)\.?\s+({_CAPITAL}[\w-]+(?:\s+{_CAPITAL}[\w-]+)?)"
)
# A street is named after somebody, too.
_PLACE = re.compile(
    r"(?:ul|al|pl|os|im|ulic\w*|alei|alej\w*|plac\w*|rond\w*|osiedl\w*|imieni\w*|most\w*|park\w*|skwer\w*|street|square)\.?\s*$",
    re.IGNORECASE,
)
_PESEL = re.compile(r"(?<!\d)\d{11}(?!\d)")
_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)


def personal(text: str) -> list[Finding]:
    """What in the text seems to name a person or a way to reach one, in the order of the text.

    >>> [one.found for one in personal("Jan Kowalski z urzędu (tel. 600 700 800) na placu Jana Kilińskiego")]
    ['Jan Kowalski', '600 700 800']
    """
    # Whoever holds a public office may be named by it.
    found = [one for one in findings(text, ()) if one.kind != "office"]
    for match in (*_TITLE.finditer(text), *_PAIR.finditer(text)):
        is_title = match.re is _TITLE
        if not is_title and (_PLACE.search(text[: match.start()]) or not _is_first_name(match[1])):
            continue
        found.append(
            Finding(
                match.start(), match.end(), match.group(), "person", pgettext("in a statement", "somebody")
            )
        )
    return _apart(found)


def without(text: str, found: list[Finding]) -> str:
    """The text with other words in place of what was found.

    >>> without("Pisz na a@b.pl.", personal("Pisz na a@b.pl."))
    'Pisz na ….'
    """
    for one in sorted(found, key=lambda one: -one.start):
        text = text[: one.start] + (one.offer or "…") + text[one.end :]
    return text


def holds_pesel(text: str) -> bool:
    """True where eleven digits make a PESEL number, by its check digit.

    >>> holds_pesel("nr 44051401359"), holds_pesel("nr 44051401358")
    (True, False)
    """
    for match in _PESEL.finditer(text):
        digits = [int(one) for one in match.group()]
        if (10 - sum(w * d for w, d in zip(_WEIGHTS, digits, strict=False)) % 10) % 10 == digits[10]:
            return True
    return False


def _is_first_name(word: str) -> bool:
    return any(one.found == word for one in findings(word, _STEMS))


def _apart(found: list[Finding]) -> list[Finding]:
    """Of findings that overlap the widest."""
    kept: list[Finding] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept
