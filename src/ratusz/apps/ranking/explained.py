"""A method in words for everybody: each step with its choice, picture and formula, and the tree with its weights."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ratusz.apps.core.pictures import Picture
from ratusz.apps.core.templatetags.formats import number, percent
from ratusz.apps.ranking import cards, choices, illustrations, rules
from ratusz.apps.ranking.editor.numbers import written
from ratusz.apps.ranking.editor.reading import described, noise_of
from ratusz.engines import composite

GROUPS = {
    rules.CLASS_COLUMN: gettext_lazy("size class"),
    rules.VOIVODESHIP_COLUMN: gettext_lazy("voivodeship"),
}


@dataclass(frozen=True)
class Step:
    """One step: its title, the option chosen with its picture, its formula, rules in words, and what else is tried."""

    title: str
    choice: choices.Choice
    picture: Picture | None
    formula: str
    rules: tuple[str, ...]
    tried: tuple[str, ...]


@dataclass(frozen=True)
class Branch:
    """A node: name, stated weight, share of the index, a mean of its own, where its weights come from."""

    code: str
    name: str
    is_group: bool
    weight: str
    share: float
    mean: str
    note: str
    less_is_better: bool
    children: tuple["Branch", ...]


def steps(method: composite.Method) -> list[Step]:
    """The steps from a figure to a place, in their order."""
    u = method.uncertainty
    return [
        Step(
            _("What is missing"), *_option("imputation", method.imputation.method), "", tuple(_missing(method)),
            _tried("imputation", u.imputation, method.imputation),
        ),
        Step(
            _("Outliers"), *_option("treatment", method.treatment.method), "", tuple(_outliers(method.treatment)),
            _tried("treatment", u.treatment, method.treatment),
        ),
        Step(
            _("One scale"), *_option("normalisation", method.normalisation.method), _scale(method.normalisation),
            tuple(_scale_rules(method)), _tried("normalisation", u.normalisation, method.normalisation),
        ),
        Step(
            _("From figures to a score"), *_option("mean", method.mean), _mean(method.mean, method.power),
            tuple(_mean_rules(method)),
            tuple(str(choices.choice("mean", m).name) for m in u.aggregation if m != method.mean),
        ),
        Step(
            _("How the weights vary"), *_option("noise", noise_of(u.weights)), "", tuple(_noise(u)), (),
        ),
    ]  # fmt: skip


def _option(step: str, code: str) -> tuple[choices.Choice, Picture | None]:
    return choices.choice(step, code), illustrations.illustration(step, code)


def _tried(step: str, listed: tuple[Any, ...], own: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(described(step, item) for item in listed if item != own))


def _missing(method: composite.Method) -> Iterator[str]:
    s, i = method.screening, method.imputation
    yield _(
        "A city with figures for less than %(share)s of the indicators is not classified. "
        "What is missing is never zero."
    ) % {"share": percent(s.coverage)}
    if s.branch_coverage:
        yield _("The same holds in every group of the tree for %(share)s.") % {
            "share": percent(s.branch_coverage)
        }
    yield _("An indicator known for less than %(share)s of the cities cannot be in the method.") % {
        "share": percent(s.indicator_coverage)
    }
    if s.counted == "after imputation":
        yield _("Figures that were filled in count as figures here.")
    if i.method.startswith("group") and i.group:
        yield _("The group of a city is its %(group)s.") % {"group": GROUPS.get(i.group, i.group)}
    if i.method == "nearest":
        yield ngettext(
            "%(count)d most similar city counts.", "%(count)d most similar cities count.", i.neighbours
        ) % {"count": i.neighbours}


def _outliers(t: composite.Treatment) -> Iterator[str]:
    if t.method == "none":
        return
    yield _("Badly skewed is an indicator with a skewness of at least %(skewness)s and an excess kurtosis of at least "
            "%(kurtosis)s.") % {"skewness": written(t.skewness), "kurtosis": written(t.kurtosis)}  # fmt: skip
    if t.method == "winsorise":
        yield ngettext(
            "At most %(count)d value of an indicator is set to the next one.",
            "At most %(count)d values of an indicator are set to the next one.", t.winmax,
        ) % {"count": t.winmax}  # fmt: skip


def _scale(n: composite.Normalisation) -> str:
    a, b = written(n.lower), written(n.upper)
    start, span = (f"{a} + " if n.lower else ""), (f"({b} − {a})" if n.lower else b)
    return {
        "min-max": f"y = {start}{span} · (x − min) / (max − min)",
        "z-score": f"y = {written(n.mean)} + {written(n.sd)} · (x − x̄) / s",
        "prank": "y = (r − 1) / (n − 1)",
        "scaled": f"y = (x − {written(n.subtract)}) / {written(n.divide)}",
        "distance to maximum": "y = 1 − (max − x) / (max − min)",
        "fraction of maximum": "y = x / max",
        "distance to reference": "y = (x − min) / (x* − min)",
        "distance to target": "y = (x − min) / (x* − min)",
        "goalposts": f"y = {start}{span} · (x − a) / (b − a)",
    }.get(n.method, "")  # fmt: skip


def _scale_rules(method: composite.Method) -> Iterator[str]:
    n = method.normalisation
    if n.method in ("rank", "borda"):
        yield _("The weakest city has %(first)d; the more cities do worse, the more.") % {
            "first": 1 if n.method == "rank" else 0
        }
    if n.method == "prank":
        yield _("r is the place from the weakest, n the number of cities.")
    if n.method == "distance to reference":
        yield _("x* is the figure of %(city)s.") % {"city": n.reference}
    if n.method == "distance to target":
        yield _("x* is the target of the indicator.")
    if n.method == "goalposts":
        yield _("a and b are the goalposts of the indicator.")
        if not n.beyond:
            yield _("Beyond the goalposts the score stays at the end of the scale.")
    if n.cap:
        yield _("Nobody gets more than 1.")
    if logs := [i for i in method.framework.indicators if i.transform == "log"]:
        names = {c["code"]: cards.said(c, "name") for c in cards.indicator_cards(method)}
        yield _("Compared by their logarithms: %(names)s.") % {
            "names": ", ".join(names[i.code] for i in logs)
        }
    if any(i.direction < 0 for i in method.framework.indicators):
        yield _("Where less is better, x is the figure with its sign turned.")


def _mean(mean: str, power: float | None) -> str:
    return {
        "arithmetic": "I = Σ w·y / Σ w",
        "geometric": "I = exp(Σ w·ln y / Σ w)",
        "harmonic": "I = Σ w / Σ (w / y)",
        "generalised": f"I = (Σ w·y^p / Σ w)^(1/p), p = {written(power)}",
        "mazziotta-pareto": "I = M − S² / M",
        "adjusted mazziotta-pareto": "I = M − S² / M",
    }.get(mean, "")


def _mean_rules(method: composite.Method) -> Iterator[str]:
    if method.mean.endswith("mazziotta-pareto"):
        yield _("M is the arithmetic mean, S the standard deviation of the parts.")
    own = [(a, a.mean) for a in method.framework.aggregates if a.mean and a.mean != method.mean]
    for node, mean in own:
        yield _("In “%(group)s”: %(mean)s.") % {
            "group": _said(node.name or node.code), "mean": choices.choice("mean", mean or "").name,
        }  # fmt: skip
    yield _("Places go from the highest index, 1 is best; equal scores share the better place.")
    if method.class_column:
        yield _("Places are given separately by %(group)s too.") % {
            "group": GROUPS.get(method.class_column, method.class_column)
        }


def _noise(u: composite.Uncertainty) -> Iterator[str]:
    w = u.weights
    if w.spread:
        yield _("Each weight varies by up to ± %(share)s of itself.") % {"share": percent(w.spread)}
    if w.concentration:
        yield _("The concentration is %(number)s.") % {"number": written(w.concentration)}
    if w.sets:
        yield ngettext("There is %(count)d set.", "There are %(count)d sets.", len(w.sets)) % {
            "count": len(w.sets)
        }
    if (w.spread or w.concentration) and w.on == "indicators":
        yield _("Only weights of indicators vary.")
    if (w.spread or w.concentration) and w.on == "aggregates":
        yield _("Only weights of groups vary.")
    yield _("Each indicator is left out in turn.") if u.leave_one_out else _("No indicator is left out.")
    if u.data_error.share:
        yield _("Every figure may be off by %(share)s.") % {"share": percent(u.data_error.share, 1)}


def tree(method: composite.Method) -> Branch:
    """The tree with stated weights and shares of the index."""
    framework = method.framework
    shares = cards.effective_weights(method)
    names = {card["code"]: cards.said(card, "name") for card in cards.indicator_cards(method)}
    below: dict[str | None, list[Any]] = {}
    for node in (*framework.aggregates, *framework.indicators):
        below.setdefault(node.parent, []).append(node)

    def branch(node: Any) -> Branch:
        is_group = isinstance(node, composite.Aggregate)
        mean = str(choices.choice("mean", node.mean).name) if is_group and node.mean else ""
        stated = ""
        if node.weight is not None and node.parent is not None:
            places = 0 if float(node.weight).is_integer() else 2
            in_percent = method.scheme == "percent"
            stated = percent(node.weight / 100, places) if in_percent else number(node.weight, places)
        return Branch(
            node.code, _said(node.name or node.code) if is_group else names[node.code], is_group, stated,
            shares[node.code], mean, _said(node.note) if is_group else "", not is_group and node.direction < 0,
            tuple(branch(child) for child in below.get(node.code, ())) if is_group else (),
        )  # fmt: skip

    return branch(framework.root)


def _said(name: str) -> str:
    name_pl, name_en = cards.two_names(name)
    return cards.said({"name_pl": name_pl, "name_en": name_en}, "name")
