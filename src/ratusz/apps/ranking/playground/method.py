"""From a reader's choice to a method of the engine."""

from dataclasses import replace
from typing import TypeVar

from ratusz.apps.ranking.playground.board import IN_CLASS
from ratusz.apps.ranking.playground.choice import Choice
from ratusz.engines import composite
from ratusz.engines.composite import weights

# These means take no value of 0 or less.
ABOVE_ZERO = {"geometric", "harmonic"}
SPREAD = 0.25

T = TypeVar("T")


class NothingLeft(Exception):
    """Every indicator has a weight of 0: there is nothing to rank by."""


def method_of(choice: Choice, published: composite.Method) -> composite.Method:
    """The method that the choice stands for; the published one itself where nothing was changed.

    What the published method lets vary varies here too, around the reader's weights and choices.
    """
    if not choice:
        return published
    framework = _framework(choice, published)
    u = published.uncertainty
    scale = _scale(choice, published)
    treatment = (
        replace(published.treatment, method=choice.outliers) if choice.outliers else published.treatment
    )
    mean = choice.mean or published.mean
    scales = _with(scale, u.normalisation)
    if choice.mean in ABOVE_ZERO:
        scale, scales = above_zero(scale), tuple(above_zero(s) for s in scales)
    return replace(
        published,
        framework=framework,
        scheme="relative",
        normalisation=scale,
        treatment=treatment,
        mean=mean,
        imputation=_imputation(choice, published),
        uncertainty=replace(
            u,
            normalisation=scales,
            treatment=_with(treatment, u.treatment),
            aggregation=_with(mean, u.aggregation),
            weights=composite.Noise(spread=SPREAD) if u.weights.sets else u.weights,
            leave_one_out=u.leave_one_out and len(framework.indicators) > 1,
        ),
    )


def _with(chosen: T, tried: tuple[T, ...]) -> tuple[T, ...]:
    """The choices to try, the reader's among them; none where the published method tries none."""
    return tried if not tried or chosen in tried else (chosen, *tried)


def _scale(choice: Choice, published: composite.Method) -> composite.Normalisation:
    if not choice.scale:
        return published.normalisation
    known = {n.method: n for n in reversed((published.normalisation, *published.uncertainty.normalisation))}
    return known.get(choice.scale) or composite.Normalisation(choice.scale)


def above_zero(scale: composite.Normalisation) -> composite.Normalisation:
    """The scale moved above 0: 1–100 from the lowest to the highest, or 100 with a standard deviation of 10."""
    if scale.method == "min-max" and scale.lower <= 0:
        return replace(scale, lower=1.0, upper=100.0)
    if scale.method == "z-score" and scale.mean < 10 * scale.sd:
        return replace(scale, mean=100.0, sd=10.0)
    return scale


def _imputation(choice: Choice, published: composite.Method) -> composite.Imputation:
    if not choice.missing:
        return published.imputation
    return composite.Imputation(
        choice.missing, published.class_column if choice.missing == IN_CLASS else None
    )


def _framework(choice: Choice, published: composite.Method) -> composite.Framework:
    """The tree with the reader's weights, without what weighs nothing."""
    tree = published.framework
    if not (choice.weights or choice.without):
        return _one_mean(choice, tree)
    base = weights.resolve(tree, published.scheme)
    wanted = dict(choice.weights)
    points: dict[str, float] = {tree.root.code: 1.0}
    for siblings in tree.siblings:
        total = base[siblings].sum()
        for k in siblings:
            code = tree.nodes[k].code
            points[code] = float(wanted.get(code, 100 * base[k] / total))
    if choice.without:
        points[choice.without] = 0.0
    gone = {code for code, weight in points.items() if weight == 0}
    for level in reversed(tree.levels):
        if level.parent in gone:
            gone.add(level.code)
    indicators = tuple(
        replace(i, weight=points[i.code])
        for i in tree.indicators
        if i.code not in gone and i.parent not in gone
    )
    kept = {i.parent for i in indicators}
    for level in tree.levels:
        if level.code in kept and level.parent is not None:
            kept.add(level.parent)
    if tree.root.code not in kept:
        raise NothingLeft
    aggregates = tuple(
        replace(a, weight=None if a.parent is None else points[a.code])
        for a in tree.aggregates
        if a.code in kept
    )
    return _one_mean(choice, composite.Framework(indicators, aggregates))


def _one_mean(choice: Choice, tree: composite.Framework) -> composite.Framework:
    """The tree in which the reader's mean, if there is one, holds for every branch."""
    if not choice.mean:
        return tree
    return composite.Framework(
        tree.indicators, tuple(replace(a, mean=None, power=None) for a in tree.aggregates)
    )
