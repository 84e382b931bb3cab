"""Size classes of an edition: defined in words, frozen from a named population."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.cities.models import City, CityInEdition, Population, SizeClass, Source
from ratusz.apps.cities.rules import parse_bounds, require_partition
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import require


@dataclass(frozen=True, slots=True)
class ClassInWords:
    """A size class as an organiser writes it, such as "≤60 000"."""

    words: str
    name_pl: str
    name_en: str = ""


@transaction.atomic
def choose_cities(*, by: Any, edition: Edition, cities: Collection[City]) -> int:
    """Makes exactly these cities take part in the edition; returns how many there are now."""
    if by is not None:
        require(by, "cities.freeze_classes", edition)
    wanted = {city.pk for city in cities}
    present = set(edition.cities.values_list("city_id", flat=True))
    if wanted != present:
        _refuse_if_frozen(edition)
        edition.cities.exclude(city_id__in=wanted).delete()
        CityInEdition.objects.bulk_create(
            [CityInEdition(edition=edition, city_id=pk) for pk in sorted(wanted - present)]
        )
        audit.record(
            by=by, action="cities.choose_cities", subject=edition, edition=edition,
            added=len(wanted - present), removed=len(present - wanted),
        )  # fmt: skip
    return len(wanted)


@transaction.atomic
def define_classes(*, by: Any, edition: Edition, classes: Sequence[ClassInWords]) -> list[SizeClass]:
    """Replaces the edition's size classes; words that overlap or leave a gap are refused."""
    if by is not None:
        require(by, "cities.freeze_classes", edition)
    _refuse_if_frozen(edition)
    parsed = [(parse_bounds(item.words), item) for item in classes]
    require_partition([bounds for bounds, _item in parsed])
    edition.cities.update(size_class=None, population=None, frozen_at=None)
    edition.size_classes.all().delete()
    made = SizeClass.objects.bulk_create(
        [
            SizeClass(
                edition=edition, name_pl=item.name_pl, name_en=item.name_en,
                over=max(bounds.least - 1, 0), up_to=bounds.most,
            )
            for bounds, item in sorted(parsed, key=lambda pair: pair[0].least)
        ]
    )  # fmt: skip
    audit.record(
        by=by,
        action="cities.define_classes",
        subject=edition,
        edition=edition,
        classes=[item.words for item in classes],
    )
    return made


@transaction.atomic
def freeze_classes(*, by: Any, edition: Edition, year: int, source: Source) -> int:
    """Puts each city of the edition in its class by the named population, for good; returns how many.

    The population row is remembered beside the class, so that anyone can check it.
    """
    if by is not None:
        require(by, "cities.freeze_classes", edition)
    _refuse_if_frozen(edition)
    classes = list(edition.size_classes.all())
    members = list(edition.cities.select_related("city").select_for_update(of=("self",)))
    if not classes or not members:
        raise DomainError(
            _("There are no size classes yet.") if members else _("No city takes part in the edition yet."),
            next_step=_("Set the classes first.") if members else _("Choose the cities first."),
            code="nothing_to_freeze",
        )
    found = {
        p.city_id: p
        for p in Population.objects.filter(city__editions__edition=edition, year=year, source=source)
    }
    if missing := [member.city.name for member in members if member.city_id not in found]:
        raise DomainError(
            _("%(count)s cities have no population for %(year)s by %(source)s: %(cities)s.")
            % {"count": len(missing), "year": year, "source": source, "cities": ", ".join(missing[:5])},
            next_step=_("Import that population, or choose another year or source."),
            field="year",
            code="population_missing",
        )
    now = timezone.now()
    for member in members:
        member.population = found[member.city_id]
        member.size_class = next(
            c for c in classes if c.over < member.population.people or c.over == 0
            if c.up_to is None or member.population.people <= c.up_to
        )  # fmt: skip
        member.frozen_at = now
    CityInEdition.objects.bulk_update(members, ["population", "size_class", "frozen_at"], batch_size=1000)
    audit.record(
        by=by, action="cities.freeze_classes", subject=edition, edition=edition,
        year=year, source=source.code, cities=len(members),
    )  # fmt: skip
    return len(members)


def _refuse_if_frozen(edition: Edition) -> None:
    """Raises when the classes of the edition are frozen: a class never changes after that."""
    frozen = edition.cities.filter(frozen_at__isnull=False).order_by("frozen_at").first()
    if frozen is None:
        return
    raise DomainError(
        _("The size classes were frozen on %(date)s and do not change in this edition.")
        % {"date": timezone.localtime(frozen.frozen_at).date().isoformat()},
        next_step=_("A city that has passed a bound since then changes its class in the next edition."),
        code="classes_frozen",
    )
