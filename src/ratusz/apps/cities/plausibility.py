"""What makes a proposed figure look wrong: each is a question that the person may answer with "I am sure"."""

import math
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ratusz.apps.core.templatetags.formats import number

FAR = 300.0  # from the median of the class
STRONG_CHANGE = 3.0  # against the figure that stands
NEAR = 0.25  # of a power of ten, on the logarithmic scale: 8 to 13 times is "10 times"


@dataclass(frozen=True, slots=True)
class Context:
    """What a proposed figure is held against; `per_capita` turns it into what the class is compared by."""

    unit: str
    decimals: int
    zero_means_missing: bool
    before: float | None  # the figure that stands
    per_capita: float | None = 1.0  # None: the population is not known
    least: float | None = None  # of the class, as compared
    median: float | None = None


def doubts(value: float, context: Context, *, percent: bool = False) -> list[str]:
    """What looks wrong about the value, in the reader's language; `percent`: it was typed with a percent sign."""
    found = []
    is_percentage = "%" in context.unit
    if percent and not is_percentage:
        found.append(
            _("You wrote a percent sign, and this indicator is in “%(unit)s”.") % {"unit": context.unit}
        )
    if is_percentage and value > 100:
        found.append(_("%(value)s is more than 100%%.") % {"value": number(value, context.decimals)})
    if value < 0 and (context.least is None or context.least >= 0) and not _negative(context.before):
        found.append(_("The figure is negative, and no other city of the class has a negative one."))
    if value == 0 and context.zero_means_missing:
        found.append(_("In this series zero means that there is no data, so it would be counted as missing."))
    if (times := _times(value, context)) is not None:
        found.append(times)
    return found


def _negative(before: float | None) -> bool:
    return before is not None and before < 0


def _times(value: float, context: Context) -> str | None:
    """How many times larger or smaller than the figure that stands, or else than the median of the class."""
    if context.before and value / context.before > 0:
        ratio = value / context.before
        words = {"before": number(context.before, context.decimals)}
        power = round(math.log10(ratio))
        if power and abs(math.log10(ratio) - power) <= NEAR:
            words["times"] = number(10 ** abs(power))
            if power > 0:
                return (
                    _("That is about %(times)s times the figure that stands (%(before)s): is the unit right?")
                    % words
                )
            return (
                _("That is about 1/%(times)s of the figure that stands (%(before)s): is the unit right?")
                % words
            )
        if abs(math.log(ratio)) > math.log(STRONG_CHANGE):
            return _("That differs more than threefold from the figure that stands (%(before)s).") % words
        return None
    if context.before is None and context.median and context.per_capita is not None:
        ratio = value * context.per_capita / context.median
        if ratio > 0 and abs(math.log(ratio)) > math.log(FAR):
            return _("That is very far from the other cities of the class: is the unit right?")
    return None
