"""Reads of the studies. `visible_to` is the only door: what is not published shows nowhere, not even in a count."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse

from ratusz.apps.core.text import fold
from ratusz.apps.editions import queries as editions
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import ACTIONS
from ratusz.apps.efficiency.models import StudiedCity, Study

# Column → field; scores and counts are asked for from the largest, a name from the first letter.
SORTS = {
    "name": "sort_key",
    "population": "population",
    "score": "score",
    "corrected": "corrected",
    "example": "example_for",
}
FROM_THE_LARGEST = {"population", "score", "corrected", "example"}


def editions_to_look_into(user: Any) -> QuerySet[Edition] | None:
    """The editions whose unpublished studies the person may see; None: none, and the database need not be asked."""
    if user is None or not user.is_authenticated or not user.is_active:
        return None
    if user.is_superuser:
        return Edition.objects.all()
    roles = ACTIONS["efficiency.view_unpublished"].roles
    return Edition.objects.filter(roles__user=user, roles__role__in=roles)


def visible_to(user: Any) -> QuerySet[Study]:
    """Published studies of the visible editions, withdrawn ones too; for the organisers of an edition all of its."""
    studies = Study.objects.defer("bundle").select_related("edition")
    public = studies.filter(published_at__isnull=False, edition__in=editions.visible_to(user).values("pk"))
    if (mine := editions_to_look_into(user)) is None:
        return public
    return public | studies.filter(edition__in=mine.values("pk"))


def published(edition: Edition) -> Study | None:
    """The study that counts: the edition's newest publication that is not withdrawn."""
    return (
        Study.objects.defer("bundle")
        .select_related("edition")
        .filter(edition=edition, published_at__isnull=False, withdrawn_at__isnull=True)
        .order_by("-number")
        .first()
    )


def published_years(user: Any = None) -> list[int]:
    """The years with a published study that the person may open, newest first."""
    return list(
        Study.objects.filter(
            published_at__isnull=False,
            withdrawn_at__isnull=True,
            edition__in=editions.visible_to(user).values("pk"),
        )
        .order_by("-edition__year")
        .values_list("edition__year", flat=True)
        .distinct()
    )


def published_before(edition: Edition) -> Study | None:
    """The published study of the programme's edition right before this one."""
    earlier = (
        Edition.objects.filter(programme=edition.programme_id, year__lt=edition.year)
        .order_by("-year")
        .first()
    )
    return earlier and published(earlier)


def in_work(user: Any, edition: Edition) -> Study | None:
    """The edition's study that is not published yet, for those who may see it."""
    return visible_to(user).filter(edition=edition, published_at__isnull=True).first()


def rows_visible_to(user: Any, study: Study) -> QuerySet[StudiedCity]:
    """The rows of a study that the person may see."""
    return StudiedCity.objects.filter(study=study, study__in=visible_to(user).values("pk"))


def city_result(study: Study, city_slug: str) -> StudiedCity | None:
    """The frozen row of a city in a study that the caller may see; a city left out has no score."""
    return StudiedCity.objects.filter(study=study, slug=city_slug).first()


def search_rows(rows: QuerySet[StudiedCity], text: str) -> QuerySet[StudiedCity]:
    """Rows whose folded name holds the text ("lodz" finds Łódź) or whose TERYT code begins with it."""
    words = fold(text)
    if not words:
        return rows
    rule = Q(name_folded__contains=words)
    return rows.filter(rule | Q(teryt__startswith=words) if words.isdigit() else rule)


def sorted_rows(rows: QuerySet[StudiedCity], sort: str, *, descending: bool) -> QuerySet[StudiedCity]:
    """Rows by a column; cities left out always come last, ties in Polish order of the names."""
    field = SORTS.get(sort, "score")
    key = F(field).desc(nulls_last=True) if descending else F(field).asc(nulls_last=True)
    first = [F("score").desc(nulls_last=True)] if field == "example_for" else []
    return rows.order_by(key, *first, "sort_key", "teryt")


def bundle_of(user: Any, study: Study) -> bytes:
    """The bytes of the study's bundle, for those who may see the study."""
    return bytes(visible_to(user).defer(None).values_list("bundle", flat=True).get(pk=study.pk))


def sitemap_items() -> Iterator[tuple[str, Any]]:
    """Address and date of every public page of the published studies, in the active language."""
    for year in published_years():
        study = (
            visible_to(None).filter(edition__year=year, withdrawn_at__isnull=True).order_by("-number").first()
        )
        if study is None:
            continue
        for name in ("study", "method"):
            yield reverse(f"efficiency:{name}", args=[year]), study.published_at
        for slug in study.rows.order_by("slug").values_list("slug", flat=True):
            yield reverse("efficiency:city", args=[year, slug]), study.published_at
