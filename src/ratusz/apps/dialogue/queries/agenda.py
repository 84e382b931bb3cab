"""The agenda as it was published, and what organisers and city teams see before that."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from ratusz.apps.cities.queries.dialogue import cities_acted_for
from ratusz.apps.dialogue.models import AgendaVersion, Block, CityQuestion, Registration, Room, Session, Topic
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import may


def published_agenda(session: Session) -> AgendaVersion | None:
    """The newest version; None while nothing is published."""
    return session.versions.order_by("-number").first()


def versions(session: Session) -> QuerySet[AgendaVersion]:
    """All versions, the newest first; each is public for good."""
    return session.versions.order_by("-number")


def agenda_is_public(edition: Edition) -> bool:
    """True once a version was published."""
    return AgendaVersion.objects.filter(session__edition=edition).exists()


def sitemap_items() -> Iterator[tuple[str, datetime]]:
    """Address and moment of every public page of an agenda, in the active language."""
    newest = AgendaVersion.objects.order_by("session_id", "-number").distinct("session_id")
    for version in newest.select_related("session__edition"):
        year = version.session.edition.year
        yield reverse("dialogue:agenda", args=[year]), version.published_at
        for block in version.content["blocks"]:
            yield reverse("dialogue:agenda_block", args=[year, block["id"]]), version.published_at


def blocks_visible_to(user: Any, session: Session) -> QuerySet[Block]:
    """The working copy of the day plan: for organisers alone."""
    blocks = session.blocks.select_related("room", "topic", "city")
    return blocks if may(user, "dialogue.view_unpublished", session.edition) else blocks.none()


def rooms_of(session: Session) -> QuerySet[Room]:
    """The rooms in their order."""
    return session.rooms.all()


def topics_of(session: Session) -> QuerySet[Topic]:
    """The topics in their order."""
    return session.topics.all()


def city_questions_visible_to(user: Any, session: Session) -> QuerySet[CityQuestion]:
    """All questions for organisers, those of one's own cities for a city team."""
    questions = CityQuestion.objects.filter(session=session).select_related("city", "topic")
    if may(user, "dialogue.view_unpublished", session.edition):
        return questions
    return questions.filter(city__in=cities_acted_for(user, session.edition))


def registration_of_feed(code: str) -> Registration | None:
    """Whose day the secret address shows; nobody's once the place is given up or the address was changed."""
    return (
        Registration.objects.select_related("session__edition")
        .filter(feed__code=code, state=Registration.State.REGISTERED)
        .first()
    )
