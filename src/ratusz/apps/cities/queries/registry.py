"""The registry of cities, who takes part in an edition and in which class, and who may open the panel."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from ratusz.apps.cities.models import BdlFetch, City, CityInEdition, Population, SizeClass, Source
from ratusz.apps.cities.rules import is_borderline
from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.text import fold, polish_sort_key
from ratusz.apps.editions.models import Edition, Role
from ratusz.apps.editions.permissions import ADMINISTRATOR, roles_of


def visible_to(user: Any) -> QuerySet[City]:
    """Cities of the registry whose code is valid, in Polish order; public."""
    return City.objects.filter(valid_to__isnull=True).order_by("sort_key", "teryt")


def sources_visible_to(user: Any) -> QuerySet[Source]:
    """Where figures come from; public."""
    return Source.objects.order_by("code")


def classes_visible_to(user: Any, edition: Edition) -> QuerySet[SizeClass]:
    """The edition's size classes from the smallest, with the number of cities in each; public."""
    return edition.size_classes.annotate(city_count=Count("cities")).order_by("over")


def cities_of(edition: Edition) -> QuerySet[CityInEdition]:
    """The cities that take part in the edition, with city, class and population, in Polish order."""
    return (
        CityInEdition.objects.filter(edition=edition)
        .select_related("city", "size_class", "population", "population__source")
        .order_by("city__sort_key", "city__teryt")
    )


def with_population(cities: QuerySet[City]) -> QuerySet[City]:
    """Adds `people` and `people_year`: the newest population of each city."""
    newest = Population.objects.filter(city=OuterRef("pk")).order_by("-year", "source")
    return cities.annotate(
        people=Subquery(newest.values("people")[:1]), people_year=Subquery(newest.values("year")[:1])
    )


def search(cities: QuerySet[City], text: str) -> QuerySet[City]:
    """Cities whose folded name begins with or holds the text, or whose code begins with it."""
    words = fold(text)
    if not words:
        return cities
    return cities.filter(Q(name_folded__contains=words) | Q(teryt__startswith=words))


def may_open_panel(user: Any, edition: Edition | None) -> bool:
    """True for an administrator and for organisers of the edition, in any phase."""
    return bool(roles_of(user, edition) & {Role.ORGANISER, ADMINISTRATOR})


def registry() -> QuerySet[City]:
    """Every row of the registry, also those whose code is no longer valid."""
    return City.objects.order_by("sort_key", "teryt")


def voivodeships() -> list[tuple[str, str]]:
    """The voivodeships of the registry as choices."""
    names = City.objects.order_by().values_list("voivodeship", flat=True).distinct()
    return [(name, name) for name in sorted(names, key=polish_sort_key)]


def cities_by_codes(codes: Sequence[str]) -> list[City]:
    """The cities with these TERYT codes; raises when one is unknown."""
    found = list(visible_to(None).filter(teryt__in=codes))
    if unknown := sorted(set(codes) - {city.teryt for city in found}):
        raise DomainError(
            _("No city of the registry has the TERYT code %(teryt)s.") % {"teryt": unknown[0]},
            next_step=_("Import the registry of gminas first, or correct the code."),
            field="codes",
            code="unknown_teryt",
        )
    return found


def newest_population(edition: Edition) -> dict[str, int]:
    """The source and year of the newest population that most cities of the edition have."""
    best = (
        Population.objects.filter(city__editions__edition=edition)
        .values("source", "year")
        .annotate(count=Count("pk"))
        .order_by("-count", "-year")
        .first()
    )
    return {"source": best["source"], "year": best["year"]} if best else {}


@dataclass(frozen=True, slots=True)
class Borderline:
    """A city whose population is within 2 % of a bound."""

    name: str
    people: int
    year: int
    bound: int


def borderline(edition: Edition) -> list[Borderline]:
    """The cities of the edition near a bound of its classes, by frozen population or else the newest."""
    bounds = [bound for bound in edition.size_classes.values_list("up_to", flat=True) if bound is not None]
    members = cities_of(edition)
    newest = with_population(City.objects.filter(editions__edition=edition))
    known = {c.pk: (c.people, c.people_year) for c in newest}
    found = []
    for member in members:
        frozen = member.population
        people, year = (frozen.people, frozen.year) if frozen else known.get(member.city_id, (None, None))
        near = [bound for bound in bounds if people is not None and is_borderline(people, [bound])]
        found += [Borderline(member.city.name, people, year, bound) for bound in near]
    return found


def fetches_visible_to(user: Any, edition: Edition | None) -> QuerySet[BdlFetch]:
    """The fetches from the Local Data Bank of the edition, for its organisers."""
    if not may_open_panel(user, edition):
        return BdlFetch.objects.none()
    return BdlFetch.objects.filter(edition=edition).select_related("by", "edition").order_by("-id")


def ordered(column: str, *, descending: bool) -> list[Any]:
    """An order by a column with empty values last."""
    return [F(column).desc(nulls_last=True) if descending else F(column).asc(nulls_last=True)]
