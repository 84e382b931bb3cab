"""The method as a form: pillars, indicators, weights and choices in words; the TOML text stays the truth."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ratusz.apps.cities import queries as cities
from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.text import fold
from ratusz.apps.editions.models import Edition
from ratusz.apps.ranking import cards, rules
from ratusz.apps.ranking.engine_messages import explain
from ratusz.apps.ranking.models import Method
from ratusz.engines import composite

PILLARS = 8
ROOT = "index"
POSITIVE_ONLY = {"geometric", "harmonic"}
NORMALISATIONS = [
    ("min-max", _("From the lowest to the highest value (0–100)")),
    ("z-score", _("Distance from the mean in standard deviations")),
    ("rank", _("Place of the city in the indicator")),
]
MEANS = [
    ("arithmetic", _("Arithmetic mean: a strength makes up for a weakness")),
    ("geometric", _("Geometric mean: a weakness cannot be made up for in full")),
    ("harmonic", _("Harmonic mean: a weakness weighs even more")),
]
TREATMENTS = [
    ("winsorise", _("Set extreme values to the next one where the distribution is badly skewed")),
    ("none", _("Leave them as they are")),
]
IMPUTATIONS = [
    ("none", _("Leave it out; the other weights grow in proportion")),
    ("median", _("Fill in the median of all cities")),
    ("group median", _("Fill in the median of the size class")),
    ("mean", _("Fill in the mean of all cities")),
    ("group mean", _("Fill in the mean of the size class")),
]


class NumberField(forms.FloatField):
    """A number with a decimal comma or point; the field is as wide as a weight."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "size": 6, "autocomplete": "off"})
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> float | None:
        return super().to_python(value.replace(",", ".").strip() if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:g}" if isinstance(value, float) else value


class MethodForm(forms.Form):
    """Everything that a method of pillars and indicators needs."""

    name_pl = forms.CharField(label=_("Name of the ranking (Polish)"), max_length=160)
    name_en = forms.CharField(label=_("Name of the ranking (English)"), max_length=160, required=False)
    by_class = forms.BooleanField(
        label=_("Rank the size classes separately"), required=False, initial=True,
        help_text=_("Places in each class beside the places among all cities."),
    )  # fmt: skip
    coverage = NumberField(
        label=_("A city needs figures for at least … % of the indicators"), initial=80.0, min_value=0, max_value=100,
        help_text=_("A city with fewer is “not classified”: no place and no score, never zero."),
    )  # fmt: skip
    indicator_coverage = NumberField(
        label=_("An indicator needs figures for at least … % of the cities"),
        initial=50.0,
        min_value=0,
        max_value=100,
    )
    imputation = forms.ChoiceField(
        label=_("What happens to a missing figure"), choices=IMPUTATIONS, initial="none"
    )
    treatment = forms.ChoiceField(label=_("Outliers"), choices=TREATMENTS, initial="winsorise")
    winmax = forms.IntegerField(
        label=_("How many values at most"), initial=3, min_value=0, max_value=50,
        help_text=_("If that is not enough, logarithms are taken."),
    )  # fmt: skip
    normalisation = forms.ChoiceField(
        label=_("One scale for all indicators"), choices=NORMALISATIONS, initial="min-max"
    )
    mean = forms.ChoiceField(label=_("How indicators become a score"), choices=MEANS, initial="arithmetic")
    variants = forms.IntegerField(
        label=_("Number of variants"), initial=10_000, min_value=100, max_value=1_000_000,
        help_text=_("How often the ranking is computed with other choices. 10,000 is a good number."),
    )  # fmt: skip
    seed = forms.IntegerField(
        label=_("Seed"), initial=1, min_value=0, max_value=2**31 - 1,
        help_text=_("Any number; with the same seed everyone gets the same variants."),
    )  # fmt: skip
    spread = NumberField(
        label=_("Each weight varies by up to ± … %"), initial=25.0, min_value=0, max_value=99
    )
    leave_one_out = forms.BooleanField(
        label=_("Leave out each indicator in turn"), required=False, initial=True
    )
    other_normalisations = forms.MultipleChoiceField(
        label=_("Scales to vary"), choices=NORMALISATIONS, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Besides the one chosen above."),
    )  # fmt: skip
    other_means = forms.MultipleChoiceField(
        label=_("Means to vary"), choices=MEANS, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Besides the one chosen above."),
    )  # fmt: skip
    other_treatment = forms.BooleanField(
        label=_("With and without the treatment of outliers"), required=False
    )

    CHOICES = (
        "by_class", "coverage", "indicator_coverage", "imputation", "treatment", "winmax", "normalisation", "mean",
    )  # fmt: skip
    VARIATION = (
        "variants", "seed", "spread", "leave_one_out", "other_normalisations", "other_means", "other_treatment",
    )  # fmt: skip

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edition = edition
        self.checks = coverage_of_registry(edition)
        pillars = [
            ("", _("– not used –")),
            *((str(k), _("Pillar %(k)s") % {"k": k}) for k in range(1, PILLARS + 1)),
        ]
        for k in range(1, PILLARS + 1):
            if name := self._named(k):
                pillars[k] = (str(k), f"{k}. {name}")
            self.fields[f"pillar_{k}_code"] = forms.CharField(
                required=False, widget=forms.HiddenInput, max_length=60
            )
            self.fields[f"pillar_{k}_pl"] = forms.CharField(
                label=_("Pillar %(k)s, name in Polish") % {"k": k}, required=False, max_length=80
            )
            self.fields[f"pillar_{k}_en"] = forms.CharField(
                label=_("Pillar %(k)s, name in English") % {"k": k}, required=False, max_length=80
            )
            self.fields[f"pillar_{k}_weight"] = NumberField(
                label=_("Pillar %(k)s, weight in %%") % {"k": k}, required=False, min_value=0, max_value=100
            )
        for check in self.checks:
            code, name = check.indicator.code, check.indicator.name
            self.fields[f"in_{code}"] = forms.ChoiceField(
                label=_("%(indicator)s: pillar") % {"indicator": name}, choices=pillars, required=False
            )
            self.fields[f"weight_{code}"] = NumberField(
                label=_("%(indicator)s: weight in the pillar in %%") % {"indicator": name},
                required=False, min_value=0, max_value=100,
            )  # fmt: skip

    def _named(self, k: int) -> str:
        key = f"pillar_{k}_pl"
        return (self.data.get(self.add_prefix(key)) if self.is_bound else self.initial.get(key)) or ""

    # What the template walks through

    def pillar_rows(self) -> Iterator[tuple[int, list[forms.BoundField]]]:
        """The fields of each pillar."""
        for k in range(1, PILLARS + 1):
            yield k, [self[f"pillar_{k}_{part}"] for part in ("pl", "en", "weight", "code")]

    def indicator_rows(self) -> Iterator[tuple[rules.IndicatorCheck, forms.BoundField, forms.BoundField]]:
        """Each indicator of the registry with its coverage and its two fields."""
        for check in self.checks:
            yield check, self[f"in_{check.indicator.code}"], self[f"weight_{check.indicator.code}"]

    def choice_fields(self) -> list[forms.BoundField]:
        """The fields of the steps from figures to a score."""
        return [self[name] for name in self.CHOICES]

    def variation_fields(self) -> list[forms.BoundField]:
        """The fields of what is varied."""
        return [self[name] for name in self.VARIATION]

    # From the fields to a method

    def clean(self) -> dict[str, Any]:
        # A copy: an error takes its field out of the cleaned data, and the next check still needs it.
        data = dict(super().clean())
        self._check_pillars(data)
        self._check_indicators(data)
        self._check_scale(data)
        if not self.errors:
            try:
                self.method = build(data, self.checks)
            except composite.EngineError as error:
                self.add_error(None, explain(error))
        return self.cleaned_data

    def _check_pillars(self, data: dict[str, Any]) -> None:
        named = [k for k in range(1, PILLARS + 1) if data.get(f"pillar_{k}_pl")]
        if not named:
            self.add_error("pillar_1_pl", _("A ranking needs at least one pillar: give it a name."))
        for k in range(1, PILLARS + 1):
            if k not in named and (data.get(f"pillar_{k}_en") or data.get(f"pillar_{k}_weight") is not None):
                self.add_error(f"pillar_{k}_pl", _("This pillar has no name in Polish."))
            for part in ("pl", "en"):
                if cards.BETWEEN in (data.get(f"pillar_{k}_{part}") or ""):
                    self.add_error(
                        f"pillar_{k}_{part}", _("“ / ” separates the two languages: write it without.")
                    )
        seen: dict[str, int] = {}
        for k in named:
            name = fold(data[f"pillar_{k}_pl"])
            if name in seen:
                self.add_error(f"pillar_{k}_pl", _("Pillar %(k)s has the same name.") % {"k": seen[name]})
            seen[name] = k
        self._check_sum([f"pillar_{k}_weight" for k in named], _("the pillars"), data)

    def _check_indicators(self, data: dict[str, Any]) -> None:
        chosen: dict[str, list[str]] = {}
        for check in self.checks:
            code = check.indicator.code
            pillar, weight = data.get(f"in_{code}"), data.get(f"weight_{code}")
            if not pillar:
                if weight is not None:
                    self.add_error(f"in_{code}", _("This indicator has a weight: choose its pillar."))
                continue
            chosen.setdefault(pillar, []).append(code)
            if not data.get(f"pillar_{pillar}_pl"):
                self.add_error(f"in_{code}", _("Pillar %(k)s has no name.") % {"k": pillar})
            least = (data.get("indicator_coverage") or 0) / 100
            for problem in rules.coverage_problems([check], least, self.edition):
                self.add_error(f"in_{code}", str(problem))
        for k in range(1, PILLARS + 1):
            if data.get(f"pillar_{k}_pl") and str(k) not in chosen:
                self.add_error(
                    f"pillar_{k}_pl", _("This pillar has no indicator: choose one below or clear its name.")
                )
        for pillar, codes in chosen.items():
            name = data.get(f"pillar_{pillar}_pl") or pillar
            self._check_sum(
                [f"weight_{code}" for code in codes], _("the pillar “%(name)s”") % {"name": name}, data
            )

    def _check_sum(self, names: list[str], where: Any, data: dict[str, Any]) -> None:
        if any(name in self.errors for name in names):
            return
        weights = [data.get(name) for name in names]
        if all(weight is None for weight in weights):
            return
        for name, weight in zip(names, weights, strict=True):
            if not weight:
                text = _("Give a weight above 0, or clear all weights of %(where)s: then they are equal.")
                self.add_error(name, text % {"where": where})
                return
        total = sum(weights)
        if abs(total - 100) > 1e-6:
            self.add_error(
                names[-1],
                _("The weights of %(where)s sum to %(total)s, and must sum to 100: change them by %(gap)s.")
                % {"where": where, "total": f"{total:g}", "gap": f"{100 - total:+g}"},
            )

    def _check_scale(self, data: dict[str, Any]) -> None:
        scales = {data.get("normalisation"), *(data.get("other_normalisations") or ())}
        means = {data.get("mean"), *(data.get("other_means") or ())}
        if "z-score" in scales and means & POSITIVE_ONLY:
            field = "normalisation" if data.get("normalisation") == "z-score" else "other_normalisations"
            self.add_error(
                field,
                _("Standard deviations can be below zero, and the geometric and the harmonic mean take only "
                  "values above zero: choose another scale or the arithmetic mean."),
            )  # fmt: skip
        if data.get("imputation", "").startswith("group") and not data.get("by_class"):
            self.add_error("imputation", _("To fill in by size class, rank the size classes separately."))


class MethodFileForm(forms.Form):
    """The method file itself, uploaded or typed."""

    name_pl = forms.CharField(label=_("Name of the ranking (Polish)"), max_length=160)
    name_en = forms.CharField(label=_("Name of the ranking (English)"), max_length=160, required=False)
    file = forms.FileField(
        label=_("Method file"), required=False, help_text=_("A TOML file; it replaces the text below.")
    )
    toml = forms.CharField(
        label=_("Method file as text"), required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false", "class": "ranking-toml"}),
    )  # fmt: skip

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edition = edition

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if upload := data.get("file"):
            if upload.size > 500_000:
                self.add_error(
                    "file",
                    _("The file has %(size)d kB; a method file has a few.") % {"size": upload.size // 1000},
                )
                return data
            try:
                data["toml"] = upload.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", _("The file is not UTF-8 text: save it as UTF-8."))
                return data
        if not (data.get("toml") or "").strip():
            self.add_error("toml", _("Choose a file or write the method here."))
            return data
        try:
            method = rules.read_method(data["toml"])
            rules.figures_for(method, self.edition)
        except DomainError as error:
            self.add_error("file" if data.get("file") else "toml", str(error))
        return data


class NoteForm(forms.Form):
    """A public note in two languages; Polish is required where `required` says so."""

    note_pl = forms.CharField(
        label=_("Public note (Polish)"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000
    )
    note_en = forms.CharField(
        label=_("Public note (English)"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        required=False,
    )

    def __init__(self, *args: Any, required: bool, help_text: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note_pl"].required = required
        self.fields["note_pl"].help_text = help_text


def coverage_of_registry(edition: Edition) -> list[rules.IndicatorCheck]:
    """How far the figures of every indicator of the registry reach in the edition."""
    indicators = list(cities.indicators_visible_to(None))
    table = cities.indicator_table(
        edition=edition, indicator_codes=[i.code for i in indicators], year_rule="same_year"
    )
    return list(rules.coverage(indicators, table))


def build(data: dict[str, Any], checks: list[rules.IndicatorCheck]) -> composite.Method:
    """The method that the cleaned fields say."""
    direction = {check.indicator.code: check.indicator.direction for check in checks}
    pillars, codes = [], {}
    taken = {ROOT, *direction}
    for k in range(1, PILLARS + 1):
        if name := data.get(f"pillar_{k}_pl"):
            english = data.get(f"pillar_{k}_en") or ""
            codes[str(k)] = code = _code(data.get(f"pillar_{k}_code") or "", english or name, taken)
            pillars.append(
                composite.Aggregate(code, ROOT, cards.one_name(name, english), data.get(f"pillar_{k}_weight"))
            )
    indicators = tuple(
        composite.Indicator(
            code, codes[data[f"in_{code}"]], direction=direction[code], weight=data.get(f"weight_{code}")
        )
        for code in direction
        if data.get(f"in_{code}")
    )
    treatment = composite.Treatment(data["treatment"], winmax=data["winmax"])
    means = tuple(dict.fromkeys([data["mean"], *data["other_means"]]))
    positive = POSITIVE_ONLY & set(means)
    scale = composite.Normalisation(data["normalisation"], lower=1.0 if positive else 0.0, upper=100.0)
    scales = tuple(dict.fromkeys([data["normalisation"], *data["other_normalisations"]]))
    both = tuple(replace(treatment, method=name) for name in ("winsorise", "none"))
    group = rules.CLASS_COLUMN if data["imputation"].startswith("group") else None
    return composite.Method(
        composite.Framework(indicators, (composite.Aggregate(ROOT), *pillars)),
        name=cards.one_name(data["name_pl"], data["name_en"]),
        class_column=rules.CLASS_COLUMN if data["by_class"] else None,
        screening=composite.Screening(data["coverage"] / 100, 0.0, data["indicator_coverage"] / 100),
        imputation=composite.Imputation(data["imputation"], group),
        treatment=treatment,
        normalisation=scale,
        mean=data["mean"],
        uncertainty=composite.Uncertainty(
            runs=data["variants"],
            seed=data["seed"],
            treatment=both if data["other_treatment"] else (),
            normalisation=tuple(replace(scale, method=name) for name in scales) if len(scales) > 1 else (),
            aggregation=means if len(means) > 1 else (),
            weights=composite.Noise(spread=data["spread"] / 100),
            leave_one_out=data["leave_one_out"],
        ),
    )


def _code(kept: str, name: str, taken: set[str]) -> str:
    """The pillar's code in files: the one it has, else one made of its name."""
    base = kept or re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-") or "pillar"
    code, number = base, 2
    while code in taken:
        code, number = f"{base}-{number}", number + 1
    taken.add(code)
    return code


def form_data(method: Method) -> dict[str, Any] | None:
    """The fields that say the same as the draft's file; None for a file that says more than the form can."""
    if not method.toml:
        return {"name_pl": method.name_pl, "name_en": method.name_en}
    chosen = composite.Method.from_toml(method.toml)
    data = _read(chosen) | {"name_pl": method.name_pl, "name_en": method.name_en}
    try:
        registry = {i.code: i for i in cities.indicators_visible_to(None)}
        checks = [rules.IndicatorCheck(registry[code], 0, 0, None) for code in registry]
        again = build(data, checks)
    except (KeyError, composite.EngineError):
        return None
    return data if _same(chosen, again) else None


def _read(chosen: composite.Method) -> dict[str, Any]:
    u = chosen.uncertainty
    pillars = [a for a in chosen.framework.aggregates if a.parent is not None]
    number = {a.code: str(k) for k, a in enumerate(pillars, 1)}
    data: dict[str, Any] = {
        "by_class": chosen.class_column == rules.CLASS_COLUMN,
        "coverage": round(chosen.screening.coverage * 100, 9),
        "indicator_coverage": round(chosen.screening.indicator_coverage * 100, 9),
        "imputation": chosen.imputation.method,
        "treatment": chosen.treatment.method,
        "winmax": chosen.treatment.winmax,
        "normalisation": chosen.normalisation.method,
        "mean": chosen.mean,
        "variants": u.runs,
        "seed": u.seed,
        "spread": round(u.weights.spread * 100, 9),
        "leave_one_out": u.leave_one_out,
        "other_normalisations": [
            n.method for n in u.normalisation if n.method != chosen.normalisation.method
        ],
        "other_means": [m for m in u.aggregation if m != chosen.mean],
        "other_treatment": len(u.treatment) > 1,
    }
    for k, pillar in enumerate(pillars[:PILLARS], 1):
        data[f"pillar_{k}_pl"], data[f"pillar_{k}_en"] = cards.two_names(pillar.name or pillar.code)
        data[f"pillar_{k}_weight"], data[f"pillar_{k}_code"] = pillar.weight, pillar.code
    for item in chosen.framework.indicators:
        data[f"in_{item.code}"] = number.get(item.parent, "")
        data[f"weight_{item.code}"] = item.weight
    return data


def _same(one: composite.Method, other: composite.Method) -> bool:
    """Whether two methods rank alike: names and the order of their parts set aside."""

    def essence(method: composite.Method) -> tuple:
        root = method.framework.root.code
        u = method.uncertainty
        return (
            {(i.code, i.parent, i.direction, i.weight, i.denominator) for i in method.framework.indicators},
            {(a.code, a.parent and (ROOT if a.parent == root else a.parent), a.weight, a.mean)
             for a in method.framework.aggregates if a.parent is not None},
            method.class_column, method.scheme, method.screening, method.imputation, method.treatment,
            method.normalisation, method.mean, u.runs, u.seed, set(u.treatment), set(u.normalisation),
            set(u.aggregation), u.weights, u.leave_one_out,
        )  # fmt: skip

    return essence(one) == essence(other)
