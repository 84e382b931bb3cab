"""Change of productivity since the edition before: the Malmquist index of two studies that ask the same."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ratusz.apps.cities.rules import unit_names
from ratusz.apps.efficiency import queries
from ratusz.apps.efficiency.bundle import read_file, table_csv
from ratusz.apps.efficiency.figures import Figures
from ratusz.apps.efficiency.models import Study
from ratusz.engines import efficiency
from ratusz.engines.contracts import EngineError


@dataclass(frozen=True)
class Change:
    """The index of each city by TERYT code, or the reason why there is none."""

    since: Study | None = None
    # Empty where it is computed; else first, other_columns, moved_zero, same_years, no_city or not_solved.
    reason: str = "first"
    index: dict[str, dict[str, float]] = field(default_factory=dict)
    same_years: list[str] = field(default_factory=list)
    before: str = ""
    table: str = ""

    def of(self, teryt: str) -> dict[str, Any] | None:
        """The change of one city, as its row keeps it."""
        own = self.index.get(teryt)
        return own and own | {"since": self.since.edition.year}

    def summary(self) -> dict[str, Any]:
        """What the pages say of the change: since when, for how many cities, or why there is none."""
        if self.since is None:
            return {"reason": self.reason}
        values = np.array([own["index"] for own in self.index.values()])
        return {
            "reason": self.reason,
            "since": self.since.edition.year,
            "publication": self.since.number,
            "bundle": self.since.bundle_sha256,
            "cities": len(values),
            "gained": int((values > 1 + 1e-9).sum()),
            "lost": int((values < 1 - 1e-9).sum()),
            "median": float(np.median(values)) if len(values) else None,
            # Codes of the columns whose figures are of the same year in both editions.
            "same_years": self.same_years,
        }

    def files(self) -> dict[str, str]:
        """What the bundle holds beside the scores."""
        return {"before.csv": self.before, "change.csv": self.table} if self.table else {}


def change_since(study: Study, figures: Figures) -> Change:
    """The change since the published study of the edition before, if both ask the same."""
    since = queries.published_before(study.edition)
    if since is None:
        return Change()
    if _essence(since.columns) != _essence(study.columns):
        return Change(since, "other_columns")
    if any(c["form"] != Study.Form.PLAIN for c in study.columns):
        return Change(since, "moved_zero")
    years = {c["code"]: c["year"] for c in since.summary["columns"]}
    same = [
        c["code"]
        for k, c in enumerate(figures.columns)
        if years[c["code"]] == int(figures.source.years[:, k].max())
    ]
    if len(same) == len(figures.columns):
        return Change(since, "same_years", same_years=same)
    return _computed(since, figures, same)


def _essence(columns: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    return {(c["code"], c["kind"], c["form"]) for c in columns}


def _computed(since: Study, figures: Figures, same: list[str]) -> Change:
    before = read_file(bytes(Study.objects.values_list("bundle", flat=True).get(pk=since.pk)), "data.csv")
    new = figures.sample()
    old = efficiency.Sample.from_csv(before, new.inputs, new.outputs)
    names, teryts = zip(*since.rows.values_list("name", "teryt"), strict=True)
    old_of = {
        teryt: old.units.index(unit)
        for unit, teryt in zip(unit_names(names, teryts), teryts, strict=True)
        if unit in set(old.units)
    }
    codes = [figures.source.units[row] for row in figures.position]
    both = [(unit, old_of[teryt], teryt) for unit, teryt in enumerate(codes) if teryt in old_of]
    if len(both) < 2:
        return Change(since, "no_city", same_years=same)
    later = new.take([unit for unit, _old, _teryt in both])
    earlier = efficiency.Sample(
        later.units, new.inputs, new.outputs, *(values[[old for _unit, old, _t in both]] for values in (old.x, old.y))
    )  # fmt: skip
    try:
        found = efficiency.malmquist({"before": earlier, "now": later})
    except EngineError:
        return Change(since, "not_solved", same_years=same)
    parts = np.column_stack([found.index[:, 0], found.efficiency[:, 0], found.technology[:, 0]])
    index = {
        teryt: dict(zip(("index", "catching_up", "frontier"), map(float, parts[k]), strict=True))
        for k, (_unit, _old, teryt) in enumerate(both)
        if np.isfinite(parts[k]).all()
    }
    table = table_csv(("unit", "index", "efficiency", "technology"), later.units, parts)
    return Change(since, "", index, same, before, table)
