"""Marks the words of a search in a text that is written with diacritics and capitals."""

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from ratusz.apps.core.text import fold

AROUND = 110


def spans(text: str, words: list[str]) -> list[tuple[int, int]]:
    """Where the folded words stand in the text as written, in order, without overlaps."""
    folded, origin = [], []
    for index, char in enumerate(text):
        plain = " " if char.isspace() else fold(char)
        folded.append(plain)
        origin.extend([index] * len(plain))
    flat = "".join(folded)
    found = []
    for word in set(words):
        start = flat.find(word)
        while start >= 0:
            found.append((origin[start], origin[start + len(word) - 1] + 1))
            start = flat.find(word, start + len(word))
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(found):
        if merged and begin < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def highlighted(text: str, words: list[str]) -> SafeString:
    """The text as safe HTML with the words in <mark>."""
    parts, last = [], 0
    for begin, end in spans(text, words):
        parts += [
            conditional_escape(text[last:begin]),
            "<mark>",
            conditional_escape(text[begin:end]),
            "</mark>",
        ]
        last = end
    parts.append(conditional_escape(text[last:]))
    return mark_safe("".join(parts))  # noqa: S308 - every piece is escaped above


def excerpt(text: str, words: list[str]) -> SafeString:
    """The passage around the first word found, cut at spaces, with the words marked."""
    text = " ".join(text.split())
    found = spans(text, words)
    middle = found[0][0] if found else 0
    begin = max(0, middle - AROUND)
    end = min(len(text), begin + 2 * AROUND)
    if begin:
        begin = text.find(" ", begin, middle) + 1 or begin
    if end < len(text):
        cut = text.rfind(" ", middle, end)
        end = cut if cut > begin else end
    passage = ("… " if begin else "") + text[begin:end] + (" …" if end < len(text) else "")
    return highlighted(passage, words)
