"""The units to compare: what each uses (inputs) and what each brings about (outputs)."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from ratusz.engines.composite.table import Table, read_rows
from ratusz.engines.contracts import EngineError, stable_hash


@dataclass(frozen=True)
class Sample:
    """Units with inputs x (n, m) and outputs y (n, s), float64, complete and finite.

    Raises `EngineError` for a unit or column twice, a missing cell, a column of zeros, a unit that uses or produces
    nothing. Negative values are kept here; the models that cannot use them refuse them.

    >>> sample = Sample(("Ełk", "Opole"), ("staff",), ("books",), [[3.0], [4.0]], [[6.0], [7.0]])
    >>> sample.x.shape, sample.y.shape
    ((2, 1), (2, 1))
    """

    units: tuple[str, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    x: np.ndarray
    y: np.ndarray

    def __post_init__(self) -> None:
        for name in ("units", "inputs", "outputs"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        for name, columns in (("x", self.inputs), ("y", self.outputs)):
            values = np.array(getattr(self, name), dtype=np.float64)
            if values.shape != (len(self.units), len(columns)):
                raise EngineError(
                    "Inputs" if name == "x" else "Outputs",
                    f"values of shape {values.shape}",
                    f"{len(self.units)} units × {len(columns)} columns need that shape",
                    "pass one row per unit",
                )
            values.setflags(write=False)
            object.__setattr__(self, name, values)
        self._check_names()
        self._check_values()

    def _check_names(self) -> None:
        for what, names in (("inputs", self.inputs), ("outputs", self.outputs), ("units", self.units)):
            if not names:
                raise EngineError("Sample", f"no {what}", "it needs at least one", f"name the {what}")
        for what, names in (("Unit", self.units), ("Column", self.inputs + self.outputs)):
            name, times = Counter(names).most_common(1)[0]
            if times > 1:
                raise EngineError(
                    f"{what} {name}",
                    f"it {times} times",
                    f"every {what.lower()} occurs once",
                    "rename or delete one",
                )

    def _check_values(self) -> None:
        both = np.hstack([self.x, self.y])
        names = self.inputs + self.outputs
        for row, column in np.argwhere(~np.isfinite(both)):
            found = "no value" if np.isnan(both[row, column]) else "an infinite value"
            raise EngineError(
                f"Column {names[column]}, unit {self.units[row]}",
                found,
                "efficiency needs every input and output of every unit",
                "fill the cell in, or leave the unit or the column out",
            )
        for column in np.flatnonzero(~both.any(axis=0)):
            raise EngineError(
                f"Column {names[column]}",
                "0 for every unit",
                "a column must tell units apart",
                "leave it out",
            )
        for values, verb in ((self.x, "uses"), (self.y, "produces")):
            for row in np.flatnonzero(~values.any(axis=1)):
                raise EngineError(
                    f"Unit {self.units[row]}",
                    f"0 in all of {', '.join(self.inputs if verb == 'uses' else self.outputs)}",
                    f"a unit that {verb} nothing cannot be compared",
                    "correct its figures or leave it out",
                )

    @classmethod
    def from_csv(cls, content: bytes | str, inputs: Sequence[str], outputs: Sequence[str]) -> Sample:
        """Return the named columns of a CSV table whose first column holds the units.

        Takes UTF-8 or cp1250; comma, semicolon or tab; decimal point or (unless commas separate) decimal comma.

        >>> Sample.from_csv("town;staff;books\\nEłk;3,5;6\\nOpole;4;7\\n", ["staff"], ["books"]).x[0, 0]
        np.float64(3.5)
        """
        names = (*inputs, *outputs)
        for name, times in Counter(names).items():
            if times > 1:
                raise EngineError(
                    f"Column {name}",
                    f"it {times} times",
                    "a column is one input or one output",
                    "name it once",
                )
        header = [cell.strip() for cell in read_rows(content)[0][0]]
        for name in names:
            _require(name, header)
        table = Table.from_csv(content, _Columns(names))
        m = len(inputs)
        return cls(table.units, tuple(inputs), tuple(outputs), table.values[:, :m], table.values[:, m:])

    @classmethod
    def by_period(
        cls, content: bytes | str, inputs: Sequence[str], outputs: Sequence[str], period: str
    ) -> dict[str, Sample]:
        """Return a sample per value of the column `period`, in order: numbers by size, else by the alphabet.

        >>> found = Sample.by_period("town,year,staff,books\\nA,2026,2,9\\nA,2025,3,9\\n", ["staff"], ["books"], "year")
        >>> {year: sample.x.ravel().tolist() for year, sample in found.items()}
        {'2025': [3.0], '2026': [2.0]}
        """
        (header, *rows), delimiter = read_rows(content)
        header = [cell.strip() for cell in header]
        _require(period, header)
        place, parts = header.index(period), {}
        for number, row in enumerate(rows, 2):
            name = row[place].strip() if place < len(row) else ""
            if not name:
                raise EngineError(
                    f"Data file, row {number}", f"no {period}", "every row names its period", "add it"
                )
            parts.setdefault(name, []).append(row)
        samples = {}
        for name in sorted(parts, key=lambda p: (not p.isdecimal(), int(p) if p.isdecimal() else 0, p)):
            text = io.StringIO()
            csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows([header, *parts[name]])
            try:
                samples[name] = cls.from_csv(text.getvalue(), inputs, outputs)
            except EngineError as error:
                raise EngineError(
                    f"Period {name}, {error.where}", error.value, error.rule, error.next_step
                ) from None
        return samples

    @property
    def warnings(self) -> tuple[str, ...]:
        """What makes scores say little: too few units, columns that are the same for all.

        >>> Sample(("A", "B"), ("staff",), ("books",), [[1], [2]], [[3], [4]]).warnings[0]
        '2 units are few for 2 columns: most will be efficient for want of peers; have 6 or more, or fewer columns.'
        """
        m, s = len(self.inputs), len(self.outputs)
        enough, found = max(3 * (m + s), m * s), []
        if len(self.units) < enough:
            found.append(
                f"{len(self.units)} unit{'s are' if len(self.units) > 1 else ' is'} few for {m + s} columns: most will "
                f"be efficient for want of peers; have {enough} or more, or fewer columns."
            )
        both = np.hstack([self.x, self.y])
        if len(self.units) > 1:
            found += [
                f"Column {(self.inputs + self.outputs)[c]} is the same for every unit: it tells none from another."
                for c in np.flatnonzero((both == both[0]).all(axis=0))
            ]
        return tuple(found)

    def take(self, rows: Sequence[int] | np.ndarray) -> Sample:
        """Return the sample of some units, by their numbers."""
        rows = np.asarray(rows, dtype=np.int64)
        return Sample(
            tuple(self.units[i] for i in rows), self.inputs, self.outputs, self.x[rows], self.y[rows]
        )

    def refuse_negative(self, model: str) -> None:
        """Refuse a negative value, naming the model that cannot use it."""
        both = np.hstack([self.x, self.y])
        for row, column in np.argwhere(both < 0):
            raise EngineError(
                f"Column {(self.inputs + self.outputs)[column]}, unit {self.units[row]}",
                f"{both[row, column]:g}",
                f"{model} needs values of 0 or more",
                "correct it, or use the directional or additive model with variable returns",
            )

    def hash(self) -> str:
        """Return the SHA-256 of names and values."""
        return stable_hash(self.units, self.inputs, self.outputs, self.x, self.y)


def _require(name: str, header: list[str]) -> None:
    if name in header:
        return
    near = get_close_matches(name.casefold(), [h.casefold() for h in header], n=1, cutoff=0.5)
    found = [h for h in header if [h.casefold()] == near]
    if found:
        raise EngineError("Data file", f"no column {name}", f"the nearest is {found[0]}", "correct the name")
    raise EngineError(
        "Data file", f"no column {name}", f"it has {', '.join(header)}", "correct the name or add the column"
    )


@dataclass(frozen=True)
class _Columns:
    """What a table is asked for, in the words that `Table.from_csv` reads."""

    number_columns: tuple[str, ...]
    label_columns: tuple[str, ...] = ()
    unit_column: str | None = None
