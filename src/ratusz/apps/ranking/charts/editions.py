"""Places over the editions, and how the method changed between them."""

from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.translation import gettext as _

from ratusz.apps.core.pictures import Bump, bump_chart
from ratusz.apps.ranking import cards, queries, wording
from ratusz.apps.ranking.charts.chart import Chart, Scope
from ratusz.apps.ranking.models import Ranking
from ratusz.apps.ranking.playground.words import SWITCHES
from ratusz.engines import composite
from ratusz.engines.composite import weights

SAME = 0.0005  # a share of the index that nobody would call another weight


@dataclass(frozen=True)
class Change:
    """What is different between the methods of two neighbouring editions."""

    before: str
    now: str
    joined: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    weights: bool = False
    steps: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.words)

    @property
    def words(self) -> list[str]:
        """Each difference in words."""
        found = []
        if self.joined:
            found.append(_("new indicators: %(names)s") % {"names": ", ".join(self.joined)})
        if self.left:
            found.append(_("indicators dropped: %(names)s") % {"names": ", ".join(self.left)})
        if self.weights:
            found.append(_("other weights"))
        if self.steps:
            found.append(_("done in another way: %(names)s") % {"names": ", ".join(self.steps)})
        return found


def editions(scope: Scope) -> Chart | None:
    """The best cities and the chosen ones over the editions; None where there is only one edition."""
    rankings = {r.edition.year: r for r in queries.published_until(scope.user, scope.ranking.edition.year)}
    rankings[scope.ranking.edition.year] = scope.ranking
    if len(rankings) < 2:
        return None
    years = list(range(min(rankings), max(rankings) + 1))
    standings = [_standings(rankings.get(year), scope) for year in years]
    wanted = scope.first(scope.top)
    bumps = [
        Bump(
            row.name,
            [found[row.slug][0] if row.slug in found else None for found in standings],
            [found[row.slug][1] if row.slug in found else "–" for found in standings],
            own=row.slug in scope.chosen,
        )
        for row in wanted
    ]
    known = [rankings.get(year) for year in years]
    found = [changes(a, b) if a and b else None for a, b in pairwise(known)]
    picture = bump_chart(
        bumps,
        [str(year) for year in years],
        breaks=[bool(change) for change in found],
        break_label=_("another method"),
        title=_("Places over the editions: %(class)s") % {"class": scope.class_name},
        place_heading=_("City"),
        description=_(
            "One line for each city, the first place on top; a dashed stroke where the method changed."
        ),
    )
    records = [
        (row.slug, row.name, year, *values[row.slug])
        for row in wanted
        for year, values in zip(years, standings, strict=True)
        if row.slug in values
    ]
    return Chart(
        "editions",
        picture,
        ("slug", "city", "year", "place", "place_written"),
        records,
        {"changes": [change for change in found if change], "absent": [str(y) for y in years if y not in rankings]},
    )  # fmt: skip


def _standings(ranking: Ranking | None, scope: Scope) -> dict[str, tuple[int, str]]:
    """The places of an edition by slug; within the same class of that edition, if a class is drawn."""
    if ranking is None:
        return {}
    number = _same_class(ranking, scope)
    if number is None:
        return {}
    rows = [r for r in queries.standings_of(ranking) if r.rank is not None]
    if not number:
        return {r.slug: (r.rank, wording.place(r.rank, r.tied)) for r in rows}
    return {
        r.slug: (r.class_rank, wording.place(r.class_rank, r.class_tied))
        for r in rows
        if r.size_class == number
    }


def _same_class(ranking: Ranking, scope: Scope) -> int | None:
    """The number of the class in that edition; None where it had no class with these limits."""
    if not scope.size_class:
        return 0
    limits = {(c["over"], c["up_to"]): c["number"] for c in ranking.summary["classes"]}
    mine = next(c for c in scope.ranking.summary["classes"] if c["number"] == scope.size_class)
    return limits.get((mine["over"], mine["up_to"]))


def changes(before: Ranking, now: Ranking) -> Change:
    """What changed in the method from one edition to the next."""
    old, new = queries.inputs_of(before).method, queries.inputs_of(now).method
    names = {
        card["code"]: cards.said(card, "name")
        for ranking in (before, now)
        for card in ranking.summary["indicators"]
    }
    then, today = _shares(old), _shares(new)
    steps = [
        str(SWITCHES[name])
        for name, a, b in (
            ("scale", old.normalisation, new.normalisation),
            ("mean", _means(old), _means(new)),
            ("outliers", old.treatment, new.treatment),
            ("missing", old.imputation, new.imputation),
        )
        if a != b
    ]
    return Change(
        str(before.edition.year),
        str(now.edition.year),
        [names[code] for code in today if code not in then],
        [names[code] for code in then if code not in today],
        any(abs(share - today[code]) > SAME for code, share in then.items() if code in today),
        steps,
    )


def _shares(method: composite.Method) -> dict[str, float]:
    tree = method.framework
    shares = weights.effective(tree, weights.resolve(tree, method.scheme)).tolist()
    return dict(zip(tree.codes, shares, strict=False))


def _means(method: composite.Method) -> tuple[object, ...]:
    return (method.mean, method.power, *((a.code, a.mean) for a in method.framework.aggregates if a.mean))
