"""The rows of the playground's table as the template prints them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ratusz.apps.core.pictures import rank_interval
from ratusz.apps.ranking import queries, wording
from ratusz.apps.ranking.playground.play import Place


@dataclass(frozen=True, slots=True)
class Line:
    """One city by the reader's choice, beside its published place."""

    slug: str
    name: str
    voivodeship: str
    place: str
    before: str
    arrow: str
    shift_words: str
    interval: str
    picture: str
    first: str


def lines(
    rows: list[queries.Standing], places: dict[str, Place], *, size_class: int, count: int
) -> list[Line]:
    """The lines of cities that have a place by the choice."""
    return [_line(row, places[row.slug], size_class, count) for row in rows]


def _line(row: queries.Standing, now: Place, size_class: int, count: int) -> Line:
    was, tied = (row.class_rank, row.class_tied) if size_class else (row.rank, row.tied)
    interval, picture = wording.interval(now.low, now.high), ""
    if found := wording.bounds(now.low, now.high):
        picture = rank_interval(
            rank=now.rank, low=found[0], high=found[1], count=max(count, found[1], was or 1, now.rank), before=was,
            title=_("%(city)s: place %(place)s, in 90%% of the variants %(interval)s")
            % {"city": row.name, "place": now.rank, "interval": interval},
        )  # fmt: skip
    shift = None if was is None else was - now.rank
    return Line(
        slug=row.slug,
        name=row.name,
        voivodeship=row.voivodeship,
        place=wording.place(now.rank, now.tied),
        before=wording.place(was, tied),
        arrow=_arrow(shift),
        shift_words=_said(shift),
        interval=interval,
        picture=picture,
        first=wording.chance(now.first) if now.first is not None else "",
    )


def _arrow(shift: int | None) -> str:
    if not shift:
        return "–" if shift is None else "="
    return f"↑\u00a0{shift}" if shift > 0 else f"↓\u00a0{-shift}"


def _said(shift: int | None) -> str:
    if shift is None:
        return _("not classified in the published ranking")
    if shift > 0:
        return ngettext("%(count)d place up", "%(count)d places up", shift) % {"count": shift}
    if shift < 0:
        return ngettext("%(count)d place down", "%(count)d places down", -shift) % {"count": -shift}
    return _("same place")
