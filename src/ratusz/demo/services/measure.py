"""Cities, indicators and figures, in the vintages in which they would have come."""

from collections import defaultdict
from typing import Any

from ratusz.apps.cities import queries, services
from ratusz.apps.cities.models import Indicator, Source
from ratusz.apps.cities.services import Figure
from ratusz.apps.cities.services.classes import ClassInWords
from ratusz.apps.editions.models import Edition
from ratusz.demo import content
from ratusz.demo.services import dialogue
from ratusz.demo.services.people import person

POPULATION = "population"


def load_registry(edition: Edition) -> None:
    """Writes the registry of cities, the sources and the indicator cards."""
    by = person("organiser")
    services.load_registry(by=by)
    for source in content.read("sources")["source"]:
        known = Source.objects.filter(code=source["code"]).first()
        services.save_source(by=by, edition=edition, source=known, **source)
    sources = {source.code: source for source in queries.sources_visible_to(by)}
    for card in content.read("indicators")["indicator"]:
        known = Indicator.objects.filter(code=card["code"]).first()
        services.save_indicator(
            by=by, edition=edition, indicator=known, **card | {"source": sources[card["source"]]}
        )


def load_figures(edition: Edition, facts: dict[str, Any], before: dict[str, Any] | None) -> int:
    """Writes the figures that are new since the edition before; returns how many.

    Two of the current edition come in wrong, and the data dialogue puts them right.
    """
    by = person("organiser")
    wrong = dialogue.slips() if facts["year"] == content.CURRENT else {}
    found: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for row in content.figures():
        year = int(row["year"])
        if year <= limit(facts, row["indicator"]) and (
            before is None or year > limit(before, row["indicator"])
        ):
            found[row["indicator"], row["source"]].append(
                Figure(
                    row["teryt"],
                    year,
                    wrong.get((row["teryt"], row["indicator"], year), float(row["value"])),
                    row["flag"],
                )
            )
    sources = {source.code: source for source in queries.sources_visible_to(by)}
    indicators = {indicator.code: indicator for indicator in queries.indicators_visible_to(by)}
    written = 0
    for (code, source), figures in found.items():
        if code == POPULATION:
            written += services.store_populations(
                by=by, edition=edition, source=sources[source], figures=figures
            )
        else:
            written += services.store_figures(
                by=by, edition=edition, indicator=indicators[code], source=sources[source], figures=figures
            )
    return written


def limit(facts: dict[str, Any], indicator: str) -> int:
    """The newest reference year that was known to an edition."""
    return facts.get("later_figures", {}).get(indicator, facts.get("figures_up_to", content.CURRENT))


def freeze_classes(edition: Edition, facts: dict[str, Any]) -> None:
    """Lets all cities of the registry take part, each in the class of its population."""
    by = person("organiser")
    teryts = {row["teryt"] for row in content.figures()}
    cities = [city for city in queries.visible_to(by) if city.teryt in teryts]
    services.choose_cities(by=by, edition=edition, cities=cities)
    classes = [ClassInWords(**one) for one in content.read("editions")["size_class"]]
    services.define_classes(by=by, edition=edition, classes=classes)
    source = queries.sources_visible_to(by).get(code=facts["population_source"])
    services.freeze_classes(by=by, edition=edition, year=facts["population_year"], source=source)
