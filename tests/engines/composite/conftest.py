"""Methods and tables that several tests of the composite index use."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ratusz.engines.composite import (
    Aggregate,
    Framework,
    Imputation,
    Indicator,
    Method,
    Noise,
    Normalisation,
    Screening,
    Table,
    Treatment,
    Uncertainty,
)

Reader = Callable[[str], tuple[list[str], list[str], np.ndarray]]


@pytest.fixture(scope="session")
def asem(shared_data: Path) -> Path:
    """The folder of COINr's reference results."""
    return shared_data / "composite"


@pytest.fixture(scope="session")
def reference(asem: Path) -> Reader:
    """Reads a reference file: its columns, its units, its numbers with NaN for missing."""

    def read(name: str) -> tuple[list[str], list[str], np.ndarray]:
        with (asem / name).open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        numbers = [[float(cell) if cell not in ("", "NA") else np.nan for cell in row[1:]] for row in rows]
        return header[1:], [row[0] for row in rows], np.array(numbers)

    return read


@pytest.fixture(scope="session")
def asem_framework(asem: Path) -> Framework:
    """ASEM's 49 indicators, 8 pillars, 2 sub-indices and index, with denominators."""
    with (asem / "asem_iMeta.csv").open(encoding="utf-8", newline="") as file:
        nodes = list(csv.DictReader(file))
    return Framework(
        tuple(
            Indicator(
                node["iCode"],
                node["Parent"],
                node["iName"],
                int(node["Direction"]),
                float(node["Weight"]),
                node["Denominator"] or None,
                float(node["Target"]),
                node["Unit"],
            )
            for node in nodes
            if node["Type"] == "Indicator"
        ),
        tuple(
            Aggregate(node["iCode"], node["Parent"] or None, node["iName"], float(node["Weight"]))
            for node in nodes
            if node["Type"] == "Aggregate"
        ),
    )


@pytest.fixture(scope="session")
def method_a(asem_framework: Framework) -> Method:
    """Raw values, treated, min-max 0 to 100, arithmetic; missing values kept."""
    indicators = tuple(
        Indicator(i.code, i.parent, i.name, i.direction, i.weight) for i in asem_framework.indicators
    )
    return Method(
        Framework(indicators, asem_framework.aggregates),
        unit_column="uCode",
        scheme="relative",
        screening=Screening(coverage=0, indicator_coverage=0),
        treatment=Treatment("winsorise"),
    )


@pytest.fixture(scope="session")
def method_b(asem_framework: Framework) -> Method:
    """Denominated, imputed by group mean, screened at 90 %, treated (winmax 5), min-max 0 to 100, arithmetic."""
    return Method(
        asem_framework,
        unit_column="uCode",
        scheme="relative",
        screening=Screening(coverage=0.9, counted="after imputation"),
        imputation=Imputation("group mean", "EurAsia_group"),
        treatment=Treatment("winsorise", winmax=5),
        uncertainty=Uncertainty(
            treatment=tuple(Treatment("winsorise", winmax=k) for k in range(1, 6)),
            normalisation=(Normalisation(lower=1), Normalisation("z-score", mean=10, sd=2)),
            aggregation=("arithmetic", "geometric"),
            weights=Noise(),
            leave_one_out=False,
        ),
    )


@pytest.fixture(scope="session")
def table_a(asem: Path, method_a: Method) -> Table:
    """ASEM's data as method A reads them."""
    return Table.from_csv((asem / "asem_iData.csv").read_bytes(), method_a)


@pytest.fixture(scope="session")
def table_b(asem: Path, method_b: Method) -> Table:
    """ASEM's data as method B reads them."""
    return Table.from_csv((asem / "asem_iData.csv").read_bytes(), method_b)


@pytest.fixture
def town_method() -> Method:
    """Two pillars of two indicators, one of them better when less."""
    return Method.from_toml(
        """
        name = "Towns"
        [[aggregate]]
        code = "Index"
        [[aggregate]]
        code = "Money"
        parent = "Index"
        weight = 60
        [[aggregate]]
        code = "Air"
        parent = "Index"
        weight = 40
        [[indicator]]
        code = "Income"
        parent = "Money"
        [[indicator]]
        code = "Debt"
        parent = "Money"
        direction = -1
        [[indicator]]
        code = "Trees"
        parent = "Air"
        [[indicator]]
        code = "Parks"
        parent = "Air"
        [screening]
        coverage = 0.5
        """
    )


@pytest.fixture
def towns() -> Table:
    """Six towns with one missing value."""
    values = [[3, 9, 5, 1], [5, 2, 4, 9], [1, 4, 9, 3], [8, 6, 1, 4], [4, 3, 2, 8], [2, 7, np.nan, 6]]
    names = ("Bytom", "Chełm", "Ełk", "Łódź", "Opole", "Żory")
    return Table(names, ("Income", "Debt", "Trees", "Parks"), np.array(values, dtype=float))
