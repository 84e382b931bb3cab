from collections.abc import Sequence
from typing import Any

from django.db.models import F, FloatField, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from ratusz.apps.cities.models import City
from ratusz.apps.core.text import fold
from ratusz.apps.ranking.models import RankedCity, Ranking
from ratusz.apps.ranking.queries.rankings import visible_to

# Column → field; a place, a score and a chance are asked for from the best, a name from the first letter.
SORTS = {
    "place": "rank",
    "name": "sort_key",
    "population": "population",
    "score": "score",
    "interval": "p05",
    "first": "p_first",
}
IN_CLASS = {"place": "class_rank", "interval": "class_p05", "first": "class_p_first"}
FROM_THE_LARGEST = {"population", "score", "first"}


def rows_visible_to(user: Any, ranking: Ranking) -> QuerySet[RankedCity]:
    """The rows of a ranking that the person may see, without the details that only the city page shows."""
    return RankedCity.objects.filter(ranking=ranking, ranking__in=visible_to(user).values("pk")).defer(
        "indicators", "similar"
    )


def search_rows(rows: QuerySet[RankedCity], text: str) -> QuerySet[RankedCity]:
    """Rows whose folded name holds the text ("lodz" finds Łódź) or whose TERYT code begins with it."""
    words = fold(text)
    if not words:
        return rows
    return rows.filter(
        Q(name_folded__contains=words) | Q(teryt__startswith=words)
        if words.isdigit()
        else Q(name_folded__contains=words)
    )


def sorted_rows(
    rows: QuerySet[RankedCity],
    sort: str,
    *,
    descending: bool,
    size_class: int = 0,
    pillars: Sequence[str] = (),
) -> QuerySet[RankedCity]:
    """Rows by a column; cities that are not classified always come last, ties in Polish order of the names."""
    if sort.startswith("pillar-") and sort.removeprefix("pillar-") in pillars:
        code = sort.removeprefix("pillar-")
        rows = rows.annotate(pillar=Cast(KT(f"pillars__{code}"), FloatField()))
        field = "pillar"
    else:
        field = (IN_CLASS if size_class else {}).get(sort) or SORTS.get(sort, "rank")
    key = F(field).desc(nulls_last=True) if descending else F(field).asc(nulls_last=True)
    return rows.order_by(key, F("rank").asc(nulls_last=True), "sort_key", "teryt")


def row_of(user: Any, ranking: Ranking, slug: str) -> RankedCity | None:
    """One city's row with all its details."""
    return rows_visible_to(user, ranking).defer(None).filter(slug=slug).first()


def compared(user: Any, ranking: Ranking, slugs: Sequence[str]) -> list[RankedCity]:
    """The rows of the cities asked for, in the order of the asking."""
    found = {row.slug: row for row in rows_visible_to(user, ranking).defer(None).filter(slug__in=slugs)}
    return [found[slug] for slug in dict.fromkeys(slugs) if slug in found]


def pair_shares(ranking: Ranking, cities: Sequence[int]) -> dict[tuple[int, int], float]:
    """For each two of the cities (ids), the share of variants in which the first is ahead of the second."""
    pairs = Ranking.objects.filter(pk=ranking.pk).values_list("pairs", flat=True).first()
    if pairs is None:
        return {}
    ids, shares = pairs
    place = {city: k for k, city in enumerate(ids)}
    known = [city for city in cities if city in place]
    return {(a, b): shares[place[a]][place[b]] for a in known for b in known if a != b}


def history_of(user: Any, city: City | int, before: int) -> list[RankedCity]:
    """The city's rows in the newest published rankings of editions up to the year, oldest first."""
    counted = (
        visible_to(user)
        .filter(published_at__isnull=False, withdrawn_at__isnull=True, edition__year__lte=before)
        .order_by("edition_id", "-number")
        .distinct("edition_id")
        .values("pk")
    )
    return list(
        RankedCity.objects.filter(city=city, ranking__in=counted)
        .select_related("ranking__edition")
        .defer("indicators", "similar", "not_apart", "ranking__bundle", "ranking__pairs", "ranking__summary")
        .order_by("ranking__edition__year")
    )
