"""All choices of a composite indicator: checked when built, identified by a hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from ratusz.engines.composite import aggregate, impute, normalise, treat, weights
from ratusz.engines.composite.framework import Framework
from ratusz.engines.composite.impute import Imputation
from ratusz.engines.composite.normalise import Normalisation
from ratusz.engines.composite.screen import Screening
from ratusz.engines.composite.treat import Treatment
from ratusz.engines.contracts import EngineError

ERRORS = ("normal", "uniform")
MOST_RUNS = 1_000_000


@dataclass(frozen=True, slots=True)
class Noise:
    """How weights vary: `spread` (uniform, ± share), `concentration` (Dirichlet) or `sets` to choose from.

    `on` limits spread and concentration to "all" nodes, "indicators" or "aggregates". A set names the nodes
    whose weight differs from the method's.
    """

    spread: float = 0.0
    concentration: float = 0.0
    on: str = "all"
    sets: tuple[tuple[tuple[str, float], ...], ...] = ()


@dataclass(frozen=True, slots=True)
class DataError:
    """How wrong a figure may be: a standard error of `share` of it ("normal"), or at most that share ("uniform").

    An indicator's own `error` goes first.
    """

    share: float = 0.0
    shape: str = "normal"


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """What may vary, how often it is tried, and from which seed. Empty choices mean: as the method says."""

    runs: int = 1000
    seed: int = 1
    top: int = 3
    treatment: tuple[Treatment, ...] = ()
    normalisation: tuple[Normalisation, ...] = ()
    aggregation: tuple[str, ...] = ()
    weights: Noise = field(default_factory=lambda: Noise(spread=0.25))
    leave_one_out: bool = True
    imputation: tuple[Imputation, ...] = ()
    data_error: DataError = field(default_factory=DataError)


@dataclass(frozen=True)
class Method:
    """All choices of one composite indicator. Build it with `from_toml`; `hash()` identifies it for good."""

    framework: Framework
    name: str = "Index"
    version: str = "1"
    unit_column: str | None = None
    class_column: str | None = None
    scheme: str = "percent"
    screening: Screening = field(default_factory=Screening)
    imputation: Imputation = field(default_factory=Imputation)
    treatment: Treatment = field(default_factory=Treatment)
    normalisation: Normalisation = field(default_factory=Normalisation)
    mean: str = "arithmetic"
    uncertainty: Uncertainty = field(default_factory=Uncertainty)
    power: float | None = None

    def __post_init__(self) -> None:
        u, means = self.uncertainty, aggregate.METHODS
        for where, value, known in (
            ("weights", self.scheme, weights.SCHEMES),
            *(("imputation", i.method, impute.METHODS) for i in (self.imputation, *u.imputation)),
            ("data error", u.data_error.shape, ERRORS),
            *(("treatment", t.method, treat.METHODS) for t in (self.treatment, *u.treatment)),
            *(("normalisation", n.method, normalise.METHODS) for n in (self.normalisation, *u.normalisation)),
            *(("aggregation", mean, means) for mean in (self.mean, *u.aggregation)),
            *(("aggregation", a.mean, means) for a in self.framework.aggregates if a.mean is not None),
        ):
            if value not in known:
                raise EngineError(where, repr(value), "it must be one of " + ", ".join(known), "correct it")
        own = {a.mean for a in self.framework.aggregates if a.power is None}
        if self.power is None and "generalised" in {self.mean, *u.aggregation, *own}:
            raise EngineError(
                "aggregation",
                "no power",
                "a generalised mean needs one (1 arithmetic, 0 geometric, -1 harmonic)",
                "add power = 0.5",
            )
        for column in self.label_columns:
            if column in self.number_columns:
                raise EngineError(
                    f"Column {column}",
                    "it as a number and as a text",
                    "a column is one of them",
                    "copy the column",
                )
        weights.resolve(self.framework, self.scheme)

    @classmethod
    def from_toml(cls, text: str) -> Method:
        """Return the method of a TOML text; every mistake is an `EngineError` that names the key."""
        from ratusz.engines.composite.method_file import read_method

        return read_method(text)

    def to_toml(self) -> str:
        """Return the canonical text: every key stated, fixed order; `from_toml` gives the same method back."""
        from ratusz.engines.composite.method_text import write_method

        return write_method(self)

    def hash(self) -> str:
        """Return the SHA-256 (hex) of the canonical text."""
        return hashlib.sha256(self.to_toml().encode()).hexdigest()

    @property
    def number_columns(self) -> tuple[str, ...]:
        """The data columns that must hold numbers: indicators, then denominators."""
        bases = dict.fromkeys(i.denominator for i in self.framework.indicators if i.denominator)
        return tuple(dict.fromkeys((*self.framework.codes, *bases)))

    @property
    def label_columns(self) -> tuple[str, ...]:
        """The data columns that hold text: the class and the groups for imputation."""
        imputations = (self.imputation, *self.uncertainty.imputation)
        groups = (i.group for i in imputations if i.method.startswith("group"))
        return tuple(dict.fromkeys(c for c in (self.class_column, *groups) if c))

    @property
    def data_errors(self) -> bool:
        """Whether the variants also draw errors of the data."""
        return self.uncertainty.data_error.share > 0 or any(i.error for i in self.framework.indicators)
