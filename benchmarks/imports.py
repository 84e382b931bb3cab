"""Seconds to preview, import and undo all gminas of the country, beside reading the same file with the csv module."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.web import ROOT, site

TARGET = 20.0  # seconds for preview and import together

SCRIPT = """
import csv, io, sys, time
from pathlib import Path
from ratusz.apps.core.imports import services
from tests.cities.conftest import choose, confirm_and_apply, make_indicator, upload
from tests.editions.factories import make_edition, make_user
from ratusz.apps.cities.models import Source
from ratusz.apps.cities.services import registry
from ratusz.apps.editions.models import Phase, Role

def took(call):
    began = time.perf_counter()
    result = call()
    return result, time.perf_counter() - began

content = Path(sys.argv[1]).read_bytes()
edition = make_edition(open_phases=(Phase.Kind.MEASURE,))
organiser = make_user(Role.ORGANISER, edition=edition)
source = Source.objects.get_or_create(code="gus", defaults=registry.GUS)[0]
header = content.decode().partition("\\n")[0].strip().split(",")
for code in (*header[3:20], "incidents", "fires", "local_threats", "false_alarms", *header[-4:]):
    make_indicator(code, source)
rows, bare = took(lambda: list(csv.reader(io.StringIO(content.decode()))))
batch, preview = took(lambda: upload(organiser, edition, content, "gminas_2024.csv", "gminas"))
while asked := [q for q in batch.report["questions"] if not batch.decisions.get(q["key"])]:
    batch = choose(batch, organiser, decisions={
        q["key"]: next((o for o in ("keep", "accept", "overwrite") if o in q["options"]), q["options"][0])
        for q in asked
    })
_, applied = took(lambda: confirm_and_apply(batch, organiser))
_, undone = took(lambda: services.undo(by=organiser, batch=batch))
print(f"{len(rows) - 1:,} gminas x {len(header)} columns, csv module alone {bare:.3f} s (baseline)")
print(f"preview {preview:.1f} s, import {applied:.1f} s, undo {undone:.1f} s: "
      f"{(preview + applied) / bare:,.0f} times the baseline")
sys.exit(preview + applied > float(sys.argv[2]))
"""


def main() -> int:
    """Prints the seconds and returns 1 when the target is missed."""
    shared = Path(os.environ.get("RATUSZ_SHARED") or ROOT.parent / "shared" / "data")
    table = shared / "cities" / "gminas_2024.csv"
    if not table.exists():
        print(f"There is no {table}: set RATUSZ_SHARED to the folder of reference data.")
        return 0
    with site() as environment:
        script = f"import django; django.setup()\n{SCRIPT}"
        answer = subprocess.run(
            [sys.executable, "-c", script, str(table), str(TARGET)], env=environment, cwd=ROOT
        )
    if answer.returncode:
        print(f"MISSED preview and import: at most {TARGET:.0f} s together")
    return answer.returncode
