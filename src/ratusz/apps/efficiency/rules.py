"""What a study must satisfy before it is computed, and what a reader will ask about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext as _

from ratusz.apps.cities import queries as cities
from ratusz.apps.cities.models import Indicator
from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.templatetags.formats import number
from ratusz.apps.editions.models import Edition
from ratusz.apps.efficiency.figures import Figures, figures_for
from ratusz.apps.efficiency.models import Study
from ratusz.engines.contracts import EngineError

CITIES_PER_COLUMN = 3
ALIKE = 0.95  # two columns that correlate so closely say nearly the same
GROWS = 0.8  # a figure whose logarithm follows that of the population so closely is a volume
LEAST_REPETITIONS, MOST_REPETITIONS = 200, 10_000
MOST_COLUMNS = 10


@dataclass(frozen=True, slots=True)
class ColumnCheck:
    """How far the figures of a column reach."""

    indicator: Indicator
    kind: str
    known: int
    total: int
    year: int | None
    low: float | None
    high: float | None

    @property
    def share(self) -> float:
        return self.known / self.total if self.total else 0.0


@dataclass
class Check:
    """What stands in the way (problems), what a reader will ask about (warnings), and who is left out."""

    problems: list[DomainError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    columns: list[ColumnCheck] = field(default_factory=list)
    left_out: list[tuple[str, list[str]]] = field(default_factory=list)
    # (input, output, correlation over the compared cities)
    correlations: list[tuple[Indicator, Indicator, float | None]] = field(default_factory=list)
    total: int = 0
    compared: int = 0
    needed: int = 0


def check_study(study: Study) -> Check:
    """What a computation of the study would meet."""
    check = Check()
    check.problems.extend(_choices(study))
    if not study.columns:
        return check
    try:
        figures = figures_for(study.columns, study.edition)
    except DomainError as error:
        check.problems.append(error)
        return check
    registry = _registry(study.columns)
    check.total, check.compared = len(figures.source.units), int(figures.complete.sum())
    check.needed = CITIES_PER_COLUMN * len(figures.columns)
    check.columns = list(_coverage(figures, registry))
    check.left_out = [
        (figures.source.names[row], [str(registry[code].name) for code in figures.missing_of(row)])
        for row in np.flatnonzero(~figures.complete)
    ]
    check.problems.extend(_few_cities(figures))
    if check.compared:
        check.problems.extend(_values(figures, registry))
        check.correlations = _correlations(figures, registry)
        check.warnings.extend(_warnings(study, figures, registry, check))
    if not check.problems:
        try:
            figures.sample()
        except EngineError as error:
            check.problems.append(explain(error))
    return check


def require_sound(study: Study) -> Figures:
    """The figures of the study; raises its first problem."""
    check = check_study(study)
    if check.problems:
        raise check.problems[0]
    return figures_for(study.columns, study.edition)


def explain(error: EngineError) -> DomainError:
    """A refusal of the engine that the checks did not foresee, quoted and framed in the language of the page."""
    if error.where == "Bootstrap" and "inefficient units" in str(error.value):
        return DomainError(
            _("Nearly every city comes out as efficient, so there is nothing to tell the cities apart by."),
            next_step=_("Choose fewer inputs and outputs: each one more gives every city one more way to be best."),
            code="all_efficient",
        )  # fmt: skip
    return DomainError(
        _("The figures cannot be used: %(reason)s") % {"reason": str(error)},
        next_step=_("Correct the figure under Cities and data, or leave the indicator out."),
        code="engine",
    )


def _registry(columns: Sequence[dict[str, Any]]) -> dict[str, Indicator]:
    found = cities.indicators_visible_to(None).filter(code__in=[c["code"] for c in columns])
    return {indicator.code: indicator for indicator in found}


def _choices(study: Study) -> Iterator[DomainError]:
    """What is wrong with the choices themselves, whatever the figures are."""
    kinds = {c["kind"] for c in study.columns}
    for kind, words in (
        (Study.Kind.INPUT, _("No input is chosen: efficiency asks what a city does with something.")),
        (Study.Kind.OUTPUT, _("No output is chosen: efficiency asks what comes of something.")),
    ):
        if kind not in kinds:
            yield DomainError(
                words, next_step=_("Choose at least one input and one output."), code=f"no_{kind}"
            )
    registry = _registry(study.columns)
    movable = study.returns == Study.Returns.VARIABLE and study.orientation == Study.Orientation.INPUT
    for column in study.columns:
        code = column["code"]
        indicator = registry.get(code)
        if indicator is None:
            yield DomainError(
                _("There is no indicator with the code “%(code)s” in the registry.") % {"code": code},
                next_step=_("Open the study and save it again without it."),
                code="unknown_indicator",
            )
            continue
        names = {"indicator": indicator.name}
        if not (column["reason_pl"] and column["reason_en"]):
            yield DomainError(
                _("%(indicator)s: the reason is missing in Polish or in English.") % names,
                next_step=_("Say in one sentence why it belongs to what a city has, or to what comes of it."),
                field=f"reason_pl_{code}" if not column["reason_pl"] else f"reason_en_{code}",
                code="no_reason",
            )
        is_output = column["kind"] == Study.Kind.OUTPUT
        if not is_output and column["form"] != Study.Form.PLAIN:
            yield DomainError(
                _("%(indicator)s is an input: it is used as published.") % names,
                next_step=_("Choose “as published”."),
                field=f"form_{code}",
                code="form_of_input",
            )
        elif is_output and column["form"] != Study.Form.PLAIN and not movable:
            yield DomainError(
                _(
                    "%(indicator)s is turned or shifted, so its zero is a matter of choice: scores stay the same "
                    "whatever the choice only with variable returns and “the same with less”."
                )
                % names,
                next_step=_("Choose both, or use the figure as published."),
                field=f"form_{code}",
                code="form_moves_zero",
            )
        elif (
            is_output
            and column["form"] != Study.Form.TURNED
            and indicator.direction == Indicator.Direction.LESS_IS_BETTER
        ):
            yield DomainError(
                _("%(indicator)s: less is better, but an output is what there should be more of.") % names,
                next_step=_(
                    "Turn it round, count it as an input (what should be as little as possible), or leave it out."
                ),
                field=f"form_{code}",
                code="wrong_direction",
            )
        elif (
            is_output
            and column["form"] == Study.Form.TURNED
            and indicator.direction == Indicator.Direction.MORE_IS_BETTER
        ):
            yield DomainError(
                _("%(indicator)s: more is better, so it must not be turned round.") % names,
                next_step=_("Choose “as published”."),
                field=f"form_{code}",
                code="turned_needlessly",
            )


def _coverage(figures: Figures, registry: dict[str, Indicator]) -> Iterator[ColumnCheck]:
    for k, column in enumerate(figures.columns):
        values, years = figures.source.values[:, k], figures.source.years[:, k]
        known = ~np.isnan(values)
        yield ColumnCheck(
            registry[column["code"]], column["kind"], int(known.sum()), len(values),
            int(years[known].max()) if known.any() else None,
            float(values[known].min()) if known.any() else None,
            float(values[known].max()) if known.any() else None,
        )  # fmt: skip


def _few_cities(figures: Figures) -> Iterator[DomainError]:
    n, m = len(figures.position), figures.inputs
    s = len(figures.columns) - m
    least = max(m * s, m + s) + 1
    if n < least:
        yield DomainError(
            ngettext(
                "Only %(count)s city has every figure; with so many columns at least %(least)s are needed.",
                "Only %(count)s cities have every figure; with so many columns at least %(least)s are needed.",
                n,
            )
            % {"count": number(n), "least": number(least)},
            next_step=_("Choose fewer columns, or those for which more cities have figures."),
            code="few_cities",
        )


def _values(figures: Figures, registry: dict[str, Indicator]) -> Iterator[DomainError]:
    """Values that the model cannot use, each with a city that has one."""
    values, m = figures.used, figures.inputs
    for k, column in enumerate(figures.columns):
        indicator, own = registry[column["code"]], values[:, k]
        names = {"indicator": indicator.name}
        if (own < 0).any():
            row = int(np.argmin(own))
            yield DomainError(
                _("%(indicator)s is negative for %(count)s cities, lowest for %(city)s: a share of it means nothing.")
                % (names | {"count": number(int((own < 0).sum())), "city": figures.units[row]}),
                next_step=_("Choose another input.") if k < m else _("Count it from the lowest, or leave it out."),
                field=f"form_{column['code']}",
                code="negative",
            )  # fmt: skip
        elif np.ptp(own) == 0:
            yield DomainError(
                _("%(indicator)s is the same for every city that is compared.") % names,
                next_step=_("Leave it out: it tells no cities apart."),
                field=f"kind_{column['code']}",
                code="constant",
            )
    for part, words in (
        (values[:, :m], _("%(city)s has 0 in every input: a city that uses nothing cannot be compared.")),
        (values[:, m:], _("%(city)s has 0 in every output: a city of which nothing comes cannot be compared.")),
    ):  # fmt: skip
        for row in np.flatnonzero(~part.any(axis=1))[:1] if part.size else ():
            yield DomainError(
                words % {"city": figures.units[row]},
                next_step=_("Correct the figure under Cities and data, or choose another column."),
                code="zero",
            )


def _correlations(
    figures: Figures, registry: dict[str, Indicator]
) -> list[tuple[Indicator, Indicator, float | None]]:
    m = figures.inputs
    return [
        (registry[figures.columns[i]["code"]], registry[figures.columns[o]["code"]], _r(figures.used, i, o))
        for i in range(m)
        for o in range(m, len(figures.columns))
    ]


def _r(values: np.ndarray, one: int, other: int) -> float | None:
    if len(values) < 3 or not np.ptp(values[:, one]) or not np.ptp(values[:, other]):
        return None
    return float(np.corrcoef(values[:, one], values[:, other])[0, 1])


def _warnings(study: Study, figures: Figures, registry: dict[str, Indicator], check: Check) -> Iterator[str]:
    m, names = figures.inputs, [str(registry[c["code"]].name) for c in figures.columns]
    if check.compared < check.needed:
        yield _(
            "%(compared)s cities for %(columns)s inputs and outputs: as a rule of thumb there should be at least "
            "%(needed)s, three for each. With fewer, many cities are efficient only because nobody is like them."
        ) % {
            "compared": number(check.compared), "columns": number(len(names)), "needed": number(check.needed),
        }  # fmt: skip
    for kind in (range(m), range(m, len(names))):
        for one, other in combinations(kind, 2):
            r = _r(figures.used, one, other)
            if r is not None and r >= ALIKE:
                yield _("%(one)s and %(other)s say nearly the same (correlation %(r)s): one of them is enough.") % {
                    "one": names[one], "other": names[other], "r": number(r, 2),
                }  # fmt: skip
    for given, gained, r in check.correlations:
        if r is not None and r < 0:
            yield _(
                "Cities with more of “%(input)s” have less of “%(output)s” (correlation %(r)s): "
                "does the one really serve the other?"
            ) % {"input": given.name, "output": gained.name, "r": number(r, 2)}
    yield from _volumes(study, figures, names)
    for k in range(m):
        zero = np.flatnonzero(figures.used[:, k] == 0)
        if zero.size:
            yield _(
                "%(input)s is 0 for %(city)s: such a city is compared only with others that use none of it."
            ) % {"input": names[k], "city": figures.units[zero[0]]}


def _volumes(study: Study, figures: Figures, names: list[str]) -> Iterator[str]:
    """Words on volumes and ratios: a volume is known by growing with the population."""
    grows = [_grows(figures, k) for k in range(len(names))]
    volumes = [name for name, one in zip(names, grows, strict=True) if one]
    ratios = [name for name, one in zip(names, grows, strict=True) if not one]
    if volumes and ratios:
        yield gettext(
            "Volumes and ratios are mixed: %(volumes)s grow with the size of the city, %(ratios)s do not. "
            "A large city would look wasteful only because it is large. Choose volumes only, or ratios only."
        ) % {"volumes": ", ".join(volumes), "ratios": ", ".join(ratios)}
    if ratios and study.returns != Study.Returns.VARIABLE:
        yield gettext(
            "%(ratios)s: a ratio such as a percentage or a figure per resident does not double because something "
            "else does. Variable returns suit ratios better."
        ) % {"ratios": ", ".join(ratios)}


def _grows(figures: Figures, k: int) -> bool:
    people, values = figures.source.populations[figures.position], figures.published[:, k]
    both = (people > 0) & (values > 0)
    if both.sum() < 10 or np.ptp(people[both]) == 0 or np.ptp(values[both]) == 0:
        return False
    return float(np.corrcoef(np.log(people[both]), np.log(values[both]))[0, 1]) >= GROWS


def coverage_of_registry(edition: Edition) -> list[ColumnCheck]:
    """How far the figures of every indicator of the registry reach in the edition."""
    indicators = list(cities.indicators_visible_to(None))
    columns = [{"code": i.code, "kind": "", "form": Study.Form.PLAIN} for i in indicators]
    return list(_coverage(figures_for(columns, edition), {i.code: i for i in indicators}))
