# SPDX-FileCopyrightText: 2026 The Ratusz authors
# SPDX-License-Identifier: Apache-2.0
"""Writes docs/reference/cli.md from the commands themselves: `python tools/cli_reference.py write|check`."""

from __future__ import annotations

import sys
from pathlib import Path

import typer.main

from ratusz.cli.main import app

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "cli.md"
HEAD = """# The command line

`ratusz COMMAND --help` says the same at the terminal. `make install` puts `ratusz` into `.venv/bin`.

A command that cannot go on prints one sentence that starts with `ratusz:` and ends with status 1; `rank`,
`efficiency`, `seat` and `verify` end with status 2 then, because `verify` says with status 1 that a bundle differs, and
`seat` that hard rules cannot all hold. The commands that touch a site read its place from `RATUSZ_HOME` and
`DATABASE_URL`, see [the settings](settings.md); these four need neither a site nor Django.
"""


def page() -> str:
    """The whole reference page."""
    group = typer.main.get_command(app)
    sections = [
        section(name, command) for name, command in sorted(group.commands.items()) if not command.hidden
    ]
    return "\n".join([HEAD, *sections])


def section(name: str, command) -> str:
    """One command: what it does, how it is called, what each part means."""
    shown = [parameter for parameter in command.params if parameter.name != "help"]
    arguments = [parameter for parameter in shown if parameter.param_type_name == "argument"]
    options = [parameter for parameter in shown if parameter.param_type_name == "option"]
    call = ["ratusz", name, "[OPTIONS]" if options else "", *(label(argument) for argument in arguments)]
    text = [
        f"## ratusz {name}",
        "",
        (command.help or "").strip(),
        "",
        "```",
        " ".join(filter(None, call)),
        "```",
        "",
    ]
    if shown:
        text += [
            "| part | default | meaning |",
            "|---|---|---|",
            *(row(parameter) for parameter in shown),
            "",
        ]
    return "\n".join(text)


def label(argument) -> str:
    """The name of an argument as it stands in a call."""
    name = argument.metavar or argument.name.upper()
    return name if argument.required else f"[{name}]"


def row(parameter) -> str:
    """One line of the table of a command."""
    option = parameter.param_type_name == "option"
    names = ", ".join(f"`{name}`" for name in [*parameter.opts, *parameter.secondary_opts]) if option else ""
    default = (
        ""
        if parameter.default in (None, "", False) or callable(parameter.default)
        else f"`{parameter.default}`"
    )
    if parameter.required:
        default = "required"
    meaning = (getattr(parameter, "help", "") or "").replace("|", "\\|").replace("\n", " ")
    if variable := getattr(parameter, "envvar", None):
        meaning += f" Also from `{variable}`."
    return f"| {names or f'`{label(parameter)}`'} | {default} | {meaning} |"


def main() -> int:
    """Writes the page, or says that it is not what the commands say."""
    if sys.argv[1:] == ["write"]:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page(), encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page():
        print("docs/reference/cli.md is not what the commands say: python tools/cli_reference.py write")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
