"""What the Dialogue Session keeps about a person, for the export of one's own data and for the erasure."""

from typing import Any

from django.db.models import Q
from django.utils import timezone

from ratusz.apps.accounts import privacy
from ratusz.apps.accounts.models import User
from ratusz.apps.dialogue.models import (
    Contact,
    DifferentPeople,
    FeedbackGiven,
    Host,
    Needs,
    PersonalFeed,
    Printing,
    Registration,
    RegistrationGroup,
    SeatingRule,
)
from ratusz.apps.dialogue.models.people import new_code
from ratusz.apps.dialogue.queries.seating import route_of
from ratusz.apps.dialogue.services.registration.places import let_in_next


def contacts(user: User) -> list[dict[str, Any]]:
    """The contacts that the person asked for or was asked for; the other's address is the other's datum."""
    found = Contact.objects.filter(Q(asker__user=user) | Q(asked__user=user))
    return [
        {
            "edition": contact.asker.session.edition.year,
            "with": (contact.asked if contact.asker.user_id == user.pk else contact.asker).name,
            "asked_by_me": contact.asker.user_id == user.pk,
            "asked": contact.asked_at,
            "agreed": contact.agreed_at,
            "ended": contact.ended_at,
        }
        for contact in found.select_related("asker__session__edition", "asked")
    ]


def forget_contacts(user: User) -> None:
    """Deletes the contacts of the person, and that the person gave feedback."""
    Contact.objects.filter(Q(asker__user=user) | Q(asked__user=user)).delete()
    FeedbackGiven.objects.filter(registration__user=user).delete()


def registrations(user: User) -> list[dict[str, Any]]:
    """What the person said about themselves for each Session, with topics, wishes, needs, and groups they invited."""
    found = Registration.objects.filter(Q(user=user) | Q(user=None, email=user.email))
    found = found.select_related("session__edition", "city", "organisation", "needs", "check_in", "feed")
    return [
        {
            "edition": one.session.edition.year,
            "state": one.state,
            "name": one.name,
            "email": one.email,
            "type": one.stakeholder,
            "organisation": one.comes_from,
            "profession": one.profession,
            "position": one.position,
            "represents": one.represents,
            "languages": one.languages,
            "phone": one.phone,
            "registered": one.created_at,
            "cancelled": one.cancelled_at,
            "organisation_confirmed": one.verified_at,
            "topics": [str(choice.topic) for choice in one.topics.select_related("topic")],
            "wishes": [
                str(wish.city or wish.organisation)
                for wish in one.wishes.select_related("city", "organisation")
            ],
            "needs": _needs(one),
            "checked_in": one.check_in.at if hasattr(one, "check_in") else None,
            "calendar_address_made": one.feed.made_at if hasattr(one, "feed") else None,
            "duties": [
                {"duty": duty.duty, "of": str(duty.table or duty.block)}
                for duty in one.duties.select_related("table", "block")
            ],
            "seats": [
                {"from": seat.round.starts_at, "to": seat.round.ends_at, "table": seat.table.number}
                for seat in route_of(one)
            ],
        }
        for one in found
    ] + [
        {
            "edition": group.session.edition.year,
            "group_invited": group.created_at,
            "people": group.members.count(),
        }
        for group in RegistrationGroup.objects.filter(by=user).select_related("session__edition")
    ]


def forget_registrations(user: User) -> None:
    """Takes the person out of every registration; a place of a day to come is given to the next in line.

    The rows stay without a name: how many people of a type came is nobody's personal datum.
    """
    found = Registration.objects.filter(Q(user=user) | Q(user=None, email=user.email))
    for one in found.select_related("session__edition"):
        PersonalFeed.objects.filter(registration=one).delete()
        Host.objects.filter(registration=one).delete()
        for printing in Printing.objects.filter(session=one.session_id, digests__has_key=str(one.pk)):
            del printing.digests[str(one.pk)]
            printing.save(update_fields=["digests"])
        Needs.objects.filter(registration=one).delete()
        one.topics.all().delete()
        one.wishes.all().delete()
        SeatingRule.objects.filter(Q(first=one) | Q(second=one)).delete()
        DifferentPeople.objects.filter(Q(first=one) | Q(second=one)).delete()
        one.substitutes.update(represents="")
        had_place = one.state == Registration.State.REGISTERED
        day = one.session.edition.session_date
        to_come = day is None or day >= timezone.localdate()
        if to_come and one.state != Registration.State.CANCELLED:
            one.state, one.cancelled_at = Registration.State.CANCELLED, timezone.now()
        one.name, one.email, one.code = "–", f"erased-{one.pk}@invalid", new_code()
        one.phone = one.position = one.represents = one.organisation_name = ""
        one.answer_by = None
        # A city and a profession, or a firm of one, tell who it was; the type alone is counted.
        one.city = one.organisation = one.group = one.verified_at = None
        one.profession = ""
        one.save()
        if to_come and had_place:
            let_in_next(one.session, one.stakeholder)


def _needs(one: Registration) -> dict[str, Any] | None:
    needs = getattr(one, "needs", None)
    if needs is None:
        return None
    return {name: getattr(needs, name) for name in ("step_free", "hearing", "diet", "other")}


def register() -> None:
    """Adds each part to the export and to the erasure."""
    privacy.register_exporter("session_registrations", registrations)
    privacy.register_eraser("session_registrations", forget_registrations)
    privacy.register_exporter("session_contacts", contacts)
    privacy.register_eraser("session_contacts", forget_contacts)
