# SPDX-FileCopyrightText: 2026 The Ratusz authors
# SPDX-License-Identifier: Apache-2.0
"""The command line: `ratusz`."""

import typer

from ratusz.cli import server

app = typer.Typer(
    help="Ratusz: measure, rank, convene, commit.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)
server.register(app)
