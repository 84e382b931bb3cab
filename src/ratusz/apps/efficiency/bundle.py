"""What anyone needs to compute a study again: the figures, the choices, the scores, and the command."""

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any

import numpy as np

import ratusz
from ratusz.apps.efficiency.figures import Figures
from ratusz.apps.efficiency.models import Study

README = """{title}

data.csv    the figures, one city a row; a column that ends in _turned or _shifted was made of the one before it
study.json  what was chosen, and why
scores.csv  the result{change}

With Ratusz {version} installed, this command writes scores.csv again, byte for byte, and proves every score
by its prices before it writes:

    {command}
"""
CHANGE = """
before.csv  the figures of the edition before
change.csv  change of productivity since then, and what it is made of

In Python, the change comes from

    from ratusz.engines.efficiency import Sample, malmquist
    names = dict(inputs={inputs}, outputs={outputs})
    old, new = (Sample.from_csv(open(f, encoding="utf-8").read(), **names) for f in ("before.csv", "data.csv"))
    both = [u for u in new.units if u in set(old.units)]
    old, new = (s.take([s.units.index(u) for u in both]) for s in (old, new))
    malmquist({{"old": old, "new": new}})
"""


def command(study: Study, names: Sequence[str], inputs: int) -> str:
    """The command that computes the scores of the bundle again."""
    return (
        f"ratusz efficiency data.csv --inputs {','.join(names[:inputs])} --outputs {','.join(names[inputs:])}"
        f" --rts {study.returns} --orientation {study.orientation}"
        f" --bootstrap {study.repetitions} --seed {study.seed} --out again.csv"
    )


def data_csv(figures: Figures) -> str:
    """The figures of the compared cities: each column as published, and beside it the form that was used."""
    header, blocks = ["unit"], []
    for k, column in enumerate(figures.columns):
        header.append(column["code"])
        blocks.append(figures.published[:, k])
        if figures.names[k] != column["code"]:
            header.append(figures.names[k])
            blocks.append(figures.used[:, k])
    return table_csv(header, figures.units, np.column_stack(blocks))


def table_csv(header: Sequence[str], units: Sequence[str], values: np.ndarray) -> str:
    """Units and numbers in full precision; nothing for a number that does not exist."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    for unit, row in zip(units, values, strict=True):
        writer.writerow([unit, *("" if np.isnan(v) else repr(float(v)) for v in row)])
    return out.getvalue()


def write_bundle(
    study: Study, figures: Figures, scores: str, extra: dict[str, str], about: dict[str, Any]
) -> bytes:
    """The zip with data, choices, scores and a README that tells the command; same content, same bytes."""
    m = figures.inputs
    change = CHANGE.format(inputs=list(figures.names[:m]), outputs=list(figures.names[m:])) if extra else ""
    files = {
        "README.txt": README.format(
            title=f"{study.name_pl} {study.edition.year}",
            version=ratusz.__version__,
            command=command(study, figures.names, m),
            change=change,
        ),
        "data.csv": data_csv(figures),
        "scores.csv": scores,
        "study.json": json.dumps(about, ensure_ascii=False, indent=2, sort_keys=True) + "\n",
        **extra,
    }
    out = io.BytesIO()
    # Stored, not deflated: compressors differ between machines, and the bytes must not.
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content.encode())
    return out.getvalue()


def read_file(bundle: bytes, name: str) -> str:
    """A file of a bundle."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return archive.read(name).decode()
