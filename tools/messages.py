# SPDX-FileCopyrightText: 2026 The Ratusz authors
# SPDX-License-Identifier: Apache-2.0
"""Keeps the Polish catalogues complete without the gettext binaries.

    python tools/messages.py extract [APP ...]   bring each locale/pl/LC_MESSAGES/django.po in line with the sources
    python tools/messages.py check   [APP ...]   fail on anything missing, stale, fuzzy or with other placeholders
    python tools/messages.py compile             write the .mo file beside every .po file

Each app under src/ratusz/apps, and src/ratusz/config and src/ratusz/demo, has its own catalogue.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "ratusz"
CATALOGUE = Path("locale/pl/LC_MESSAGES/django.po")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# A header of our own: Babel's carries the time of the run, which would change the file at each one.
HEADER = r"""# Polish messages of Ratusz.
msgid ""
msgstr ""
"Project-Id-Version: Ratusz\n"
"Language: pl\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""
NAMED = re.compile(r"%\((\w+)\)[#0\- +]*[\d.]*[a-zA-Z]|\{(\w+)[^{}]*\}")
ANONYMOUS = re.compile(r"(?<!%)(?:%%)*%[#0\-+]*[\d.]*[sdrifg](?!\w)|\{\}")


def domains() -> dict[str, Path]:
    """The folders that own a catalogue, by short name."""
    folders = sorted(path for path in (PACKAGE / "apps").glob("*") if path.is_dir())
    folders += [PACKAGE / "config", PACKAGE / "demo"]
    return {path.name: path for path in folders if path.is_dir() and path.name != "__pycache__"}


def sources(folder: Path) -> Iterator[Path]:
    """The files of one folder that may hold messages, in a stable order."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if "locale" in parts or "migrations" in parts or "static" in parts:
            continue
        if path.suffix == ".py" or (path.suffix in {".html", ".txt", ".xml"} and "templates" in parts):
            yield path


def template_as_python(path: Path) -> bytes:
    """The gettext calls of a Django template as Python source with the same line numbers."""
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure()
    text = templatize(path.read_text(encoding="utf-8"), origin=str(path.relative_to(ROOT)))
    # Inside brackets Python does not care how the template indents its lines.
    return f"({text}\n)".encode()


def messages_of(folder: Path) -> tuple[Catalog, list[str]]:
    """The messages that the sources of one folder use, and what is wrong with them."""
    catalogue, faults = new_catalogue(), []
    for path in sources(folder):
        name = str(path.relative_to(ROOT))
        code = path.read_bytes() if path.suffix == ".py" else template_as_python(path)
        if path.suffix == ".py":
            faults += [f"{name}:{line}: {what}" for line, what in computed_messages(code, name)]
        found = extract("python", io.BytesIO(code), KEYWORDS, ("Translators:",), {"encoding": "utf-8"})
        for line, message, comments, context in found:
            ids = message if isinstance(message, tuple) else (message,)
            if any(ANONYMOUS.search(text) for text in ids):
                faults.append(f"{name}:{line}: name the placeholder in “{ids[0]}”, for example %(count)s")
            catalogue.add(message, locations=[(name, None)], auto_comments=comments, context=context)
    return catalogue, faults


def computed_messages(code: bytes, name: str) -> Iterator[tuple[int, str]]:
    """Each gettext call whose text is built at run time: no catalogue can hold it."""
    for node in ast.walk(ast.parse(code, name)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        function = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if function not in KEYWORDS:
            continue
        built = (ast.JoinedStr, ast.BinOp, ast.Call)
        if any(isinstance(argument, built) for argument in node.args[: 1 if function[0] in "_g" else 2]):
            yield node.lineno, f"{function}() needs a plain string, not one built at run time"


def new_catalogue() -> Catalog:
    """An empty Polish catalogue."""
    return Catalog(locale="pl", fuzzy=False, charset="utf-8")


def read(path: Path) -> Catalog:
    """The catalogue in a file; an empty one when there is no file."""
    if not path.exists():
        return new_catalogue()
    with path.open("rb") as file:
        return read_po(file, locale="pl", abort_invalid=True)


def entries(catalogue: Catalog) -> dict[tuple, Message]:
    """Messages by what makes them the same: singular text, plural or not, context."""
    return {key(message): message for message in catalogue if message.id}


def key(message: Message) -> tuple:
    """What makes two messages the same."""
    return (message.id, message.context)


def translated(message: Message) -> bool:
    """True when every form of the message has a text."""
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(forms)


def po_bytes(catalogue: Catalog) -> bytes:
    """The catalogue as the text of a .po file."""
    buffer = io.BytesIO(HEADER.encode())
    buffer.seek(0, io.SEEK_END)
    write_po(buffer, catalogue, width=110, omit_header=True, include_lineno=False, ignore_obsolete=True)
    return buffer.getvalue()


def extract_all(names: list[str]) -> int:
    """Brings the named catalogues in line with the sources; returns the number of empty translations."""
    known = {}
    for folder in domains().values():
        known |= {k: m.string for k, m in entries(read(folder / CATALOGUE)).items() if translated(m)}
    missing = 0
    for name, folder in chosen(names).items():
        wanted, faults = messages_of(folder)
        for fault in faults:
            print(fault, file=sys.stderr)
        old = entries(read(folder / CATALOGUE))
        for message in wanted:
            if message.id:
                same = old.get(key(message))
                string = same.string if same is not None and translated(same) else known.get(key(message))
                if string is not None:
                    message.string = string
                missing += not translated(message)
        path = folder / CATALOGUE
        if not entries(wanted):
            path.unlink(missing_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(po_bytes(wanted))
        empty = sum(not translated(m) for m in wanted if m.id)
        print(f"{name}: {len(wanted)} messages, {empty} to translate")
    return missing


def check(names: list[str]) -> list[str]:
    """What is wrong with the named catalogues, one sentence each."""
    faults: list[str] = []
    first_use: dict[tuple, tuple[str, object]] = {}
    for name, folder in chosen(names).items():
        wanted, found = messages_of(folder)
        faults += found
        have, want = entries(catalogue := read(folder / CATALOGUE)), entries(wanted)
        faults += [f"{name}: not in the catalogue: “{first(k)}”" for k in want.keys() - have.keys()]
        faults += [f"{name}: no longer used: “{first(k)}”" for k in have.keys() - want.keys()]
        faults += [f"{name}: obsolete entry: “{first(key(m))}”" for m in catalogue.obsolete.values()]
        for k, message in have.items():
            if message.fuzzy:
                faults.append(f"{name}: fuzzy: “{first(k)}”")
            if not translated(message):
                faults.append(f"{name}: not translated: “{first(k)}”")
            elif differing := wrong_placeholders(message):
                faults.append(f"{name}: other placeholders ({differing}) in “{first(k)}”")
            owner, string = first_use.setdefault(k, (name, message.string))
            if string != message.string and translated(message):
                faults.append(
                    f"{name}: translated otherwise than in {owner}: “{first(k)}” (use one text or a context)"
                )
    return faults


def first(k: tuple) -> str:
    """The singular text of a message key."""
    return k[0][0] if isinstance(k[0], tuple) else k[0]


def placeholders(text: str) -> set[str]:
    """The names that a message text fills in."""
    return {a or b for a, b in NAMED.findall(text)}


def wrong_placeholders(message: Message) -> str:
    """The placeholder names by which a translation differs from its message; empty when it does not."""
    if not isinstance(message.id, tuple):
        return ", ".join(sorted(placeholders(message.id) ^ placeholders(message.string)))
    wanted = placeholders(message.id[1])
    differing: set[str] = set()
    for number, form in enumerate(message.string):
        # "One city" may leave the number out, as its singular does in English.
        differing |= placeholders(form) - wanted if number == 0 else placeholders(form) ^ wanted
    return ", ".join(sorted(differing))


def compile_all() -> int:
    """Writes the .mo file beside every .po file; returns how many."""
    count = 0
    for folder in domains().values():
        path = folder / CATALOGUE
        if path.exists():
            with path.with_suffix(".mo").open("wb") as file:
                write_mo(file, read(path))
            count += 1
    return count


def chosen(names: list[str]) -> dict[str, Path]:
    """The catalogues asked for; all of them when none is named."""
    known = domains()
    if unknown := set(names) - known.keys():
        raise SystemExit(f"No such app: {', '.join(sorted(unknown))}. There are: {', '.join(known)}.")
    return {name: known[name] for name in names or known}


def main() -> int:
    """Runs one of the three commands; returns the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=["extract", "check", "compile"])
    parser.add_argument("apps", nargs="*", metavar="APP")
    options = parser.parse_args()
    if options.command == "extract":
        extract_all(options.apps)
        return 0
    if options.command == "compile":
        print(f"Compiled {compile_all()} message catalogues.")
        return 0
    faults = check(options.apps)
    for fault in sorted(faults):
        print(fault)
    print(f"Messages: {len(faults)} faults." if faults else "Messages: complete.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
