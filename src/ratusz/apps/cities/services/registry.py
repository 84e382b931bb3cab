"""Cities of the registry: the table that comes with the project, and changes by hand."""

import csv
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ratusz.apps.cities.models import City, Population, Source
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.text import fold, polish_sort_key
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import require

REGISTRY = Path(__file__).resolve().parent.parent / "data" / "registry.csv"
GUS = {
    "name_pl": "GUS: stan i ruch naturalny ludności, tablica IV",
    "name_en": "Statistics Poland: population and vital statistics, table IV",
    "publisher": "Główny Urząd Statystyczny",
    "url": "https://bdl.stat.gov.pl/",
    "licence": "CC BY 4.0",
    "attribution": "Źródło danych: GUS (Bank Danych Lokalnych, Tablica IV); granice: PRG GUGiK",
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load of the registry changed."""

    cities: int
    created: int
    updated: int


def slug_for(name: str, teryt: str, *, repeats: bool, taken: Collection[str] = ()) -> str:
    """The address of a city: its name, with the TERYT code behind it where the name repeats.

    >>> slug_for("Łódź", "1061011", repeats=False)
    'lodz'
    >>> slug_for("Świdnica", "0219072", repeats=True)
    'swidnica-0219072'
    """
    slug = slugify(fold(name))[:70] or teryt
    return f"{slug}-{teryt}" if repeats or slug in taken else slug


@transaction.atomic
def load_registry(*, by: Any = None) -> Loaded:
    """Writes the 66 cities with county rights and their population; a second load changes nothing."""
    with REGISTRY.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    source, _created = Source.objects.get_or_create(code="gus", defaults=GUS)
    known = {city.teryt: city for city in City.objects.filter(teryt__in=[row["teryt"] for row in rows])}
    taken = set(City.objects.exclude(pk__in=[c.pk for c in known.values()]).values_list("slug", flat=True))
    created = updated = 0
    for row in rows:
        fields = {
            "name": row["name"],
            "name_folded": fold(row["name"]),
            "sort_key": polish_sort_key(row["name"]),
            "kind": row["kind"],
            "county_rights": True,
            "voivodeship": row["voivodeship"],
            "area_km2": float(row["area_km2"]),
            "lat": float(row["lat"]),
            "lon": float(row["lon"]),
        }
        city = known.get(row["teryt"])
        if city is None:
            slug = slug_for(row["name"], row["teryt"], repeats=False, taken=taken)
            city = known[row["teryt"]] = City.objects.create(teryt=row["teryt"], slug=slug, **fields)
            created += 1
        elif any(getattr(city, name) != value for name, value in fields.items()):
            City.objects.filter(pk=city.pk).update(**fields)
            updated += 1
    Population.objects.bulk_create(
        [
            Population(
                city=known[row["teryt"]],
                year=int(row["population_year"]),
                people=int(row["population"]),
                source=source,
            )
            for row in rows
        ],
        ignore_conflicts=True,
    )
    if created or updated:
        audit.record(by=by, action="cities.load_registry", subject=source, created=created, updated=updated)
    return Loaded(cities=len(rows), created=created, updated=updated)


@transaction.atomic
def save_city(*, by: Any, edition: Edition, city: City | None = None, **fields: Any) -> City:
    """Returns the city created or changed; its search key, order and address follow from the name and the code."""
    require(by, "cities.import", edition)
    before = {name: getattr(city, name) for name in fields} if city else {}
    teryt = fields.get("teryt", city.teryt if city else "")
    if City.objects.filter(teryt=teryt).exclude(pk=city.pk if city else None).exists():
        raise DomainError(
            _("The TERYT code %(teryt)s is taken.") % {"teryt": teryt},
            next_step=_("Open the city that has it, or check the code in the TERYT register."),
            field="teryt",
            code="teryt_taken",
        )
    if city is None:
        others = City.objects.filter(name_folded=fold(fields["name"]))
        city = City(slug=slug_for(fields["name"], teryt, repeats=others.exists()))
    for name, value in fields.items():
        setattr(city, name, value)
    city.name_folded, city.sort_key = fold(city.name), polish_sort_key(city.name)
    city.save()
    changed = {name: [before.get(name), value] for name, value in fields.items() if before.get(name) != value}
    audit.record(by=by, action="cities.save_city", subject=city, edition=edition, changed=changed)
    return city
