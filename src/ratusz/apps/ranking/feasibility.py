"""What a method would meet in the figures: coverage, double counting, what decides more than its weight says."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ratusz.apps.cities import queries as cities
from ratusz.apps.cities.models import Indicator
from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.templatetags.formats import number, percent
from ratusz.apps.editions.models import Edition
from ratusz.apps.ranking import cards, rules, wording
from ratusz.apps.ranking.engine_messages import explain
from ratusz.engines import composite
from ratusz.engines.composite import importance, influence, statistics

DOUBLE = 0.9  # a correlation from which two indicators say the same
CHANCE = 0.05  # a p-value below which a negative correlation is no accident
TWICE = 2.0  # an effect so many times the weight is worth a word
NOTABLE = 0.1  # … if it is at least this share of all effects
NAMED = 8  # findings of one kind that are said one by one


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence: "critical" stands in the way, "warning" a reader will ask about, "fine" is fine."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Look:
    """One node in numbers: what it should count, what it counts, and how its figures are."""

    code: str
    name: str
    is_group: bool
    weight: float
    effect: float | None
    moves: float | None
    skewness: float | None
    known: int | None
    total: int | None
    year: int | None


@dataclass
class Feasibility:
    """The findings in words, then the tables behind them."""

    findings: list[Finding] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    unclassified: list[rules.Left] = field(default_factory=list)
    total: int = 0
    names: list[str] = field(default_factory=list)
    heat: list[tuple[str, list[tuple[str, int]]]] = field(default_factory=list)

    @property
    def can_be_computed(self) -> bool:
        """Whether nothing stands in the way."""
        return not any(f.kind == "critical" for f in self.findings)

    @property
    def shown(self) -> list[Finding]:
        """The findings, what stands in the way first."""
        order = {"critical": 0, "warning": 1, "fine": 2}
        return sorted(self.findings, key=lambda f: order[f.kind])

    def say(self, kind: str, text: Any) -> None:
        """Adds a finding."""
        self.findings.append(Finding(kind, str(text)))


def looked_into(method: composite.Method, edition: Edition) -> Feasibility:
    """What the figures of an edition say to a method."""
    found = Feasibility()
    try:
        figures = rules.figures_for(method, edition)
    except DomainError as error:
        found.say("critical", error)
        return found
    registry = {i.code: i for i in cities.indicators_visible_to(None).filter(code__in=figures.source.codes)}
    found.total = len(figures.source.units)
    measured = [registry[code] for code in method.framework.codes]
    checks = list(rules.coverage(measured, figures.source))
    for problem in rules.coverage_problems(checks, method.screening.indicator_coverage, edition):
        found.say("critical", problem)
    for warning in rules.direction_warnings(method, registry):
        found.say("warning", warning)
    if not found.can_be_computed:
        return found
    try:
        prepared = composite.prepare(figures.table, method)
        shape = statistics.describe(prepared.values, method.framework.codes)
        if _constant(found, shape, registry):
            return found
        ranking = composite.rank(figures.table, method, runs=0)
    except composite.EngineError as error:
        found.say("critical", explain(error))
        return found
    try:
        composite.check_variants(figures.table, method)
    except composite.EngineError as error:
        found.say("critical", _("One of the variants cannot be computed: %(why)s") % {"why": explain(error)})
    found.unclassified = rules.left_out(prepared, figures, registry, method)
    _coverage(found)
    _skewed(found, shape, registry, method)
    r = statistics.correlate(ranking.normalised, method.framework.codes)
    _correlated(found, r, method, registry)
    _deciding(found, ranking, figures, checks, shape, registry)
    found.names = [str(registry[code].name) for code in method.framework.codes]
    found.heat = [
        (name, [(number(float(v), 2), _shade(float(v))) for v in row])
        for name, row in zip(found.names, r.r, strict=True)
    ]
    return found


def _shade(r: float) -> int:
    """A step from −4 to 4 for the colour of a cell."""
    return 0 if r != r else int(np.clip(np.round(r * 4), -4, 4))


def _constant(found: Feasibility, shape: statistics.Description, registry: dict[str, Indicator]) -> bool:
    for code, low, high in zip(shape.codes, shape.minimum, shape.maximum, strict=True):
        if not high > low:
            found.say(
                "critical",
                _("%(indicator)s is %(value)s in every classified city: it tells nobody apart. Leave it out or "
                  "correct its figures.") % {"indicator": registry[code].name, "value": number(low, 2)},
            )  # fmt: skip
    return not found.can_be_computed


def _coverage(found: Feasibility) -> None:
    if found.unclassified:
        names = wording.names([left.name for left in found.unclassified], 5)
        found.say(
            "warning",
            ngettext(
                "%(count)d of %(total)d cities would not be classified, because too many figures are missing: "
                "%(names)s.",
                "%(count)d of %(total)d cities would not be classified, because too many figures are missing: "
                "%(names)s.",
                len(found.unclassified),
            ) % {"count": len(found.unclassified), "total": found.total, "names": names},
        )  # fmt: skip
    else:
        found.say("fine", _("All %(total)d cities would be classified.") % {"total": found.total})


def _skewed(
    found: Feasibility,
    shape: statistics.Description,
    registry: dict[str, Indicator],
    method: composite.Method,
) -> None:
    skewed = [
        str(registry[c].name)
        for c, flags in zip(shape.codes, shape.flags, strict=True)
        if "outliers" in flags
    ]
    if skewed and method.treatment.method == "none":
        found.say(
            "warning",
            _("A few extreme figures stretch the scale of %(names)s: consider pulling the extremes in.")
            % {"names": ", ".join(skewed)},
        )
    elif skewed:
        found.say(
            "fine", _("Extreme figures of %(names)s are treated as you chose.") % {"names": ", ".join(skewed)}
        )
    zeros = [
        str(registry[c].name) for c, flags in zip(shape.codes, shape.flags, strict=True) if "zeros" in flags
    ]
    if zeros:
        found.say(
            "warning",
            _(
                "More than half of the cities have 0 in %(names)s: is 0 a figure there, or does it mean no data?"
            )
            % {"names": ", ".join(zeros)},
        )


def _correlated(
    found: Feasibility, r: statistics.Correlations, method: composite.Method, registry: dict[str, Indicator]
) -> None:
    parent = {i.code: i.parent for i in method.framework.indicators}
    group = {a.code: _group_name(a) for a in method.framework.aggregates}
    double, against = [], []
    for a, one in enumerate(r.codes):
        for b, other in enumerate(r.codes[:a]):
            facts = {
                "one": registry[other].name, "other": registry[one].name, "r": number(float(r.r[a, b]), 2),
                "group": group[parent[one]],
            }  # fmt: skip
            if r.r[a, b] >= DOUBLE:
                double.append((-r.r[a, b], facts))
            elif r.r[a, b] < 0 and r.p[a, b] < CHANCE and parent[one] == parent[other]:
                against.append((r.r[a, b], facts))
    for _r, facts in sorted(double, key=lambda item: item[0])[:NAMED]:
        found.say(
            "warning",
            _("%(one)s and %(other)s say nearly the same (correlation %(r)s): together they count double. Leave one "
              "out, or halve their weights.") % facts,
        )  # fmt: skip
    for _r, facts in sorted(against, key=lambda item: item[0])[:NAMED]:
        found.say(
            "warning",
            _("In “%(group)s”, %(one)s and %(other)s pull against each other (correlation %(r)s): where one is high "
              "the other is low, and in the mean they cancel out. Check the directions, or part them.") % facts,
        )  # fmt: skip
    if not double and not against:
        found.say("fine", _("No two indicators say the same, and none of one group pull against each other."))


def _group_name(node: composite.Aggregate) -> str:
    name_pl, name_en = cards.two_names(node.name or node.code)
    return cards.said({"name_pl": name_pl, "name_en": name_en}, "name") or node.code


def _deciding(
    found: Feasibility, ranking: composite.Ranking, figures: rules.Figures, checks: list[rules.IndicatorCheck],
    shape: statistics.Description, registry: dict[str, Indicator],
) -> None:  # fmt: skip
    method = ranking.method
    effect = importance.importance(ranking)
    p = len(method.framework.indicators)
    try:
        moves: Any = influence.leave_one_out(figures.table, method).mean_shift if p > 1 else [None] * p
    except composite.EngineError:
        moves = [None] * p  # a city has one indicator alone: it cannot be left out
    groups = {a.code: _group_name(a) for a in method.framework.aggregates}
    whole = float(np.nansum(effect.main_effect[:p]))
    odd = 0
    for k, code in enumerate(effect.codes):
        name = groups.get(code) or str(registry[code].name)
        main = float(effect.main_effect[k])
        check = checks[k] if k < p else None
        found.looks.append(
            Look(
                code, name, k >= p, float(effect.weight[k]), None if main != main else main,
                None if k >= p or moves[k] is None else float(moves[k]),
                float(shape.skewness[k]) if k < p else None, check.known if check else None,
                check.total if check else None, check.years[1] if check and check.years else None,
            )
        )  # fmt: skip
        if k >= p or not whole:
            continue
        facts = {"name": name, "weight": percent(float(effect.weight[k])), "effect": percent(main)}
        share = main / whole
        if effect.sign[k] < 0 and main > 0.02:
            odd += 1
            found.say(
                "warning",
                _("%(name)s works against the index: cities that are better in it tend to have a lower score. Check "
                  "its direction.") % facts,
            )  # fmt: skip
        elif share > NOTABLE and share > TWICE * effect.weight[k]:
            odd += 1
            found.say(
                "warning",
                _("%(name)s decides more than its weight says: it has %(weight)s of the index, and %(effect)s of the "
                  "differences between scores go with it.") % facts,
            )  # fmt: skip
        elif effect.weight[k] > NOTABLE / 2 and main < 0.02:
            odd += 1
            found.say(
                "warning",
                _("%(name)s hardly matters: it has %(weight)s of the index, but the score follows it hardly at all "
                  "(%(effect)s).") % facts,
            )  # fmt: skip
    if not odd:
        found.say("fine", _("No indicator decides much more, or much less, than its weight says."))
