# SPDX-FileCopyrightText: 2026 The Ratusz authors
# SPDX-License-Identifier: Apache-2.0
"""Compiles the message catalogues into every wheel."""

import subprocess
import sys
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Messages(BuildHookInterface):
    """Runs `tools/messages.py compile` before the files of a wheel are collected."""

    def initialize(self, version: str, build_data: dict) -> None:
        """Writes the .mo files beside their sources."""
        tool = Path(self.root) / "tools" / "messages.py"
        if version != "editable":
            subprocess.run([sys.executable, tool, "compile"], check=True)
