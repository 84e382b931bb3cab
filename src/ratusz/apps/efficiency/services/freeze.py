"""From the engine's results to rows that never change: what the public pages show is computed once, here."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext_lazy as _

from ratusz.apps.cities import queries as cities
from ratusz.apps.cities.models import City
from ratusz.apps.core.errors import DomainError
from ratusz.apps.efficiency.bundle import write_bundle
from ratusz.apps.efficiency.figures import Figures
from ratusz.apps.efficiency.models import StudiedCity, Study
from ratusz.apps.efficiency.services.change import Change, change_since
from ratusz.engines import efficiency
from ratusz.engines.contracts import Progress

CONFIDENCE = 0.95
# A slack below this share of the figure is the solver's rounding.
NOTHING = 1e-7
OF_CARD = ("code", "kind", "name_pl", "name_en", "unit_pl", "unit_en", "per", "decimals", "direction")


@dataclass(frozen=True)
class Result:
    """Scores that are proved, how sure they are, and the change since the edition before."""

    scores: efficiency.Scores
    spread: efficiency.Bootstrap
    gap: float
    change: Change


def compute(study: Study, figures: Figures, *, progress: Progress) -> Result:
    """The engine's results for a study; raises where a score is not proved by its prices."""
    sample = figures.sample()
    scores = efficiency.radial(sample, returns=study.returns, orientation=study.orientation)
    verdict = efficiency.verify(scores)
    if not verdict.proved:
        raise DomainError(
            _("A score could not be proved: %(difference)s.") % {"difference": verdict.differences[0]},
            next_step=_("Check the city's figures for misplaced decimal signs."),
            code="not_proved",
        )
    spread = efficiency.bootstrap(
        sample, returns=study.returns, orientation=study.orientation, runs=study.repetitions, seed=study.seed,
        confidence=CONFIDENCE, progress=progress,
    )  # fmt: skip
    return Result(scores, spread, verdict.gap, change_since(study, figures))


def freeze_result(study: Study, figures: Figures, result: Result) -> None:
    """Writes the rows, and the summary and bundle into the study, which the caller saves in its transaction."""
    frozen = _Frozen(study, figures, result)
    study.summary = frozen.summary()
    study.bundle = write_bundle(
        study,
        figures,
        efficiency.scores_csv(result.scores, result.spread),
        result.change.files(),
        frozen.about(),
    )
    study.bundle_sha256 = hashlib.sha256(study.bundle).hexdigest()
    StudiedCity.objects.bulk_create(frozen.rows(), batch_size=500)


class _Frozen:
    def __init__(self, study: Study, figures: Figures, result: Result) -> None:
        self.study, self.figures, self.result = study, figures, result
        source = figures.source
        found = {city.teryt: city for city in City.objects.filter(teryt__in=source.units)}
        self.cities = [found[teryt] for teryt in source.units]
        classes = list(study.edition.size_classes.order_by("over"))
        number = {c.pk: k for k, c in enumerate(classes, 1)}
        self.class_of = [number.get(c, 0) for c in source.classes]
        self.classes = [
            {
                "number": number[c.pk], "name_pl": c.name_pl, "name_en": c.name_en, "over": c.over, "up_to": c.up_to,
                "cities": self.class_of.count(number[c.pk]),
            }
            for c in classes
        ]  # fmt: skip
        self.cards = self._cards()
        scores = result.scores
        self.targets = np.hstack([scores.input_targets, scores.output_targets])
        self.slacks = np.hstack([scores.input_slacks, scores.output_slacks])
        self.peers = [self._peers(unit) for unit in range(len(figures.position))]
        self.example_for = Counter(peer for own in self.peers for peer, _share in own)

    def _cards(self) -> list[dict[str, Any]]:
        """Every column with its reason and everything that a reader must know of the indicator."""
        codes = [c["code"] for c in self.figures.columns]
        registry = {i.code: i for i in cities.indicators_visible_to(None).filter(code__in=codes)}
        cards = []
        for k, column in enumerate(self.figures.columns):
            card, own = registry[column["code"]], self.figures.published[:, k]
            years = self.figures.source.years[:, k]
            texts = {
                f"{key}_{language}": getattr(card, f"{key}_{language}")
                for key in ("name", "definition", "unit")
                for language in ("pl", "en")
            }
            cards.append(
                column
                | texts
                | {
                    "direction": card.direction,
                    "per": card.per_capita_base,
                    "decimals": card.decimals,
                    "year": int(years.max()),
                    "known": int((years > 0).sum()),
                    "low": float(own.min()),
                    "high": float(own.max()),
                    "source": {
                        "name_pl": card.source.name_pl,
                        "name_en": card.source.name_en,
                        "publisher": card.source.publisher,
                        "url": card.source.url,
                        "licence": card.source.licence,
                        "attribution": card.source.attribution,
                    },
                }
            )
        return cards

    def _peers(self, unit: int) -> list[tuple[int, float]]:
        """Peers other than the city itself and their shares, the largest first."""
        scores = self.result.scores
        found = [
            (int(j), float(share))
            for j, share in zip(scores.peers[unit], scores.intensities[unit], strict=True)
            if j >= 0 and j != unit and share > NOTHING
        ]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def summary(self) -> dict[str, Any]:
        result, years = self.result, [card["year"] for card in self.cards]
        return {
            "units": len(self.cities),
            "compared": len(self.figures.position),
            "efficient": int(result.scores.efficient.sum()),
            "years": [min(years), max(years)],
            "classes": self.classes,
            "columns": self.cards,
            "confidence": CONFIDENCE,
            "bandwidth": result.spread.bandwidth,
            "proof_gap": result.gap,
            "computations": self.study.computations,
            "change": result.change.summary(),
            "provenance": {
                "version": result.scores.provenance.version,
                "input_hash": result.scores.provenance.input_hash,
                "seed": self.study.seed,
                "repetitions": self.study.repetitions,
            },
        }

    def about(self) -> dict[str, Any]:
        """What study.json of the bundle says."""
        study, source = self.study, self.figures.source
        return {
            "name": {"pl": study.name_pl, "en": study.name_en},
            "explanation": {"pl": study.explanation_pl, "en": study.explanation_en},
            "edition": study.edition.year,
            "returns": study.returns,
            "orientation": study.orientation,
            "repetitions": study.repetitions,
            "seed": study.seed,
            "version": self.result.scores.provenance.version,
            "input_hash": self.result.scores.provenance.input_hash,
            "columns": self.cards,
            "left_out": {
                source.names[row]: self.figures.missing_of(row)
                for row in np.flatnonzero(~self.figures.complete).tolist()
            },
        }

    def rows(self) -> list[StudiedCity]:
        source, scores, spread = self.figures.source, self.result.scores, self.result.spread
        unit_of = {int(row): unit for unit, row in enumerate(self.figures.position)}
        made = []
        for row, city in enumerate(self.cities):
            line = StudiedCity(
                study=self.study, city=city, teryt=city.teryt, slug=city.slug, name=city.name,
                name_folded=city.name_folded, sort_key=city.sort_key, voivodeship=city.voivodeship,
                population=int(source.populations[row]) or None, size_class=self.class_of[row],
                missing=self.figures.missing_of(row),
            )  # fmt: skip
            if (unit := unit_of.get(row)) is not None:
                line.score = self._share(scores.score[unit])
                line.corrected = self._share(spread.corrected[unit])
                line.low, line.high = sorted(
                    (self._share(spread.lower[unit]), self._share(spread.upper[unit]))
                )
                line.efficient = bool(scores.efficient[unit])
                line.example_for = self.example_for[unit]
                line.peers = [self._named(peer, share) for peer, share in self.peers[unit]]
                line.targets = self._targets(unit)
                line.change = self.result.change.of(city.teryt)
            made.append(line)
        return made

    def _share(self, score: float) -> float:
        """The score as a share of the best practice found, whichever way it is measured."""
        return float(score) if self.study.orientation == Study.Orientation.INPUT else float(1 / score)

    def _named(self, unit: int, share: float) -> dict[str, Any]:
        city = self.cities[self.figures.position[unit]]
        return {"slug": city.slug, "name": city.name, "share": share}

    def _targets(self, unit: int) -> list[dict[str, Any]]:
        found = []
        for k, card in enumerate(self.cards):
            now = float(self.figures.published[unit, k])
            target = float(self.figures.as_published(k, self.targets[unit, k]))
            slack = float(self.slacks[unit, k])
            size = max(abs(now), abs(target))
            if abs(target - now) <= NOTHING * size:
                target = now
            found.append(
                {key: card[key] for key in OF_CARD}
                | {
                    "now": now,
                    "target": target,
                    "change": target / now - 1 if now > 0 else None,
                    "slack": slack if slack > NOTHING * size else 0.0,
                }
            )  # fmt: skip
        return found
