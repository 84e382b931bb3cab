from typing import Any

from django.db.models import Case, Q, QuerySet, When

from ratusz.apps.cities import queries as cities
from ratusz.apps.editions import queries as editions
from ratusz.apps.editions.models import Edition
from ratusz.apps.ranking import rules
from ratusz.apps.ranking.models import Method, Run
from ratusz.apps.ranking.queries.rankings import editions_to_look_into


def methods_visible_to(user: Any) -> QuerySet[Method]:
    """Locked and replaced versions are public; a draft is for the organisers of its edition."""
    methods = Method.objects.select_related("edition", "locked_by")
    rule = ~Q(state=Method.State.DRAFT) & Q(edition__in=editions.visible_to(user).values("pk"))
    if (mine := editions_to_look_into(user)) is not None:
        rule |= Q(edition__in=mine.values("pk"))
    return methods.filter(rule)


def runs_visible_to(user: Any) -> QuerySet[Run]:
    """Runs of the editions whose unpublished results the person may see."""
    mine = editions_to_look_into(user)
    if mine is None:
        return Run.objects.none()
    return Run.objects.select_related("method", "edition", "requested_by").filter(
        edition__in=mine.values("pk")
    )


def locked_method(edition: Edition) -> Method | None:
    """The method that the edition ranks by."""
    return Method.objects.filter(edition=edition, state=Method.State.LOCKED).first()


def draft_of(user: Any, edition: Edition) -> Method | None:
    """The edition's draft, for those who may see it."""
    return methods_visible_to(user).filter(edition=edition, state=Method.State.DRAFT).first()


def methods_to_compare(user: Any, edition: Edition) -> QuerySet[Method]:
    """Every version that the person may see and that says something, this edition's first, the newest first."""
    own = Case(When(edition=edition, then=0), default=1)
    return methods_visible_to(user).exclude(toml="").order_by(own, "-edition__year", "-version")


def city_names(edition: Edition) -> list[str]:
    """The names of the edition's cities, as the engine calls them."""
    rows = list(cities.cities_of(edition).values_list("city__name", "city__teryt"))
    return list(rules.unit_names([name for name, _ in rows], [teryt for _, teryt in rows]))
