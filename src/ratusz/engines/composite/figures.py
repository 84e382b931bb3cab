"""The figures of the ranked units, ready to be treated: denominated, transformed, imputed; with errors if asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ratusz.engines.composite import impute
from ratusz.engines.composite.impute import Imputation
from ratusz.engines.composite.method import Method
from ratusz.engines.composite.table import Table
from ratusz.engines.contracts import EngineError


@dataclass(frozen=True)
class Figures:
    """What every variant of the data is made from: raw values and bases (n, p) of all units, and who is ranked.

    `kept` (n,) bool is settled once by the method itself: no variant changes who is ranked.
    """

    method: Method
    units: tuple[str, ...]
    raw: np.ndarray
    bases: np.ndarray
    labels: dict[str, tuple[str, ...]]
    kept: np.ndarray

    @classmethod
    def of(cls, table: Table, method: Method) -> Figures:
        """Return the figures of all units of a table; a denominator of 0 or less is an error that names it."""
        place = {c: k for k, c in enumerate(table.columns)}
        bases = np.ones((len(table.units), len(method.framework.indicators)), order="F")
        for j, indicator in enumerate(method.framework.indicators):
            if indicator.denominator:
                bases[:, j] = base = table.values[:, place[indicator.denominator]]
                for i in np.flatnonzero(base <= 0):
                    raise EngineError(
                        f"Column {indicator.denominator}, unit {table.units[i]}",
                        f"the denominator {base[i]:g}",
                        "a denominator must be above 0",
                        "correct it, or leave it empty if unknown",
                    )
        raw = np.asfortranarray(table.values[:, [place[code] for code in method.framework.codes]])
        return cls(
            method, table.units, raw, bases, dict(table.labels), np.ones(len(table.units), dtype=np.bool_)
        )

    def ranked(self, kept: np.ndarray) -> Figures:
        """Return the figures with these units ranked, (n,) bool."""
        return replace(self, kept=kept)

    def observed(self, key: int = 0) -> np.ndarray:
        """Return (n, p) values of all units over their denominators, in logarithms where the method says so.

        A `key` above 0 draws errors of the data; a missing denominator makes the cell missing.
        """
        values = (self.raw + self.errors(key) if key else self.raw) / self.bases
        for j, indicator in enumerate(self.method.framework.indicators):
            if indicator.transform == "log":
                for i in np.flatnonzero(values[:, j] <= 0):
                    drawn = ", with the error drawn for a variant" if key else ""
                    raise EngineError(
                        f"Indicator {indicator.code}, unit {self.units[i]}",
                        f"the value {values[i, j]:g}{drawn}",
                        "a logarithm takes only values above 0",
                        "correct the value, leave it empty if unknown, or delete the transform",
                    )
                values[:, j] = np.log(values[:, j])
        return values

    def errors(self, key: int) -> np.ndarray:
        """Return (n, p) errors of the raw values: the same for a unit wherever it stands in the table.

        Two uniform numbers per cell, indicator by indicator and the units by name, from Philox with this key
        (Salmon et al. 2011, https://doi.org/10.1145/2063384.2063405); a normal one by Box and Muller 1958,
        https://doi.org/10.1214/aoms/1177706645.
        """
        n, p = self.raw.shape
        law = self.method.uncertainty.data_error
        bits = np.random.Philox(key=key).random_raw(2 * n * p) >> np.uint64(11)
        first, second = bits.reshape(2, p, n) * 2.0**-53
        normal = np.sqrt(-2 * np.log1p(-first)) * np.cos(2 * np.pi * second)
        draws = 2 * first - 1 if law.shape == "uniform" else normal
        by_name = np.argsort(np.argsort(np.array(self.units)))
        size = law.share * np.abs(self.raw)
        for j, indicator in enumerate(self.method.framework.indicators):
            if indicator.error is not None:
                size[:, j] = indicator.error
        return draws[:, by_name].T * size

    def filled(self, imputation: Imputation, key: int = 0) -> np.ndarray:
        """Return (ranked units, p) values with their gaps filled, NaN for what stays missing."""
        values = self.observed(key)
        groups = self.labels[imputation.group] if imputation.method.startswith("group") else None
        if self.method.screening.counted == "after imputation":
            return impute.impute(values, imputation, groups)[self.kept]
        if groups is not None:
            groups = tuple(g for g, kept in zip(groups, self.kept, strict=True) if kept)
        return impute.impute(values[self.kept], imputation, groups)
