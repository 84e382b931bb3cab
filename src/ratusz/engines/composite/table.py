"""The indicator table: units down, columns across, NaN for missing; read from and written to CSV text."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ratusz.engines.composite.method import Method
from ratusz.engines.contracts import EngineError
from ratusz.engines.delimited import MISSING, numbered_rows

# Fourth powers of values still fit into a number, so no figure drowns in an overflow.
LARGEST = 1e60
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f']")


@dataclass(frozen=True)
class Table:
    """Units by columns. `values`: (n, m) float64, NaN for missing; `labels`: text columns, a text per unit."""

    units: tuple[str, ...]
    columns: tuple[str, ...]
    values: np.ndarray
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        values = np.array(self.values, dtype=np.float64)
        if values.shape != (len(self.units), len(self.columns)):
            raise EngineError(
                "Table", f"values of shape {values.shape}", f"{len(self.units)} units × {len(self.columns)} columns "
                "need that shape", "pass one row per unit",
            )  # fmt: skip
        object.__setattr__(self, "values", values)
        _refuse_twice("Unit", self.units)
        _refuse_twice("Column", self.columns)
        for row, column in zip(*np.nonzero(np.abs(values) > LARGEST), strict=True):
            found = "an infinite value" if np.isinf(values[row, column]) else f"{values[row, column]:g}"
            raise EngineError(
                f"Column {self.columns[column]}, unit {self.units[row]}",
                found, f"values must be finite and within {LARGEST:g}", "correct the cell or leave it empty",
            )  # fmt: skip
        for name, texts in self.labels.items():
            if len(texts) != len(self.units):
                raise EngineError(
                    f"Column {name}",
                    f"{len(texts)} texts",
                    f"there are {len(self.units)} units",
                    "pass one per unit",
                )

    @classmethod
    def from_csv(cls, content: bytes | str, method: Method) -> Table:
        """Return the columns that the method uses. The first column (or `[data] unit`) holds the units.

        Takes UTF-8 or cp1250; comma, semicolon or tab; decimal point or (unless commas separate) decimal
        comma.
        """
        rows, delimiter = read_rows(content)
        header = [cell.strip() for cell in rows[0]]
        place = _columns(header, method)
        for number, row in enumerate(rows[1:], 2):
            if len(row) > len(header) and any(c.strip() for c in row[len(header) :]):
                raise EngineError(
                    f"Data file, row {number}",
                    f"{len(row)} cells",
                    f"the header has {len(header)} columns",
                    "put quotes around cells that contain the separator, or use semicolons",
                )
            row.extend([""] * (len(header) - len(row)))
        unit_place = place[method.unit_column] if method.unit_column else 0
        units = tuple(row[unit_place].strip() for row in rows[1:])
        for number, unit in enumerate(units, 2):
            if not unit:
                raise EngineError(
                    f"Data file, row {number}", "no unit name", "every row names its unit", "add it"
                )
        values = [
            [_number(row[place[c]], c, unit, delimiter) for c in method.number_columns]
            for unit, row in zip(units, rows[1:], strict=True)
        ]
        labels = {c: tuple(row[place[c]].strip() for row in rows[1:]) for c in method.label_columns}
        return cls(units, method.number_columns, np.array(values), labels)

    def to_csv(self, method: Method) -> str:
        """Return the canonical text of the columns that the method uses, numbers in full precision."""
        chosen = self.select(method)
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        labels = list(method.label_columns)
        unit = method.unit_column or "unit"
        while unit in labels or unit in chosen.columns:
            unit += "_"
        writer.writerow([unit, *labels, *chosen.columns])
        for i, name in enumerate(chosen.units):
            cells = ["" if np.isnan(v) else _shortest(v) for v in chosen.values[i]]
            writer.writerow([name, *(chosen.labels[c][i] for c in labels), *cells])
        return out.getvalue()

    def select(self, method: Method) -> Table:
        """Return this table reduced to the columns that the method uses; refuse it if one is not there."""
        place = {c: k for k, c in enumerate(self.columns)}
        for wanted, there in ((method.number_columns, place), (method.label_columns, self.labels)):
            for column in wanted:
                if column not in there:
                    raise _no_column(column, (*self.columns, *self.labels))
        return Table(
            self.units,
            method.number_columns,
            self.values[:, [place[c] for c in method.number_columns]],
            {c: tuple(self.labels[c]) for c in method.label_columns},
        )


def read_rows(content: bytes | str) -> tuple[list[list[str]], str]:
    """Return the cells of a CSV table that are not all empty, header first, and what separates them."""
    numbered, delimiter = numbered_rows(content)
    rows = [row for _, row in numbered]
    if len(rows) < 2:
        raise EngineError(
            "Data file", f"{len(rows)} rows", "it needs a header and units", "add the missing rows"
        )
    return rows, delimiter


def _refuse_twice(what: str, names: tuple[str, ...]) -> None:
    name, times = Counter(names).most_common(1)[0] if names else ("", 0)
    if times > 1:
        raise EngineError(
            f"{what} {name}", f"it {times} times", f"every {what.lower()} occurs once", "rename or delete one"
        )


def _no_column(column: str, there: tuple[str, ...]) -> EngineError:
    close = [c for c in there if c.lower().strip() == column.lower().strip()]
    hint = f'rename "{close[0]}"' if close else "add the column or correct the code in the method"
    return EngineError("Data", f"no column {column}", "the method uses it", hint)


def _columns(header: list[str], method: Method) -> dict[str, int]:
    unit = (method.unit_column,) if method.unit_column else ()
    needed = (*unit, *method.label_columns, *method.number_columns)
    for column in needed:
        if header.count(column) > 1:
            raise EngineError(
                f"Column {column}",
                f"it {header.count(column)} times",
                "every column occurs once",
                "delete one",
            )
        if column not in header:
            raise _no_column(column, tuple(header))
    return {column: header.index(column) for column in needed}


def _number(cell: str, column: str, unit: str, delimiter: str) -> float:
    text = cell.strip()
    if text.lower() in MISSING:
        return np.nan
    plain = _SPACES.sub("", text)
    if "," in plain:
        if delimiter == "," or "." in plain or plain.count(",") > 1:
            raise EngineError(
                f"Column {column}, unit {unit}",
                f'"{text}"',
                "a comma is a decimal sign only where semicolons or tabs separate the columns",
                "write a decimal point and no thousands separator",
            )
        plain = plain.replace(",", ".")
    try:
        value = float(plain) if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", plain) else None
    except ValueError:
        value = None
    if value is None or np.isinf(value):
        raise EngineError(
            f"Column {column}, unit {unit}",
            f'"{text[:60]}"',
            "it must be a number",
            "correct it, or leave it empty if unknown",
        )
    return value


def _shortest(value: float) -> str:
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
