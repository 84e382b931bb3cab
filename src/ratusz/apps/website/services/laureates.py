"""Writes: who holds which award of an edition."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import require
from ratusz.apps.website.models import DistinctionTitle, Laureate

FIELDS = (
    "award", "size_class", "order", "subject", "city", "person_name", "office_pl", "office_en", "title",
    "citation_pl", "citation_en", "collected_by", "public_from", "photo",
)  # fmt: skip


@transaction.atomic
def save_laureate(*, by: Any, edition: Edition, laureate: Laureate | None = None, **fields: Any) -> Laureate:
    """Creates or changes a laureate of the edition."""
    require(by, "website.change_laureates", edition)
    if laureate is not None and laureate.edition_id != edition.pk:
        raise DomainError(
            _("An award cannot move to another edition."),
            next_step=_("Remove it here and enter it in the other edition."),
            field="edition",
            code="other_edition",
        )
    if unknown := fields.keys() - set(FIELDS):
        raise TypeError(f"No such fields: {', '.join(sorted(unknown))}")
    new = laureate is None
    laureate = laureate or Laureate(edition=edition)
    changed = [name for name, value in fields.items() if new or getattr(laureate, name) != value]
    for name, value in fields.items():
        setattr(laureate, name, value)
    if new and fields.get("order") is None:
        laureate.order = next_order(laureate)
    check(laureate)
    laureate.full_clean()
    laureate.save()
    audit.record(
        by=by, action="website.add_laureate" if new else "website.change_laureate", subject=laureate,
        edition=edition, changed=changed, public_from=laureate.public_from,
    )  # fmt: skip
    return laureate


@transaction.atomic
def remove_laureate(*, by: Any, laureate: Laureate) -> None:
    """Takes an award back; the audit log keeps which it was."""
    require(by, "website.change_laureates", laureate.edition)
    audit.record(
        by=by, action="website.remove_laureate", subject=laureate, edition=laureate.edition,
        award=laureate.award, was_public_from=laureate.public_from,
    )  # fmt: skip
    laureate.delete()


@transaction.atomic
def save_title(
    *, by: Any, edition: Edition, title: DistinctionTitle | None = None, name_pl: str, name_en: str = ""
) -> DistinctionTitle:
    """Adds a title to the catalogue or words it anew."""
    require(by, "website.change_laureates", edition)
    new = title is None
    title = title or DistinctionTitle()
    title.name_pl, title.name_en = name_pl.strip(), name_en.strip()
    title.full_clean()
    title.save()
    audit.record(
        by=by, action="website.add_title" if new else "website.change_title", subject=title, edition=edition
    )
    return title


@transaction.atomic
def remove_title(*, by: Any, edition: Edition, title: DistinctionTitle) -> None:
    """Takes a title that no laureate holds out of the catalogue."""
    require(by, "website.change_laureates", edition)
    if held := title.laureates.count():
        raise DomainError(
            _("The title “%(title)s” is held by laureates: %(count)s.")
            % {"title": title.name, "count": held},
            next_step=_("Give them another title first."),
            code="in_use",
        )
    audit.record(by=by, action="website.remove_title", subject=title, edition=edition)
    title.delete()


def check(laureate: Laureate) -> None:
    """Refuses what the rules of the awards do not allow; empties what the kind of laureate has no use for."""
    if laureate.subject == Laureate.Subject.CITY:
        laureate.person_name = laureate.office_pl = laureate.office_en = ""
    elif not laureate.person_name.strip():
        raise DomainError(
            _("The award goes to a person in office, but the person has no name."),
            next_step=_("Write the name, or choose the city as the laureate."),
            field="person_name",
            code="person_missing",
        )
    elif not laureate.office_pl.strip():
        raise DomainError(
            _("%(name)s has no office: the award is for what a person did in office.")
            % {"name": laureate.person_name},
            next_step=_("Write the office held on the day of the session."),
            field="office_pl",
            code="office_missing",
        )
    if laureate.collected_by.strip() == laureate.person_name.strip():
        laureate.collected_by = ""
    check_class(laureate)
    check_places(laureate)


def check_class(laureate: Laureate) -> None:
    """An honorary award has no size class; a class is one of this edition, and the city's own."""
    if laureate.size_class is None:
        return
    if laureate.award == Laureate.Award.HONORARY:
        raise DomainError(
            _("The honorary award stands outside the ranking and has no size class."),
            next_step=_("Leave the class empty, or choose another award."),
            field="size_class",
            code="honorary_in_class",
        )
    if laureate.size_class.edition_id != laureate.edition_id:
        raise DomainError(
            _("The class “%(name)s” belongs to another edition.") % {"name": laureate.size_class.name},
            next_step=_("Choose a class of this edition."),
            field="size_class",
            code="class_of_other_edition",
        )
    place = laureate.edition.cities.filter(city=laureate.city).select_related("size_class").first()
    if place is not None and place.size_class_id and place.size_class_id != laureate.size_class_id:
        raise DomainError(
            _("%(city)s is in the class “%(class)s” of this edition.")
            % {"city": laureate.city.name, "class": place.size_class.name},
            next_step=_("Choose that class."),
            field="size_class",
            code="class_of_other_city",
        )


def check_places(laureate: Laureate) -> None:
    """One main award in each class and kind of laureate, and one laureate at each place."""
    others = rivals(laureate)
    if laureate.award == Laureate.Award.MAIN and (holder := others.first()):
        raise DomainError(
            _("The main award of this class is already held by %(name)s.") % {"name": holder.diploma_name},
            next_step=_("Change that award first, or give a distinction."),
            field="award",
            code="main_award_taken",
        )
    if holder := others.filter(order=laureate.order).first():
        raise DomainError(
            _("The place %(order)s of this award is taken by %(name)s.")
            % {"order": laureate.order, "name": holder.diploma_name},
            next_step=_("Choose another number."),
            field="order",
            code="order_taken",
        )


def next_order(laureate: Laureate) -> int:
    """The first free place of the award."""
    return (rivals(laureate).aggregate(last=Max("order"))["last"] or 0) + 1


def rivals(laureate: Laureate) -> Any:
    """The other laureates of the same award, class and kind."""
    return Laureate.objects.filter(
        edition=laureate.edition,
        award=laureate.award,
        size_class=laureate.size_class,
        subject=laureate.subject,
    ).exclude(pk=laureate.pk)
