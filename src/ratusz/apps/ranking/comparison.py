"""Two methods on the figures of one edition: who moves, and which choice moves them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.pictures.svg import Picture, canvas, element, share, text
from ratusz.apps.core.templatetags.formats import number
from ratusz.apps.editions.models import Edition
from ratusz.apps.ranking import rules, wording
from ratusz.apps.ranking.engine_messages import explain
from ratusz.apps.ranking.models import Method
from ratusz.engines import composite
from ratusz.engines.composite import contrast

RUNS = 400
DRAWN = 40  # lines that a slope chart can hold
ELEMENTS = {
    "indicators": gettext_lazy("indicators and tree"),
    "weights": gettext_lazy("weights"),
    "screening": gettext_lazy("rules of coverage"),
    "imputation": gettext_lazy("missing figures"),
    "treatment": gettext_lazy("outliers"),
    "normalisation": gettext_lazy("scale"),
    "mean": gettext_lazy("mean"),
}


@dataclass(frozen=True, slots=True)
class Mover:
    """One city under both methods: places, intervals, places gained by each step, and what moved it most."""

    name: str
    slug: str
    first: int | None
    second: int | None
    gained: int | None
    interval_first: str
    interval_second: str
    overlap: bool | None
    by_step: tuple[int | None, ...]
    reason: str


@dataclass(frozen=True)
class Comparison:
    """The whole comparison in words, rows and a picture."""

    steps: list[tuple[str, float]]
    rows: list[Mover]
    sentences: list[str]
    picture: Picture

    @property
    def movers(self) -> list[Mover]:
        """The cities that move, the farthest first."""
        return sorted((r for r in self.rows if r.gained), key=lambda r: -abs(r.gained or 0))


def compared(one: Method, other: Method, edition: Edition) -> Comparison:
    """Two methods on the edition's figures; what cannot be computed is a DomainError that names the method."""
    first, second = (rules.read_method(m.toml) for m in (one, other))
    table, slugs, names = _figures(first, second, one, other, edition)
    try:
        found = contrast.contrast(table, first, second, runs=RUNS)
    except composite.EngineError:
        for method, engine in ((one, first), (other, second)):
            _refuse(method, engine, table)
        raise
    steps = [
        (_step_name(step), float(np.nanmean(np.abs(found.moved[:, k])))) for k, step in enumerate(found.steps)
    ]
    rows = [_mover(found, k, names[k], slugs[k], [name for name, _ in steps]) for k in range(len(names))]
    return Comparison(
        steps, rows, list(_sentences(found, rows, steps)), slope_chart(rows, label(one), label(other))
    )


def label(method: Method) -> str:
    """A method in few words: "2026 v2 (draft)"."""
    state = f" ({method.get_state_display().lower()})" if method.state != Method.State.LOCKED else ""
    return f"{method.edition.year} v{method.version}{state}"


def _figures(
    first: composite.Method, second: composite.Method, one: Method, other: Method, edition: Edition
) -> tuple[composite.Table, list[str], list[str]]:
    """One table with the columns of both methods."""
    tables = []
    for method, engine in ((one, first), (other, second)):
        try:
            tables.append(rules.figures_for(engine, edition))
        except DomainError as error:
            raise DomainError(
                _("Version %(label)s cannot be computed on these figures: %(why)s")
                % {"label": label(method), "why": error.message},
                next_step=error.next_step, code="not_computable",
            ) from None  # fmt: skip
    a, b = (found.table for found in tables)
    extra = [k for k, column in enumerate(b.columns) if column not in a.columns]
    table = composite.Table(
        a.units, (*a.columns, *(b.columns[k] for k in extra)), np.column_stack([a.values, b.values[:, extra]]),
        a.labels | b.labels,
    )  # fmt: skip
    return table, tables[0].source.slugs, tables[0].source.names


def _refuse(method: Method, engine: composite.Method, table: composite.Table) -> None:
    try:
        composite.rank(table, engine, runs=0)
        composite.check_variants(table, engine)
    except composite.EngineError as error:
        raise DomainError(
            _("Version %(label)s cannot be computed on these figures: %(why)s")
            % {"label": label(method), "why": explain(error)},
            code="not_computable",
        ) from None


def _step_name(step: tuple[str, ...]) -> str:
    return " + ".join(str(ELEMENTS[name]) for name in step)


def _whole(value: float) -> int | None:
    return None if value != value else round(float(value))


def _mover(found: contrast.Contrast, k: int, name: str, slug: str, steps: list[str]) -> Mover:
    (a, b), low, high = found.ranks[k], found.low[k], found.high[k]
    by_step = tuple(_whole(v) for v in found.moved[k])
    largest = max(range(len(by_step)), key=lambda s: abs(by_step[s] or 0), default=None)
    gained = _whole(found.gained[k])
    reason = steps[largest] if largest is not None and by_step[largest] else ""
    overlap = None if np.isnan([*low, *high]).any() else bool(low.max() <= high.min())
    spans = [wording.interval(None if lo != lo else float(lo), None if hi != hi else float(hi))
             for lo, hi in zip(low, high, strict=True)]  # fmt: skip
    return Mover(name, slug, _whole(a), _whole(b), gained, spans[0], spans[1], overlap, by_step, reason)


def _sentences(found: contrast.Contrast, rows: list[Mover], steps: list[tuple[str, float]]) -> Iterator[str]:
    if not steps:
        yield _("The two methods rank alike: they differ in nothing that a place depends on.")
        return
    leaders = [
        sorted(r.name for r in rows if place(r) == 1) for place in (lambda r: r.first, lambda r: r.second)
    ]
    if leaders[0] == leaders[1]:
        yield _("%(city)s is first by both.") % {"city": wording.names(leaders[0])}
    else:
        yield _("The winner changes: %(one)s by the first, %(other)s by the second.") % {
            "one": wording.names(leaders[0]), "other": wording.names(leaders[1]),
        }  # fmt: skip
    moving = [r for r in rows if r.gained]
    yield ngettext(
        "%(count)d city moves; on average a city moves by %(shift)s places.",
        "%(count)d cities move; on average a city moves by %(shift)s places.", len(moving),
    ) % {"count": len(moving), "shift": number(found.mean_shift, 1)}  # fmt: skip
    if found.kendall == found.kendall:
        yield _("Agreement of the two orders, 1 being the same: Kendall %(kendall)s, Spearman %(spearman)s.") % {
            "kendall": number(found.kendall, 2), "spearman": number(found.spearman, 2),
        }  # fmt: skip
    most = max(steps, key=lambda step: step[1])
    yield _("What moves cities most: %(step)s, by %(shift)s places on average.") % {
        "step": most[0], "shift": number(most[1], 1),
    }  # fmt: skip
    apart = [r.name for r in moving if r.overlap is False]
    if apart:
        yield _(
            "The intervals of %(names)s do not overlap: by these methods they really stand elsewhere."
        ) % {"names": wording.names(apart, 5)}
    elif moving and moving[0].overlap is not None:
        yield _("The intervals of every city overlap: no move is larger than what other choices would make.")
    for place, words in (
        (lambda r: r.first is None and r.second is not None, _("Classified only by the second: %(names)s.")),
        (lambda r: r.second is None and r.first is not None, _("Classified only by the first: %(names)s.")),
    ):
        if names := [r.name for r in rows if place(r)]:
            yield words % {"names": wording.names(names, 5)}


def slope_chart(rows: list[Mover], left: str, right: str) -> Picture:
    """Places by the first method on the left, by the second on the right; those who move far stand out."""
    known = [r for r in rows if r.first is not None and r.second is not None]
    far = sorted(known, key=lambda r: -abs(r.gained or 0))[: DRAWN // 4]
    top = sorted(known, key=lambda r: min(r.first or 0, r.second or 0))
    drawn = list(dict.fromkeys([*far, *top]))[:DRAWN]
    # Only the order of the drawn cities: their own places stand beside their names.
    at = [{r: k for k, r in enumerate(sorted(drawn, key=key))} for key in (_first, _second)]
    gap, above = 17, 26
    parts = [
        text(left, x="30%", y=12, text_anchor="end", font_size=12, class_="strong"),
        text(right, x="70%", y=12, text_anchor="start", font_size=12, class_="strong"),
    ]
    strong = {r for r in far[:6] if r.gained}
    for r in sorted(drawn, key=lambda r: r in strong):
        y1, y2 = (above + gap * at[k][r] for k in (0, 1))
        own = r in strong
        style = "strong" if own else None
        parts.append(
            element("line", class_="line-own" if own else "line", x1=share(0.31), x2=share(0.69), y1=y1, y2=y2,
                    stroke_width=2 if own else 1)
        )  # fmt: skip
        parts.append(
            text(f"{r.name} {r.first}", x="30%", y=y1 + 4, text_anchor="end", font_size=12, class_=style)
        )
        parts.append(text(f"{r.second} {r.name}", x="70%", y=y2 + 4, font_size=12, class_=style))
    title = _("Places by %(left)s and by %(right)s") % {"left": left, "right": right}
    svg = canvas(
        parts, title=title, class_="pic pic-slope", width="100%", height=above + gap * max(len(drawn), 1)
    )
    table = tuple((r.name, str(r.first), str(r.second)) for r in sorted(drawn, key=_first))
    return Picture(svg, title, (_("City"), left, right), table)


def _first(row: Mover) -> tuple[int, str]:
    return row.first or 0, row.name


def _second(row: Mover) -> tuple[int, str]:
    return row.second or 0, row.name
