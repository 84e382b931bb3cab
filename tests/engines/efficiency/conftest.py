"""Reference data and its readers."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ratusz.engines.efficiency import Sample


@pytest.fixture(scope="session")
def folder(shared_data: Path) -> Path:
    """The folder of the reference scores."""
    return shared_data / "efficiency"


@pytest.fixture(scope="session")
def column(folder: Path) -> Callable[[str, str], np.ndarray]:
    """Reads one column of a reference file; NaN where it says NA."""

    def read(name: str, wanted: str) -> np.ndarray:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            return np.array(
                [float(row[wanted].replace("NA", "nan") or "nan") for row in csv.DictReader(file)]
            )

    return read


@pytest.fixture(scope="session")
def sample(folder: Path) -> Callable[..., Sample]:
    """Reads a data file of `inputs` columns, then outputs; the first `units` rows only, if asked."""

    def read(name: str, inputs: int, units: int | None = None) -> Sample:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        numbers = np.array([[float(cell) for cell in row[1:]] for row in rows[:units]])
        return Sample(
            tuple(row[0] for row in rows[:units]), tuple(header[1 : 1 + inputs]), tuple(header[1 + inputs :]),
            numbers[:, :inputs], numbers[:, inputs:],
        )  # fmt: skip

    return read


@pytest.fixture
def towns() -> Sample:
    """Three towns that can be scored by eye."""
    return Sample(("A", "B", "C"), ("staff",), ("books",), [[1], [4], [4]], [[1], [3], [2]])
