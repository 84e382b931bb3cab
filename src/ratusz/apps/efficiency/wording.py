"""How scores, peers and targets are written: the same words on pages, in pictures and in exports."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ratusz.apps.core.templatetags.formats import number, percent
from ratusz.apps.efficiency.models import StudiedCity, Study


def said(card: dict[str, Any], key: str) -> str:
    """The card's text in the active language, with Polish where English is empty."""
    english = (get_language() or "pl").startswith("en")
    return (english and card.get(f"{key}_en")) or card.get(f"{key}_pl") or ""


def score(share: float | None) -> str:
    """A score as a percentage; 100 % is kept for those who reach it."""
    if share is None:
        return "–"
    if 0.995 <= share < 1 - 1e-9:
        return f">\u00a0{percent(0.99)}"
    return percent(share)


def interval(row: StudiedCity) -> str:
    """ "81–94 %", or one number where both round to the same."""
    if row.low is None or row.high is None:
        return "–"
    low, high = round(row.low * 100), round(row.high * 100)
    return percent(row.low) if low == high else f"{low}–{percent(row.high)}"


def step(row: StudiedCity, study: Study) -> float:
    """How much less would do (input), or how much more is within reach (output), as a share."""
    return 1 - row.score if study.orientation == Study.Orientation.INPUT else 1 / row.score - 1


def verdict(row: StudiedCity, study: Study) -> str:
    """The score as a sentence."""
    share = step(row, study)
    if row.efficient:
        return _("efficient: no city or mixture of cities does more with as little")
    if share < 0.005:
        return _("on the edge of the best practice, though not in every figure")
    if study.orientation == Study.Orientation.INPUT:
        return _("the same would come of %(share)s less") % {"share": percent(share)}
    return _("%(share)s more could come of the same") % {"share": percent(share)}


def likeness(peer: dict[str, Any], study: Study) -> str:
    """A peer with its share: "67 % like Rzeszów", or "0.67 × Rzeszów" where shares need not sum to one."""
    if study.returns == Study.Returns.VARIABLE:
        share = percent(peer["share"]) if peer["share"] >= 0.01 else f"<\u00a0{percent(0.01)}"
        return _("%(share)s like %(city)s") % {"share": share, "city": peer["name"]}
    return f"{number(peer['share'], 2)}\u00a0×\u00a0{peer['name']}"


def likenesses(row: StudiedCity, study: Study) -> str:
    """All peers with their shares, the largest first."""
    return ", ".join(likeness(peer, study) for peer in row.peers)


def unit(card: dict[str, Any]) -> str:
    """The unit of a figure, with the base where counts are divided by population."""
    words = said(card, "unit")
    if not card["per"]:
        return words
    if card["per"] == 1:
        return _("%(unit)s per person") % {"unit": words}
    return _("%(unit)s per %(people)s residents") % {"unit": words, "people": number(card["per"])}


def signed(share: float | None, decimals: int = 0) -> str:
    """A change with its sign: "+12 %", "−3 %", "0 %"."""
    if share is None:
        return "–"
    written = percent(share, decimals)
    return f"+{written}" if share > 0 and any(digit in written for digit in "123456789") else written


def no_change(study: Study) -> str:
    """Why nothing is said of the change since the edition before; empty where it is, or where this is the first."""
    words = {
        "other_columns": _(
            "Nothing is said of the change since the edition before: it measured other inputs or outputs."
        ),
        "moved_zero": _(
            "Nothing is said of the change since the edition before: a figure is turned or shifted, so its zero is a "
            "matter of choice."
        ),
        "same_years": _(
            "Nothing is said of the change since the edition before: no newer figures have been published since."
        ),
        "no_city": _("Nothing is said of the change since the edition before: the cities are not the same."),
        "not_solved": _("Nothing is said of the change since the edition before: it could not be computed."),
    }
    return words.get(study.summary["change"]["reason"], "")


def class_name(classes: list[dict[str, Any]], size_class: int) -> str:
    """The class's name in the active language; for 0 all cities."""
    for item in classes:
        if item["number"] == size_class:
            return said(item, "name")
    return _("All cities")


def people(count: int | None) -> str:
    """ "645 693 people" with spaces that do not break."""
    return _("%(people)s\u00a0people") % {"people": number(count)} if count else ""


def names(columns: list[dict[str, Any]]) -> str:
    """The names of inputs or outputs in one line."""
    return ", ".join(said(card, "name") for card in columns)


def sources(study: Study) -> list[str]:
    """Attributions of the figures, each once, as their licences ask."""
    return list(
        dict.fromkeys(
            card["source"]["attribution"] or f"{card['source']['publisher']}, {said(card['source'], 'name')}"
            for card in study.summary["columns"]
        )
    )
