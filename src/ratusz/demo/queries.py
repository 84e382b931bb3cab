"""Reads of the demo: the people one can be, and the mails that would have been sent."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from ratusz.apps.accounts.models import User
from ratusz.apps.core.bilingual import Bilingual
from ratusz.apps.core.models import Mail
from ratusz.apps.editions.models import Role
from ratusz.demo import content


@dataclass(frozen=True)
class Persona:
    """A person of the demo as the sign-in page shows them."""

    key: str
    user: User
    role: str
    who_pl: str
    who_en: str
    can_pl: str
    can_en: str

    who = Bilingual("who")
    can = Bilingual("can")


def personas() -> Iterator[Persona]:
    """The people of the demo who have an active account, in one query."""
    people = content.people()
    active = User.objects.filter(email__in=[one["email"] for one in people], is_active=True)
    users = {user.email: user for user in active}
    for one in people:
        if user := users.get(one["email"]):
            role = one["roles"][0] if one["roles"] else ""
            texts = {name: one[name] for name in ("who_pl", "who_en", "can_pl", "can_en")}
            yield Persona(one["key"], user, Role(role).label if role else "", **texts)


def persona(key: str) -> Persona | None:
    """One person of the demo."""
    return next((one for one in personas() if one.key == key), None)


def mails(text: str = "") -> QuerySet[Mail]:
    """Mails of the demo, newest first, whose receiver, subject or text holds the words."""
    found = Mail.objects.order_by("-id")
    for word in text.split():
        found = found.filter(Q(to__icontains=word) | Q(subject__icontains=word) | Q(body__icontains=word))
    return found
