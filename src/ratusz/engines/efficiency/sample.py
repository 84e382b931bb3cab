"""The units to compare: what each uses (inputs) and what each brings about (outputs)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ratusz.engines.composite.table import Table
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
        table = Table.from_csv(content, _Columns(names))
        m = len(inputs)
        return cls(table.units, tuple(inputs), tuple(outputs), table.values[:, :m], table.values[:, m:])

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


@dataclass(frozen=True)
class _Columns:
    """What a table is asked for, in the words that `Table.from_csv` reads."""

    number_columns: tuple[str, ...]
    label_columns: tuple[str, ...] = ()
    unit_column: str | None = None
