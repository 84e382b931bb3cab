"""The data dialogue: whose figures a person answers for, who sees which objection, what is public of it."""

from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from ratusz.apps.accounts.models import User
from ratusz.apps.accounts.queries import mandates_on, organisations_of
from ratusz.apps.cities.models import (
    City,
    CityInEdition,
    CityReview,
    Correction,
    Indicator,
    Objection,
    ObjectionFile,
    Observation,
)
from ratusz.apps.editions import queries as editions
from ratusz.apps.editions.models import Edition, Phase, Role
from ratusz.apps.editions.permissions import ADMINISTRATOR, roles_of

State = Objection.State


def window_of(edition: Edition) -> Phase | None:
    """The phase of the data dialogue; None while the calendar has no dates for it."""
    return next((phase for phase in edition.phases.all() if phase.kind == Phase.Kind.VERIFY), None)


def cities_acted_for(user: Any, edition: Edition) -> QuerySet[City]:
    """The cities of the edition for which the person acts today: the role of a city team and a mandate in force."""
    if Role.CITY not in roles_of(user, edition):
        return City.objects.none()
    return (
        City.objects.filter(editions__edition=edition, teryt__in=organisations_of(user).values("teryt"))
        .exclude(valid_to__isnull=False)
        .order_by("sort_key", "teryt")
    )


def objections_visible_to(user: Any, edition: Edition) -> QuerySet[Objection]:
    """A city's own objections for its team; all that were sent for the organisers; none for anybody else."""
    found = Objection.objects.filter(edition=edition).select_related(
        "city", "indicator", "document", "correction"
    )
    found = found.defer("document__data").order_by("-id")
    roles = roles_of(user, edition)
    rule = Q(pk__in=[])
    if roles & {Role.ORGANISER, ADMINISTRATOR}:
        rule |= Q(sent_at__isnull=False)
    if Role.CITY in roles:
        rule |= Q(city__in=cities_acted_for(user, edition).values("pk"))
    return found.filter(rule)


def document_visible_to(user: Any, edition: Edition, pk: int) -> ObjectionFile | None:
    """The document of an objection that the person may see."""
    visible = objections_visible_to(user, edition).values("pk")
    return ObjectionFile.objects.filter(objection__in=visible, pk=pk).first()


def reviews_visible_to(user: Any, edition: Edition) -> QuerySet[CityReview]:
    """What the cities did: all of them for the organisers, one's own for a city team."""
    found = CityReview.objects.filter(edition=edition)
    if roles_of(user, edition) & {Role.ORGANISER, ADMINISTRATOR}:
        return found
    return found.filter(city__in=cities_acted_for(user, edition).values("pk"))


def team_of(edition: Edition) -> QuerySet[User]:
    """The people of city teams who act for a city of the edition today; `teryt` says for which (a row for each)."""
    today = timezone.localdate()
    codes = CityInEdition.objects.filter(edition=edition).values("city__teryt")
    return (
        User.objects.filter(
            mandates__in=mandates_on(today).filter(organisation__teryt__in=codes),
            edition_roles__edition=edition, edition_roles__role=Role.CITY, is_active=True, erased_at=None,
        )
        .annotate(teryt=F("mandates__organisation__teryt"))
        .order_by("teryt", "pk")
    )  # fmt: skip


def cities_in_dialogue(user: Any, edition: Edition | None) -> QuerySet[CityInEdition]:
    """For organisers: each city of the edition with what it did, its team and its objections as columns."""
    if edition is None or not roles_of(user, edition) & {Role.ORGANISER, ADMINISTRATOR}:
        return CityInEdition.objects.none()
    reviews = CityReview.objects.filter(edition=edition, city=OuterRef("city"))
    sent = Q(city__objections__edition=edition, city__objections__sent_at__isnull=False)
    team = team_of(edition).filter(teryt=OuterRef("city__teryt"))
    return (
        CityInEdition.objects.filter(edition=edition)
        .select_related("city", "size_class")
        .annotate(
            **{
                name: Subquery(reviews.values(name)[:1])
                for name in ("invited_at", "reminded_at", "looked_at", "confirmed_at")
            },
            has_team=Exists(team),
            waiting=Count("city__objections", filter=sent & Q(city__objections__state=State.WAITING)),
            decided=Count("city__objections", filter=sent & Q(city__objections__state__in=Objection.DECIDED)),
        )
        .order_by("city__sort_key", "city__teryt")
    )


def corrections_of(
    edition: Edition, city: City | None = None, indicator: Indicator | None = None
) -> QuerySet[Correction]:
    """The public corrections made in an edition, newest first; of one city or one indicator where given."""
    found = Correction.objects.filter(edition=edition)
    if city is not None:
        found = found.filter(observation__city=city)
    if indicator is not None:
        found = found.filter(observation__indicator=indicator)
    return found.select_related(*PUBLIC_CORRECTION).order_by("-at", "-id")


PUBLIC_CORRECTION = (
    "observation__city", "observation__indicator", "source", "edition__programme", "objection",
)  # fmt: skip


def rejections(*, city: City | None = None, indicator: Indicator | None = None) -> QuerySet[Objection]:
    """Objections that were rejected, newest first: public are city, indicator, day and reason, and no more.

    Those of an edition in preparation wait until it opens: its dialogue is not public yet.
    """
    opened = editions.visible_to(None).values("pk")
    found = Objection.objects.filter(state=State.REJECTED, edition__in=opened).select_related(
        "city", "indicator", "edition__programme"
    )
    if city is not None:
        found = found.filter(city=city)
    if indicator is not None:
        found = found.filter(indicator=indicator)
    return found.defer("grounds", "typed", "by", "source_name", "source_url").order_by("-decided_at", "-id")


def history_of_figure(city: City, indicator: Indicator) -> QuerySet[Observation]:
    """Every year of one figure, the newest first, with its corrections."""
    return (
        Observation.objects.filter(city=city, indicator=indicator)
        .select_related("source")
        .prefetch_related("corrections")
        .order_by("-year")
    )


def waiting_count(user: Any, edition: Edition) -> int:
    """How many objections wait for a decision, for those who see them."""
    return objections_visible_to(user, edition).filter(state=State.WAITING).count()


def search_objections(objections: QuerySet[Objection], words: str) -> QuerySet[Objection]:
    """Objections whose city, indicator or source holds the folded words."""
    if not words:
        return objections
    rule = (
        Q(city__name_folded__contains=words)
        | Q(city__teryt__startswith=words)
        | Q(indicator__code__contains=words)
        | Q(indicator__name_pl__icontains=words)
        | Q(source_name__icontains=words)
    )
    return objections.filter(rule)


def counts_by_state(objections: QuerySet[Objection]) -> dict[str, int]:
    """How many there are in each state."""
    return dict(objections.order_by().values_list("state").annotate(Count("pk")))


def cities_that(cities: QuerySet[CityInEdition], did: str) -> QuerySet[CityInEdition]:
    """Of `cities_in_dialogue`, those that are silent, looked, confirmed, objected, or have no team."""
    rules = {
        "silent": Q(looked_at=None, waiting=0, decided=0),
        "looked": Q(looked_at__isnull=False),
        "confirmed": Q(confirmed_at__isnull=False),
        "objected": Q(waiting__gt=0) | Q(decided__gt=0),
        "no_team": Q(has_team=False),
    }
    return cities.filter(rules[did])
