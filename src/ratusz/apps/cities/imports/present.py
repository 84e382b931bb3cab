"""What the system has for the cities and measures of a file: to say new, changed or same, and what was before."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from ratusz.apps.cities.imports.suspicions import POPULATION, Before, Figure
from ratusz.apps.cities.models import Correction, Observation, Population


class Present:
    """What the system has for the cities and measures of a file; a constant number of queries."""

    def __init__(self, figures: Sequence[Figure], source: int) -> None:
        self.source = source
        self.rows: dict[tuple[str, str], dict[int, tuple[float, int, str]]] = defaultdict(dict)
        self.fixed: dict[tuple[str, str, int], float] = {}
        if not figures:
            return
        years = {figure.year for figure in figures}
        measures = {f.measure.indicator: f.measure.key for f in figures if f.measure.indicator is not None}
        # Ten years back are enough to say what a figure was; older ones are no yardstick.
        window = {"year__gte": min(years) - 10, "year__lte": max(years)}
        observations = Observation.objects.filter(indicator__in=list(measures), **window)
        for teryt, indicator, year, value, of, flag in observations.values_list(
            "city__teryt", "indicator_id", "year", "value", "source_id", "flag"
        ).iterator(5000):
            self.rows[teryt, measures[indicator]][year] = (value, of, flag)
        for teryt, indicator, year, value in Correction.objects.filter(
            observation__indicator__in=list(measures), observation__year__in=years
        ).values_list(
            "observation__city__teryt", "observation__indicator_id", "observation__year", "observation__value"
        ):
            self.fixed[teryt, measures[indicator], year] = value
        if any(f.measure.indicator is None for f in figures):
            people = Population.objects.filter(**window).order_by("source_id")
            for teryt, year, value, of in people.values_list("city__teryt", "year", "people", "source_id"):
                have = self.rows[teryt, POPULATION.key].get(year)
                if have is None or of == source:
                    self.rows[teryt, POPULATION.key][year] = (float(value), of, "")

    def before(self, figures: Iterable[Figure]) -> dict[str, Before]:
        """TERYT → the newest figure up to the file's year."""
        found = {}
        for figure in figures:
            years = [y for y in self.rows.get((figure.teryt, figure.measure.key), ()) if y <= figure.year]
            if years:
                found[figure.teryt] = Before(
                    max(years), self.rows[figure.teryt, figure.measure.key][max(years)][0]
                )
        return found

    def corrected(self, figures: Iterable[Figure]) -> dict[str, float]:
        """TERYT → the figure that a person corrected."""
        keys = {figure.teryt: (figure.teryt, figure.measure.key, figure.year) for figure in figures}
        return {teryt: self.fixed[key] for teryt, key in keys.items() if key in self.fixed}

    def state(self, figure: Figure) -> str:
        """`new`, `changed` or `same` against what is there."""
        have = self.rows.get((figure.teryt, figure.measure.key), {}).get(figure.year)
        if have is None or (figure.measure.indicator is None and have[1] != self.source):
            return "new"
        return "same" if have == (figure.value, self.source, figure.flag) else "changed"
