"""What the editor's page shows around the tree: the steps as panels of picture cards, and the unused indicators."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ratusz.apps.cities import queries as cities
from ratusz.apps.core.pictures import Picture
from ratusz.apps.editions.models import Edition
from ratusz.apps.ranking import choices, illustrations, rules
from ratusz.apps.ranking.editor.sketch import Sketch
from ratusz.apps.ranking.editor.steps import StepsForm


@dataclass(frozen=True)
class Card:
    """One option as a radio button with a picture."""

    choice: choices.Choice
    picture: Picture | None
    checked: bool


@dataclass(frozen=True)
class Panel:
    """One step: its cards, and its fields with the options that each belongs to."""

    name: str
    title: str | Promise
    lead: str | Promise
    step: str
    label: str | Promise
    cards: list[Card]
    errors: list[str]
    fields: list[tuple[Any, str]]  # bound field, the options for which it matters ("" for all)


PANELS = (
    ("missing", _("Missing figures"), _("A city with too few figures has no place; what is missing is never zero."),
     "imputation", (
         ("coverage", ""), ("branch_coverage", ""), ("indicator_coverage", ""), ("counted", ""),
         ("group", "group mean|group median"), ("neighbours", "nearest"),
     )),
    ("outliers", _("Outliers"), _("One extreme city can press all others together."), "treatment",
     (("winmax", "winsorise"), ("skewness", "winsorise|box-cox"), ("kurtosis", "winsorise|box-cox"))),
    ("scale", _("One scale"), _("Złoty, percent and square metres come to one scale, so that more is always better."),
     "normalisation", (
         ("lower", "min-max|goalposts"), ("upper", "min-max|goalposts"), ("centre", "z-score"), ("sd", "z-score"),
         ("subtract", "scaled"), ("divide", "scaled"), ("reference", "distance to reference"),
         ("cap", "distance to reference|distance to target"), ("beyond", "goalposts"),
     )),
    ("mean", _("From figures to a score"), _("May a strength make up for a weakness? A group of the tree may have a "
                                             "mean of its own."),
     "mean", (("power", "generalised"), ("class_column", ""))),
    ("uncertainty", _("What is varied"), _("The ranking is computed many times with other reasonable choices: from "
                                           "them come the intervals of the places."),
     "noise", (
         ("spread", "spread"), ("concentration", "concentration"), ("on", "spread|concentration"), ("sets", "sets"),
         ("leave_one_out", ""), ("other_imputation", ""), ("other_treatment", ""), ("other_normalisation", ""),
         ("other_mean", ""), ("data_error", ""), ("error_shape", ""), ("runs", ""), ("seed", ""), ("top", ""),
     )),
)  # fmt: skip


def panels(form: StepsForm, show_errors: bool) -> list[Panel]:
    """The steps of the form."""
    found = []
    for name, title, lead, step, names in PANELS:
        value = form[step].value()
        cards = [
            Card(c, illustrations.illustration(step, c.code), c.code == value) for c in choices.options(step)
        ]
        errors = list(form.errors.get(step, ())) if show_errors else []
        fields = [(form[field], options) for field, options in names if field in form.fields]
        found.append(Panel(name, title, lead, step, form.fields[step].label, cards, errors, fields))
    return found


def scheme_cards(chosen: str) -> list[Card]:
    """The ways to write weights."""
    return [
        Card(c, illustrations.illustration("scheme", c.code), c.code == chosen)
        for c in choices.options("scheme")
    ]


def tables_of_registry(edition: Edition, sketch: Sketch) -> list[rules.IndicatorCheck]:
    """How far the figures of the indicators that the tree does not use reach."""
    unused = sketch.unused
    table = cities.indicator_table(
        edition=edition, indicator_codes=[i.code for i in unused], year_rule="same_year"
    )
    return list(rules.coverage(unused, table))
