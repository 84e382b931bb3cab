"""From an engine's result to rows that never change: what the public pages show is computed once, here."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.utils import translation
from django.utils.translation import gettext as _

from ratusz.apps.cities import queries as cities
from ratusz.apps.cities.models import City, SizeClass
from ratusz.apps.ranking import cards, rules
from ratusz.apps.ranking.models import RankedCity, Ranking, Run
from ratusz.apps.ranking.services.similar import similar_cities
from ratusz.engines import composite

# A city is told apart from another when it is ahead of it in this share of the variants.
TOLD_APART = 0.95


def freeze_result(
    *, run: Run, method: composite.Method, figures: rules.Figures, result: composite.Ranking, bundle: bytes
) -> Ranking:
    """Saves the ranking and its rows; the caller holds the transaction."""
    frozen = _Frozen(run, method, figures, result)
    ranking = Ranking.objects.create(
        edition=run.edition,
        method=run.method,
        run=run,
        summary=frozen.summary(),
        pairs=frozen.pairs(),
        bundle=bundle,
        bundle_sha256=hashlib.sha256(bundle).hexdigest(),
    )
    RankedCity.objects.bulk_create(frozen.rows(ranking), batch_size=500)
    return ranking


@dataclass
class _Frozen:
    run: Run
    method: composite.Method
    figures: rules.Figures
    result: composite.Ranking

    @cached_property
    def source(self) -> cities.IndicatorTable:
        return self.figures.source

    @cached_property
    def cities(self) -> list[City]:
        """The cities in the order of the table."""
        found = {city.teryt: city for city in City.objects.filter(teryt__in=self.source.units)}
        return [found[teryt] for teryt in self.source.units]

    @cached_property
    def size_classes(self) -> list[SizeClass]:
        """The classes that the method ranks in, smallest first; none if it ranks all cities together."""
        return list(self.run.edition.size_classes.order_by("over")) if self.result.classes else []

    @cached_property
    def class_of(self) -> np.ndarray:
        """(units,) the class of each city, from 1; 0 without classes."""
        number = {c.pk: k for k, c in enumerate(self.size_classes, 1)}
        return np.array([number.get(c, 0) for c in self.source.classes])

    @cached_property
    def position(self) -> np.ndarray:
        """(classified,) the row of each ranked unit in the table."""
        row = {unit: k for k, unit in enumerate(self.figures.table.units)}
        return np.array([row[unit] for unit in self.result.units])

    @cached_property
    def order(self) -> np.ndarray:
        """The ranked units from the best, in the result's numbering."""
        return np.lexsort((self.position, self.result.ranks))

    @cached_property
    def columns(self) -> np.ndarray:
        """(p,) the column of each indicator in the figures."""
        place = {code: k for k, code in enumerate(self.source.codes)}
        return np.array([place[code] for code in self.result.indicators])

    @cached_property
    def pillars(self) -> list[dict[str, Any]]:
        return cards.pillars(self.method)

    @cached_property
    def apart(self) -> np.ndarray | None:
        """(classified, classified) True where the variants tell two cities apart; None where pairs were not counted."""
        if self.result.pairwise is None:
            return None
        ahead = self.result.pairwise
        return np.maximum(ahead, ahead.T) >= TOLD_APART

    @cached_property
    def tied(self) -> list[bool]:
        """Whether each ranked unit shares its place."""
        times = Counter(self.result.ranks.tolist())
        return [times[rank] > 1 for rank in self.result.ranks.tolist()]

    @cached_property
    def class_tied(self) -> list[bool]:
        """Whether each ranked unit shares its place in its class."""
        if self.result.class_ranks is None:
            return self.tied
        places = list(
            zip(self.class_of[self.position].tolist(), self.result.class_ranks.tolist(), strict=True)
        )
        times = Counter(places)
        return [times[place] > 1 for place in places]

    # The summary

    def summary(self) -> dict[str, Any]:
        result = self.result
        years = self.source.years[:, self.columns]
        return {
            "units": len(self.source.units),
            "classified": len(result.units),
            "years": [int(years[years > 0].min()), int(years.max())],
            "variants": result.provenance.runs,
            "exact": result.exact,
            "kept": result.stability_first,
            "told_apart": TOLD_APART,
            "coverage_needed": self.method.screening.coverage,
            "decimals": 1 if np.ptp(result.index) >= 10 else 3,
            "classes": self._classes(),
            "pillars": [
                p | {"low": _low(self._level(p["code"])), "high": _high(self._level(p["code"]))}
                for p in self.pillars
            ],
            "ranges": self._ranges(),
            "indicators": [
                card | self._coverage(k) for k, card in enumerate(cards.indicator_cards(self.method))
            ],
            "groups": {"0": self._groups(np.ones(len(result.units), dtype=bool))}
            | {
                str(k): self._groups(self.class_of[self.position] == k)
                for k, _c in enumerate(self.size_classes, 1)
            },
            "provenance": {
                "version": result.provenance.version,
                "input_hash": result.provenance.input_hash,
                "seed": result.provenance.seed,
            },
        }

    def _classes(self) -> list[dict[str, Any]]:
        kept = self.result.class_stability_first or {}
        return [
            {
                "number": k,
                "name_pl": c.name_pl,
                "name_en": c.name_en,
                "over": c.over,
                "up_to": c.up_to,
                "cities": int((self.class_of == k).sum()),
                "kept": kept.get(c.name_pl),
            }
            for k, c in enumerate(self.size_classes, 1)
        ]

    def _level(self, code: str) -> np.ndarray:
        return self.result.scores[:, self.result.levels.index(code)]

    def _ranges(self) -> dict[str, dict[str, dict[str, list[float] | None]]]:
        """For all cities ("0") and each class: minimum, quartiles and maximum of each pillar and each indicator."""
        found: dict[str, dict[str, dict[str, list[float] | None]]] = {}
        for number in range(len(self.size_classes) + 1):
            members = (self.class_of == number) if number else np.ones(len(self.class_of), dtype=bool)
            ranked = members[self.position]
            found[str(number)] = {
                "pillars": {p["code"]: _five(self._level(p["code"])[ranked]) for p in self.pillars},
                "indicators": {
                    code: _five(self.source.values[members, column])
                    for code, column in zip(self.result.indicators, self.columns, strict=True)
                },
            }
        return found

    def _coverage(self, k: int) -> dict[str, Any]:
        years = self.source.years[:, self.columns[k]]
        known = years[years > 0]
        return {
            "known": int(known.size),
            "year": int(known.max()) if known.size else None,
            "winsorised": int(self.result.treatment.winsorised[k]),
            "logarithm": bool(self.result.treatment.logarithm[k]),
        }

    def _groups(self, members: np.ndarray) -> list[list[str]] | None:
        """Cities from the best, in groups whose first member cannot be told from any other."""
        if self.apart is None:
            return None
        groups: list[list[int]] = []
        for unit in self.order[members[self.order]]:
            if groups and not self.apart[groups[-1][0], unit]:
                groups[-1].append(int(unit))
            else:
                groups.append([int(unit)])
        return [[self.source.names[self.position[unit]] for unit in group] for group in groups]

    def pairs(self) -> list[Any] | None:
        """City ids from the best, and the shares of variants in which one is ahead of the other."""
        if self.result.pairwise is None:
            return None
        ids = [self.cities[self.position[unit]].pk for unit in self.order]
        shares = self.result.pairwise[np.ix_(self.order, self.order)]
        return [ids, [[round(float(share), 4) for share in row] for row in shares]]

    # The rows

    def rows(self, ranking: Ranking) -> list[RankedCity]:
        similar = similar_cities(
            people=self.source.populations[self.position].astype(float),
            area=np.array([self.cities[k].area_km2 or np.nan for k in self.position]),
            index=self.result.index,
            apart=self.apart,
        )
        percentiles = self._percentiles()
        row_of = {int(k): unit for unit, k in enumerate(self.position)}
        left = {out.unit: out for out in self.result.unclassified}
        rows = []
        for k, city in enumerate(self.cities):
            unit = row_of.get(k)
            row = self._city(ranking, k, city)
            row.indicators = self._indicators(k, unit, percentiles)
            if unit is None:
                self._leave_out(row, left[self.figures.table.units[k]], k)
            else:
                self._place(row, unit)
                row.similar = [self._example(unit, other, percentiles) for other in similar[unit]]
            rows.append(row)
        return rows

    def _city(self, ranking: Ranking, k: int, city: City) -> RankedCity:
        people = int(self.source.populations[k])
        return RankedCity(
            ranking=ranking, city=city, teryt=city.teryt, slug=city.slug, name=city.name,
            name_folded=city.name_folded, sort_key=city.sort_key, voivodeship=city.voivodeship,
            population=people or None, population_year=self._population_years.get(city.pk),
            lat=city.lat, lon=city.lon, size_class=int(self.class_of[k]),
            coverage=float(np.mean(~np.isnan(self.source.values[k, self.columns]))),
        )  # fmt: skip

    @cached_property
    def _population_years(self) -> dict[int, int]:
        members = cities.cities_of(self.run.edition).filter(population__isnull=False)
        return dict(members.values_list("city_id", "population__year"))

    def _place(self, row: RankedCity, unit: int) -> None:
        result = self.result
        row.score, row.rank = float(result.index[unit]), int(result.ranks[unit])
        row.tied = self.tied[unit]
        row.class_rank = int(result.class_ranks[unit]) if result.class_ranks is not None else row.rank
        row.class_tied = self.class_tied[unit]
        for prefix, spread in (("", result.spread), ("class_", result.class_spread or result.spread)):
            for name in ("median", "p05", "p95", "p_first"):
                setattr(row, prefix + name, float(getattr(spread, name)[unit]))
        row.pillars = {p["code"]: _plain(self._level(p["code"])[unit]) for p in self.pillars}
        if self.apart is not None:
            others = [o for o in self.order if o != unit and not self.apart[unit, o]]
            row.not_apart = [
                [self.source.slugs[k], self.source.names[k], int(self.class_of[k])]
                for k in (self.position[o] for o in others)
            ]

    def _leave_out(self, row: RankedCity, out: composite.Unclassified, k: int) -> None:
        have = int(np.sum(~np.isnan(self.source.values[k, self.columns])))
        facts = {
            "have": have,
            "all": len(self.columns),
            "share": round(out.coverage * 100),
            "least": round(self.method.screening.coverage * 100),
        }
        for language in ("pl", "en"):
            with translation.override(language):
                text = _(
                    "Figures for %(have)d of %(all)d indicators (%(share)d%%); at least %(least)d%% are needed, "
                    "also within the pillars if the method says so."
                )
                setattr(row, f"reason_{language}", text % facts)

    def _percentiles(self) -> np.ndarray:
        """(units, p): the share of the other cities of the class that do worse (a tie counts half), NaN if unknown."""
        directions = np.array([i.direction for i in self.method.framework.indicators])
        values = self.source.values[:, self.columns] * directions
        found = np.full(values.shape, np.nan)
        for number in np.unique(self.class_of):
            members = np.flatnonzero(self.class_of == number)
            for j in range(values.shape[1]):
                column = values[members, j]
                known = np.flatnonzero(~np.isnan(column))
                if known.size < 2:
                    continue
                ordered = np.sort(column[known])
                below = np.searchsorted(ordered, column[known], "left")
                equal = np.searchsorted(ordered, column[known], "right") - below - 1
                found[members[known], j] = (below + equal / 2) / (known.size - 1)
        return found

    def _indicators(self, k: int, unit: int | None, percentiles: np.ndarray) -> list[dict[str, Any]]:
        return [
            {
                "code": code,
                "value": _plain(self.source.values[k, column]),
                "year": int(self.source.years[k, column]) or None,
                "normalised": None if unit is None else _plain(self.result.normalised[unit, j]),
                "percentile": _plain(percentiles[k, j], 4),
            }
            for j, (code, column) in enumerate(zip(self.result.indicators, self.columns, strict=True))
        ]

    def _example(self, unit: int, other: int, percentiles: np.ndarray) -> dict[str, Any]:
        """A similar city that does better, and the indicators in which it is furthest ahead."""
        here, there = self.position[unit], self.position[other]
        gap = percentiles[there] - percentiles[here]
        ahead = [j for j in np.argsort(-np.nan_to_num(gap, nan=-1)) if gap[j] > 0.1][:3]
        return {
            "slug": self.source.slugs[there],
            "name": self.source.names[there],
            "rank": int(self.result.ranks[other]),
            "score": float(self.result.index[other]),
            "population": int(self.source.populations[there]) or None,
            "apart": None if self.apart is None else bool(self.apart[unit, other]),
            "ahead": [self.result.indicators[j] for j in ahead],
        }


def _plain(value: float, digits: int = 12) -> float | None:
    """The number for JSON: nothing for NaN, without the last bits in which machines differ."""
    return None if np.isnan(value) else float(format(float(value), f".{digits}g"))


def _five(values: np.ndarray) -> list[float] | None:
    """Minimum, lower quartile, median, upper quartile and maximum of the known values."""
    known = values[~np.isnan(values)]
    return [_plain(q) for q in np.quantile(known, [0, 0.25, 0.5, 0.75, 1])] if known.size else None


def _low(values: np.ndarray) -> float | None:
    return _plain(float(np.nanmin(values))) if not np.isnan(values).all() else None


def _high(values: np.ndarray) -> float | None:
    return _plain(float(np.nanmax(values))) if not np.isnan(values).all() else None
