"""Every choice of a method in words: what it does, when to choose it, what it costs.

The options themselves come from the engine; one that has no words here yet appears under its own name.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ratusz.engines.composite import aggregate, impute, normalise, treat, weights


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a step: its name in the method file, its name for people, and what it means."""

    code: str
    name: str | Promise
    text: str | Promise


IMPUTATION = {
    "none": (
        _("Leave it out"),
        _("The city is judged by the figures it has; the other weights grow in proportion. Choose it first: nothing "
          "is invented. A city that hides a weak figure gains a little by it."),
    ),
    "mean": (
        _("Mean of all cities"),
        _("The gap gets the average of all cities. Simple, and close to leaving it out; it makes the city look "
          "ordinary where it may not be, and one extreme city moves the average."),
    ),
    "median": (
        _("Median of all cities"),
        _("The gap gets the value of the city in the middle. As the mean, but extreme cities do not move it."),
    ),
    "group mean": (
        _("Mean of the city's group"),
        _("The gap gets the average of cities of the same class or voivodeship. Choose it when groups differ much; "
          "a small group gives a shaky average."),
    ),
    "group median": (
        _("Median of the city's group"),
        _("The gap gets the middle value of cities of the same class or voivodeship. Choose it when groups differ "
          "and some of their cities are extreme."),
    ),
    "nearest": (
        _("The most similar cities"),
        _("The gap gets the mean of the few cities that are closest on the other indicators. More faithful than one "
          "average for all; harder to explain to a city that asks why."),
    ),
    "em": (
        _("What the other indicators suggest (EM)"),
        _("The gap gets the value that the other figures of the city make most likely, as all cities relate them. The "
          "best guess where indicators go together; with few cities it leans on chance."),
    ),
}  # fmt: skip

TREATMENT = {
    "winsorise": (
        _("Pull the extremes in"),
        _("Where a distribution is badly skewed, the few extreme values are set to the next one; if that is not "
          "enough, logarithms are taken. Others can then be told apart; the extreme city loses part of its lead."),
    ),
    "none": (
        _("Leave them as they are"),
        _("Every figure counts in full. Honest and simple; but one extreme city may press all others together at the "
          "end of the scale."),
    ),
    "box-cox": (
        _("Bend the scale (Box–Cox)"),
        _("Where a distribution is badly skewed, the whole indicator is bent until it is as even as possible. The "
          "order of cities stays; the meaning of a distance changes for all."),
    ),
}  # fmt: skip

NORMALISATION = {
    "min-max": (
        _("From the lowest to the highest"),
        _("The weakest city gets the lower end, the best the upper end, the others stand between as their figures "
          "do. The easiest to explain; one extreme city sets the scale."),
    ),
    "z-score": (
        _("Distance from the mean"),
        _("How many standard deviations a city is above or below the mean. Indicators get the same spread; numbers "
          "below zero are hard to read and bar the geometric mean."),
    ),
    "rank": (
        _("Place of the city"),
        _("Only the order counts: the weakest city has 1, the best as many points as there are cities. No extreme "
          "value can do harm; whether a city is ahead by a little or by a lot no longer matters."),
    ),
    "borda": (
        _("Number of cities that do worse"),
        _("As the place, counted from zero: the points of a contest between cities. Distances are lost in the same "
          "way."),
    ),
    "prank": (
        _("Share of cities that do worse"),
        _("As the place, from 0 to 1: indicators known for fewer cities stay comparable. Distances are lost in the "
          "same way."),
    ),
    "scaled": (
        _("Subtract and divide"),
        _("Each figure less one number, over another: for figures that come on one scale already, such as marks or "
          "percentages. Nothing depends on the other cities; you answer for the two numbers."),
    ),
    "distance to maximum": (
        _("Distance to the best"),
        _("The best city has 1, the others less by as much as they are behind. As from the lowest to the highest, "
          "from 0 to 1."),
    ),
    "fraction of maximum": (
        _("Share of the best"),
        _("The figure as a share of the best city's. Twice as much stays twice as much; it needs figures above zero "
          "and more to be better."),
    ),
    "distance to reference": (
        _("Distance to a chosen city"),
        _("One city is the yardstick: it has 1. Good for learning from a model; the yardstick's weak spots flatter "
          "the others."),
    ),
    "distance to target": (
        _("Way to the target"),
        _("How far each city has come to a target that you set for each indicator. Says what policy wants to know; "
          "every target must be defended."),
    ),
    "goalposts": (
        _("Between fixed goalposts"),
        _("A worst and a best value set in advance for each indicator. Scores of several years can be compared, and "
          "no city moves another; the goalposts must be defended."),
    ),
}  # fmt: skip

MEAN = {
    "arithmetic": (
        _("Arithmetic mean"),
        _("A strength makes up for a weakness point by point. The easiest to explain; a city may neglect one field "
          "and still be first."),
    ),
    "geometric": (
        _("Geometric mean"),
        _("A weakness pulls down more than a strength lifts: balance pays. Choose it if no field may be neglected; it "
          "takes only values above zero."),
    ),
    "harmonic": (
        _("Harmonic mean"),
        _("A weakness pulls down harder still. For cases in which the weakest field decides; it takes only values "
          "above zero."),
    ),
    "generalised": (
        _("Mean with a power of your choice"),
        _("Power 1 is the arithmetic mean, 0 the geometric, −1 the harmonic; every number between is allowed. You "
          "choose how much a weakness costs, and must say why so much."),
    ),
    "copeland": (
        _("Duels between cities (Copeland)"),
        _("Each city meets each other: who is better on indicators of more weight wins the duel; wins less losses are "
          "the score. No compensation at all; how far ahead no longer matters."),
    ),
    "mazziotta-pareto": (
        _("Mean less a penalty for imbalance (Mazziotta–Pareto)"),
        _("The arithmetic mean, less a penalty that grows with the differences between the fields. Balance pays, and "
          "the penalty can be shown; it takes only values above zero."),
    ),
    "adjusted mazziotta-pareto": (
        _("Mean less a relative penalty for imbalance (adjusted Mazziotta–Pareto)"),
        _("As with the penalty for imbalance, for scales with fixed goalposts: scores of several years can be "
          "compared. Balance pays; it takes only values above zero."),
    ),
}  # fmt: skip

SCHEME = {
    "percent": (
        _("Percent"),
        _("Weights of siblings sum to 100, and a sum of 99 is refused. The reader sees at once what counts how much."),
    ),
    "relative": (
        _("Points"),
        _("Any numbers above zero, such as 1, 1, 2; what counts is their proportion. Handy with many indicators; the "
          "reader has to divide."),
    ),
    "equal": (
        _("All the same"),
        _("All siblings weigh the same. Nobody can reproach you with a weight; but a pillar with fewer indicators "
          "makes each of them heavier."),
    ),
}  # fmt: skip

NOISE = {
    "none": (
        _("Weights stay"),
        _("The weights are not varied. Only for rankings whose weights nobody disputes: intervals come out narrower "
          "than the truth."),
    ),
    "spread": (
        _("Each by up to a share of itself"),
        _("Every weight is drawn between, say, three quarters and five quarters of its value. Choose it if the "
          "weights come from one discussion. The usual choice."),
    ),
    "concentration": (
        _("At random around them (Dirichlet)"),
        _("Weights of siblings are drawn together around yours and always sum to 100. Choose it to be sceptical: "
          "small weights may nearly vanish; the larger the number, the closer they stay."),
    ),
    "sets": (
        _("One of several sets"),
        _("Each variant takes one of the sets of weights that you list, such as the proposals of several experts. "
          "Says exactly whose weights were tried."),
    ),
}  # fmt: skip

PROPOSAL = {
    "equal": (_("Equal"), _("All the same: no judgement at all, or the boldest one.")),
    "pca": (
        _("Principal component"),
        _("More weight to what goes together with the others. It follows statistics, not importance."),
    ),
    "entropy": (_("Entropy"), _("More weight to what tells cities apart. Skewed indicators profit.")),
    "critic": (
        _("CRITIC"),
        _("More weight to what differs between cities and is told by no other indicator."),
    ),
    "balanced": (
        _("Balanced"),
        _("Weights under which each child moves the result as much as your present weights say it should."),
    ),
    "doubt": (
        _("Benefit of the doubt"),
        _("The average of the weights that each city would choose for itself, none below 5 % of its score."),
    ),
    "budget": (_("Experts' points"), _("The mean of what experts allot: 100 points each.")),
}

ORDER = {
    "imputation": impute.METHODS,
    "treatment": treat.METHODS,
    "normalisation": normalise.METHODS,
    "mean": aggregate.METHODS,
    "scheme": weights.SCHEMES,
    "noise": tuple(NOISE),
    "proposal": tuple(PROPOSAL),
}
WORDS = {
    "imputation": IMPUTATION,
    "treatment": TREATMENT,
    "normalisation": NORMALISATION,
    "mean": MEAN,
    "scheme": SCHEME,
    "noise": NOISE,
    "proposal": PROPOSAL,
}


def choice(step: str, code: str) -> Choice:
    """The option of a step in words."""
    name, text = WORDS[step].get(code, (code, ""))
    return Choice(code, name, text)


def options(step: str) -> list[Choice]:
    """All options of a step in the engine's order."""
    return [choice(step, code) for code in ORDER[step]]
