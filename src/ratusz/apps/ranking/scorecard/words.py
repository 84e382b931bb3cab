"""The sentences of the score card, the same on the page and in the document."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ratusz.apps.core.templatetags.formats import number, percent
from ratusz.apps.ranking import cards, wording
from ratusz.apps.ranking.models import RankedCity
from ratusz.apps.ranking.scorecard.peers import Efficiency
from ratusz.apps.ranking.scorecard.rising import Figure, Gain, Rising
from ratusz.apps.ranking.scorecard.standing import Measured
from ratusz.apps.ranking.templatetags.ranking import figure, plain_figure

MINUS = "\u2212"


def how_sure(low: float | None, high: float | None, count: int) -> str:
    """How much the place depends on the choices of the method, from the width of the interval."""
    found = wording.bounds(low, high)
    if found is None:
        return ""
    width = found[1] - found[0] + 1
    if width == 1:
        return _("The place is sure: nine of ten variants of the method give the same one.")
    if width <= max(3, count / 5):
        return _("The place is known well: the choices of the method move it by little.")
    if width <= count / 2:
        return _("The place is known roughly: other choices of the method would move it.")
    return _("The place is hardly known: it depends on the choices of the method more than on the city.")


def sentence_of(place: str, count: int, interval: str, *, in_class: bool) -> str:
    """The place, of how many, with its interval: the first sentence of the card."""
    facts = {"place": place, "count": number(count), "interval": interval}
    if in_class:
        return _("Place %(place)s of %(count)s in its class; in nine of ten variants %(interval)s.") % facts
    return _("Place %(place)s of %(count)s; in nine of ten variants %(interval)s.") % facts


def signed(change: Figure) -> str:
    """The change with its sign: "+2.6"."""
    written = number(abs(change.change), change.card["decimals"])
    return f"+{written}" if change.more else MINUS + written


def amount(change: Figure) -> str:
    """The change in words: "2.6 more"."""
    written = number(abs(change.change), change.card["decimals"])
    return (_("%(amount)s more") if change.more else _("%(amount)s less")) % {"amount": written}


def worth(gain: Gain, start: int) -> str:
    """What a change of one figure would be worth: "2.6 more (from 19.5 to 22.1%) would be worth one place"."""
    change, places = gain.figure, start - gain.rank
    text = ngettext(
        "%(amount)s (from %(now)s to %(needed)s) would be worth %(places)d place",
        "%(amount)s (from %(now)s to %(needed)s) would be worth %(places)d places",
        places,
    )
    return text % {
        "amount": amount(change),
        "now": plain_figure(change.now, change.card),
        "needed": figure({"value": change.needed}, change.card),
        "places": places,
    }


def up(places: int) -> str:
    """The head of a column: "1 place up"."""
    return ngettext("%(places)d place up", "%(places)d places up", places) % {"places": places}


def caveat(rising: Rising, interval: str) -> str:
    """What a reader must not forget about gains of places."""
    if rising.noise:
        return _(
            "In nine of ten variants of the method the place is %(interval)s anyway: a gain within this interval "
            "shows a direction and proves nothing. The other cities do not stand still either."
        ) % {"interval": interval}
    return _(
        "The places are those of the published method with the other cities' figures unchanged, and they will change."
    )


def strength(measured: Measured) -> str:
    """Why an indicator is named as strong."""
    if measured.percentile == 1:
        return _("the best of its class")
    return _("better than %(share)s of the other cities of its class") % {
        "share": percent(measured.percentile)
    }


def weakness(measured: Measured) -> str:
    """Why an indicator is named as weak."""
    if measured.percentile == 0:
        return _("no city of its class does worse")
    return _("better than only %(share)s of the other cities of its class") % {
        "share": percent(measured.percentile)
    }


def told_apart(row: RankedCity, told: float) -> str:
    """Which cities of the class the variants cannot tell from this one."""
    others = wording.not_apart(row, row.size_class)
    if others:
        return _(
            "Not told apart from: %(cities)s. A difference of places between them says nothing for sure."
        ) % {"cities": ", ".join(others)}
    if others is None:
        return _(
            "The pairs were not counted one by one: cities whose intervals overlap with this one are not told "
            "apart from it."
        )
    return _("Told apart from every other city of its class in at least %(share)s of the variants.") % {
        "share": percent(told)
    }


def leads(in_class: bool) -> str:
    """For a city with nobody ahead."""
    if in_class:
        return _("The city leads its class: there is no place to gain.")
    return _("The city leads the ranking: there is no place to gain.")


def about_rising(in_class: bool) -> str:
    """What the table of ways up shows."""
    return (
        _(
            "The smallest change of one figure alone, all others unchanged, that lifts the city in its class; the "
            "whole ranking computed anew each time. In brackets the change. The shortest way to the best figure first."
        )
        if in_class
        else _(
            "The smallest change of one figure alone, all others unchanged, that lifts the city among all cities; the "
            "whole ranking computed anew each time. In brackets the change. The shortest way to the best figure first."
        )
    )


def column(rising: Rising, places: int) -> str:
    """The head of a column with the place that it leads to: "1 place up (to place 19)"."""
    return _("%(up)s (to place %(place)d)") % {"up": up(places), "place": rising.start - places}


def beyond() -> str:
    """What the star means."""
    return _("* Better than the best city of the class today.")


def not_enough() -> str:
    """For a way that leads nowhere: even the best figure of all cities does not gain the places."""
    return _("not enough alone")


def together(pillar: dict[str, Any]) -> str:
    """What the last rows of the table are."""
    return _(
        "The weakest pillar as a whole, %(pillar)s: all its figures by one share of the way to the best"
    ) % {"pillar": cards.said(pillar, "name")}


def about_similar() -> str:
    """By what cities are alike."""
    return _(
        "Similar in the two circumstances that a city cannot choose: population and people per km² (logarithms, "
        "standardised over all cities). Among the twelve nearest, those with a higher score."
    )


def efficiency(found: Efficiency) -> str:
    """The city's result in the study of efficiency, with its interval."""
    row = found.row
    facts = {
        "score": percent(row.score), "corrected": percent(row.corrected),
        "low": percent(row.low), "high": percent(row.high),
    }  # fmt: skip
    if row.efficient:
        return (
            _(
                "No mixture of other cities does better with as much: the city stands on the frontier of best practice "
                "(corrected for practice that nobody has shown yet %(corrected)s, interval %(low)s to %(high)s)."
            )
            % facts
        )
    if found.saves:
        return (
            _(
                "By the best practice found, the same could be done with %(score)s of the inputs "
                "(corrected for practice that nobody has shown yet %(corrected)s, interval %(low)s to %(high)s)."
            )
            % facts
        )
    return (
        _(
            "The city achieves %(score)s of what the best practice found makes of as much "
            "(corrected for practice that nobody has shown yet %(corrected)s, interval %(low)s to %(high)s)."
        )
        % facts
    )


def peers(found: Efficiency) -> str:
    """The cities of which the best practice is mixed, with their shares."""
    if not found.peers:
        return ""
    listed = ", ".join(f"{one['name']} ({percent(one['share'])})" for one in found.peers)
    return _("Peers, with their share in the mixture: %(cities)s.") % {"cities": listed}
