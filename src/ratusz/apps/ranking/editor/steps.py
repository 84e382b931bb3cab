"""The steps from figures to a score as a form: what it shows is read from a method and written back into one."""

import tomllib
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ratusz.apps.ranking import cards, choices, rules
from ratusz.apps.ranking.editor import numbers
from ratusz.apps.ranking.editor.reading import (
    ALTERNATIVES,
    DEFAULTS,
    SUGGESTED_UNCERTAINTY,
    chosen,
    described,
    read,
)
from ratusz.engines import composite

POSITIVE_ONLY = {"geometric", "harmonic", "generalised", "mazziotta-pareto", "adjusted mazziotta-pareto"}
NEGATIVE = {"z-score", "scaled"}
GROUPS = [
    ("", _("– none –")),
    (rules.CLASS_COLUMN, _("size class")),
    (rules.VOIVODESHIP_COLUMN, _("voivodeship")),
]
COUNTED = [
    ("before imputation", _("Only published figures count as data")),
    ("after imputation", _("Figures filled in count as data too")),
]
SHAPES = [
    ("normal", _("usually by so much, rarely by twice as much")),
    ("uniform", _("by anything up to so much")),
]
VARIED = [
    ("all", _("all weights")),
    ("indicators", _("weights of indicators only")),
    ("aggregates", _("weights of groups only")),
]


class NumberField(forms.CharField):
    """A number with a decimal comma or point."""

    def __init__(
        self, *, low: float | None = None, high: float | None = None, above: bool = False, **kwargs: Any
    ):
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "size": 8, "autocomplete": "off"})
        )
        super().__init__(**kwargs)
        self.low, self.high, self.above = low, high, above

    def clean(self, value: Any) -> float | None:
        raw = super().clean(value)
        try:
            found = numbers.read(raw)
        except ValueError:
            raise forms.ValidationError(
                _("“%(value)s” is not a number: write digits with a comma or a point, such as 12.5."),
                params={"value": raw},
            ) from None
        if found is None:
            return None
        facts = {
            "value": numbers.written(found),
            "low": numbers.written(self.low),
            "high": numbers.written(self.high),
        }
        if self.high is not None and not self.low <= found <= self.high:
            raise forms.ValidationError(
                _("%(value)s is out of range: write a number from %(low)s to %(high)s."), params=facts
            )
        if self.low is not None and (found < self.low or (self.above and found == self.low)):
            raise forms.ValidationError(
                _("%(value)s is too small: write a number above %(low)s.") if self.above
                else _("%(value)s is too small: write %(low)s or more."), params=facts
            )  # fmt: skip
        return found


def _cards(step: str, label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=lambda: [(c.code, c.name) for c in choices.options(step)],
        widget=forms.RadioSelect,
    )


def _several(label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, required=False, widget=forms.CheckboxSelectMultiple)


class StepsForm(forms.Form):
    """Names and steps; the tree stands beside it."""

    name_pl = forms.CharField(label=_("Name of the ranking (Polish)"), max_length=160)
    name_en = forms.CharField(label=_("Name of the ranking (English)"), max_length=160, required=False)
    class_column = forms.ChoiceField(
        label=_("Rank cities separately by"), choices=GROUPS, required=False,
        help_text=_("Places in each class beside the places among all cities."),
    )  # fmt: skip
    coverage = NumberField(
        label=_("A city needs figures for at least … % of the indicators"), low=0, high=100,
        help_text=_("A city with fewer is “not classified”: no place and no score, never zero."),
    )  # fmt: skip
    branch_coverage = NumberField(
        label=_("… and in every group of the tree for at least … %"), low=0, high=100,
        help_text=_("0: no such rule."),
    )  # fmt: skip
    indicator_coverage = NumberField(
        label=_("An indicator needs figures for at least … % of the cities"), low=0, high=100
    )
    counted = forms.ChoiceField(label=_("What counts as a figure"), choices=COUNTED)
    imputation = _cards("imputation", _("What happens to a missing figure"))
    group = forms.ChoiceField(label=_("Group of a city"), choices=GROUPS, required=False)
    neighbours = forms.IntegerField(label=_("How many similar cities"), min_value=1, max_value=1000)
    treatment = _cards("treatment", _("What happens to extreme figures"))
    winmax = forms.IntegerField(
        label=_("How many values at most"), min_value=0, max_value=10_000,
        help_text=_("If that is not enough, logarithms are taken."),
    )  # fmt: skip
    skewness = NumberField(label=_("Skewed from a skewness of"), low=0)
    kurtosis = NumberField(label=_("… and an excess kurtosis of"))
    normalisation = _cards("normalisation", _("One scale for all indicators"))
    lower = NumberField(label=_("Lower end of the scale"))
    upper = NumberField(label=_("Upper end of the scale"))
    centre = NumberField(label=_("Mean on the scale"))
    sd = NumberField(label=_("Standard deviation on the scale"), low=0, above=True)
    subtract = NumberField(label=_("Subtract"))
    divide = NumberField(label=_("Divide by"))
    reference = forms.CharField(label=_("City that is the yardstick"), max_length=160, required=False)
    cap = forms.BooleanField(label=_("Cut at 1: nobody gains by being beyond the yardstick"), required=False)
    beyond = forms.BooleanField(
        label=_("Let scores go beyond the goalposts, instead of stopping at them"), required=False
    )
    mean = _cards("mean", _("How figures become a score"))
    power = NumberField(
        label=_("Power"), low=-100, high=100, required=False,
        help_text=_("1 is the arithmetic mean, 0 the geometric, −1 the harmonic."),
    )  # fmt: skip
    noise = _cards("noise", _("How the weights vary"))
    spread = NumberField(label=_("By up to ± … %"), low=0, high=99)
    concentration = NumberField(
        label=_("Concentration"), low=0, help_text=_("20 is loose, 200 is close. 0: not varied.")
    )
    on = forms.ChoiceField(label=_("What varies"), choices=VARIED)
    sets = forms.CharField(
        label=_("Sets of weights"), required=False, widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("One set a line, by the codes of the tree: economy = 50, people = 50"),
    )  # fmt: skip
    other_imputation = _several(_("Tried as well for missing figures"))
    other_treatment = _several(_("Tried as well for outliers"))
    other_normalisation = _several(_("Tried as well as the scale"))
    other_mean = _several(_("Tried as well as the mean"))
    data_error = NumberField(
        label=_("Every figure may be off by … %"), low=0, high=100,
        help_text=_("0: figures are taken as exact. An indicator may state an error of its own."),
    )  # fmt: skip
    error_shape = forms.ChoiceField(label=_("How figures are off"), choices=SHAPES)
    leave_one_out = forms.BooleanField(label=_("Leave out each indicator in turn"), required=False)
    runs = forms.IntegerField(
        label=_("Number of variants"), min_value=0, max_value=1_000_000,
        help_text=_("How often the ranking is computed with other choices. 10,000 is a good number; 0: no intervals."),
    )  # fmt: skip
    seed = forms.IntegerField(
        label=_("Seed"), min_value=0, max_value=2**31 - 1,
        help_text=_("Any number; with the same seed everyone gets the same variants."),
    )  # fmt: skip
    top = forms.IntegerField(label=_("Chance of being among the first …"), min_value=1, max_value=1000)

    def __init__(
        self, data: Any = None, *, base: composite.Method | None, names: tuple[str, str], **kwargs: Any
    ):
        self.base, self.names = base, names
        self.start = read(base, names)
        super().__init__(data, initial=self.start, **kwargs)
        for step in ALTERNATIVES:
            self.fields[f"other_{step}"].choices = self._alternatives(step)
        self.fields["other_mean"].choices = [(c.code, c.name) for c in choices.options("mean")]
        for name, column in (("class_column", self.start["class_column"]), ("group", self.start["group"])):
            if column not in dict(GROUPS):
                self.fields[name].choices = [*GROUPS, (column, column)]
        # A field of an option that is not chosen may stay empty: the suggestion stands in.
        for name in self.OPTIONAL:
            self.fields[name].required = False

    OPTIONAL = (
        "neighbours", "winmax", "skewness", "kurtosis", "lower", "upper", "centre", "sd", "subtract", "divide",
        "spread", "concentration", "on", "branch_coverage", "top", "data_error", "error_shape",
    )  # fmt: skip

    def _listed(self, step: str) -> tuple[Any, ...]:
        return getattr(self.base.uncertainty, step) if self.base else ()

    def _alternatives(self, step: str) -> list[tuple[str, Any]]:
        """The alternatives of the file as they are, then the other options of the step."""
        own, listed = chosen(self.base, step), self._listed(step)
        found = [(f"@{k}", described(step, item)) for k, item in enumerate(listed) if item != own]
        there = {item.method for item in listed if item != own}
        return found + [(c.code, c.name) for c in choices.options(step) if c.code not in there]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for name in self.OPTIONAL:
            if name not in self.errors and data.get(name) in (None, ""):
                data[name] = self.fields[name].clean(self.start[name] or DEFAULTS[name])
        for step in self.OPTIONS:
            for code, field, words in self.OPTIONS[step]:
                if self.picked(step, code) and field not in self.errors and data.get(field) in (None, ""):
                    self.add_error(field, words)
        if data.get("divide") == 0 and "divide" not in self.errors:
            self.add_error("divide", _("0 divides nothing: write another number."))
        if not {"lower", "upper"} & self.errors.keys() and not data["lower"] < data["upper"]:
            self.add_error("upper", _("The upper end must be above the lower one."))
        self._check_positive(data)
        self.read_sets = self._sets(data.get("sets") or "") if data.get("noise") == "sets" else ()
        return data

    OPTIONS = {
        "imputation": [
            ("group mean", "group", _("Say by which groups.")), ("group median", "group", _("Say by which groups.")),
        ],
        "normalisation": [("distance to reference", "reference", _("Name the city that is the yardstick."))],
        "mean": [("generalised", "power", _("This mean needs a power, such as 0.5."))],
    }  # fmt: skip

    def picked(self, step: str, code: str) -> bool:
        """Whether the option is chosen, or tried in the variants."""
        data = self.cleaned_data
        return data.get(step) == code or code in (data.get(f"other_{step}") or ())

    def _check_positive(self, data: dict[str, Any]) -> None:
        means = {data.get("mean"), *(data.get("other_mean") or ())}
        if not means & POSITIVE_ONLY:
            return
        scales = {data.get("normalisation"), *(data.get("other_normalisation") or ())}
        if found := scales & NEGATIVE:
            where = "normalisation" if data.get("normalisation") in found else "other_normalisation"
            self.add_error(
                where,
                _("“%(scale)s” can go below zero, and the mean “%(mean)s” takes only values above zero: choose "
                  "another scale or the arithmetic mean.")
                % {"scale": choices.choice("normalisation", min(found)).name,
                   "mean": choices.choice("mean", min(means & POSITIVE_ONLY)).name},
            )  # fmt: skip
        elif {"min-max", "goalposts"} & scales and "lower" not in self.errors and data["lower"] <= 0:
            self.add_error(
                "lower",
                _("The mean “%(mean)s” takes only values above zero: let the scale begin at 1 or more.")
                % {"mean": choices.choice("mean", min(means & POSITIVE_ONLY)).name},
            )

    def _sets(self, raw: str) -> tuple[tuple[tuple[str, float], ...], ...]:
        found = []
        for line in (line.strip() for line in raw.replace("\r", "").split("\n")):
            if not line:
                continue
            try:
                read_line = tomllib.loads(f"x = {{ {line} }}")["x"]
                found.append(tuple((code, float(weight)) for code, weight in read_line.items()))
            except (tomllib.TOMLDecodeError, TypeError, ValueError):
                self.add_error(
                    "sets", _("“%(line)s” is no set: write code = number, code = number.") % {"line": line}
                )
                return ()
        if not found:
            self.add_error("sets", _("Write at least one set, or choose another way to vary the weights."))
        return tuple(found)

    # Into a method

    def written_into(self, framework: composite.Framework, scheme: str) -> composite.Method:
        """The method of the form and a tree; what the form does not show comes from the base."""
        data, base = self.cleaned_data, self.base
        name = cards.one_name(data["name_pl"], data["name_en"])
        if base and (data["name_pl"].strip(), data["name_en"].strip()) == self.names:
            name = base.name
        screening = composite.Screening(
            self._share("coverage"),
            self._share("branch_coverage"),
            self._share("indicator_coverage"),
            data["counted"],
        )
        imputation = self._imputation()
        treatment = replace(
            chosen(base, "treatment"), method=data["treatment"], winmax=data["winmax"],
            skewness=self._kept("skewness"), kurtosis=self._kept("kurtosis"),
        )  # fmt: skip
        scale = replace(
            chosen(base, "normalisation"), method=data["normalisation"], lower=self._kept("lower"),
            upper=self._kept("upper"), mean=self._kept("centre"), sd=self._kept("sd"), divide=self._kept("divide"),
            subtract=self._kept("subtract"), reference=data["reference"].strip() or None, cap=data["cap"],
            beyond=data["beyond"],
        )  # fmt: skip
        mine = {"imputation": imputation, "treatment": treatment, "normalisation": scale}
        uncertainty = base.uncertainty if base else SUGGESTED_UNCERTAINTY
        varied = {step: self._varied(step, mine[step]) for step in mine}
        changed = {
            "framework": framework, "name": name, "class_column": data["class_column"] or None, "scheme": scheme,
            "screening": screening, "mean": data["mean"], "power": self._kept("power"), **mine,
            "uncertainty": replace(
                uncertainty, runs=data["runs"], seed=data["seed"], top=data["top"], aggregation=self._means(),
                weights=self._noise(), leave_one_out=data["leave_one_out"],
                data_error=composite.DataError(self._share("data_error"), data["error_shape"]), **varied,
            ),
        }  # fmt: skip
        return replace(base, **changed) if base else composite.Method(**changed)

    def _imputation(self) -> composite.Imputation:
        data = self.cleaned_data
        return replace(
            chosen(self.base, "imputation"), method=data["imputation"], group=data["group"] or None,
            neighbours=data["neighbours"],
        )  # fmt: skip

    def _kept(self, name: str) -> float | None:
        value = self.cleaned_data[name]
        return numbers.kept(value, self.start["exact"].get(name))

    def _share(self, name: str) -> float:
        old = self.start["exact"].get(name)
        value = self.cleaned_data[name]
        return old if old is not None and numbers.kept(value, old * 100) == old * 100 else value / 100

    def _varied(self, step: str, mine: Any) -> tuple[Any, ...]:
        picked, listed, own = self.cleaned_data[f"other_{step}"], self._listed(step), chosen(self.base, step)
        if sorted(picked) == sorted(self.start[f"other_{step}"]):
            return tuple(dict.fromkeys(mine if item == own else item for item in listed))
        keep = [listed[int(value[1:])] for value in picked if value.startswith("@")]
        new = [
            replace(mine, method=value)
            for value in picked
            if not value.startswith("@") and value != mine.method
        ]
        return tuple(dict.fromkeys((mine, *keep, *new))) if keep or new else ()

    def _means(self) -> tuple[str, ...]:
        data, base = self.cleaned_data, self.base
        old = base.uncertainty.aggregation if base else ()
        if (
            base
            and sorted(data["other_mean"]) == sorted(self.start["other_mean"])
            and data["mean"] == base.mean
        ):
            return old
        others = [mean for mean in data["other_mean"] if mean != data["mean"]]
        return (data["mean"], *others) if others else ()

    def _noise(self) -> composite.Noise:
        data = self.cleaned_data
        old = self.base.uncertainty.weights if self.base else SUGGESTED_UNCERTAINTY.weights
        kind = data["noise"]
        on = data["on"] or "all"
        if kind == "none":
            return replace(composite.Noise(), on=on) if old == composite.Noise(on=on) else composite.Noise()
        if kind == "spread":
            return composite.Noise(spread=self._share("spread"), on=on)
        if kind == "concentration":
            return composite.Noise(concentration=self._kept("concentration"), on=on)
        return composite.Noise(sets=self.read_sets, on=on)
