# SPDX-FileCopyrightText: 2026 The Ratusz authors
# SPDX-License-Identifier: Apache-2.0
"""Keeps docs/reference/openapi.json as the API describes itself: `python tools/openapi.py write|check`.

The file is what others build on. A change of it in a commit says that the API changed for them.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "openapi.json"


def snapshot() -> str:
    """The API's description as text; it asks no database."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ratusz.config.settings")
    os.environ.setdefault("SECRET_KEY", "describes the API, signs nothing")
    django.setup()
    from ratusz.apps.api import service

    return json.dumps(service.api.document, ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    """Writes the file, or says that it is not what the API says."""
    if sys.argv[1:] == ["write"]:
        FILE.write_text(snapshot(), encoding="utf-8")
    elif not FILE.exists() or FILE.read_text(encoding="utf-8") != snapshot():
        print("docs/reference/openapi.json is not what the API says: python tools/openapi.py write")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
