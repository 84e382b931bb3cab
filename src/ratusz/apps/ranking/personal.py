"""What the ranking keeps about a person: the seat wishes that the person entered for a city."""

from typing import Any

from ratusz.apps.accounts import privacy
from ratusz.apps.accounts.models import User
from ratusz.apps.ranking.queries import seats


def seat_wishes(user: User) -> list[dict[str, Any]]:
    """The wishes that the person entered, with their words."""
    return [
        {
            "edition": wish.edition.year,
            "city": wish.city.name,
            "beside": wish.peer.name,
            "reason": wish.reason,
            "note": wish.note,
            "asked": wish.asked_at,
            "withdrawn": wish.withdrawn_at,
        }
        for wish in seats.of_person(user)
    ]


def forget_who_wished(user: User) -> None:
    """Takes the person and the person's words out of the wishes; the wish itself is the city's and stays."""
    seats.of_person(user).update(asked_by=None, note="")


def register() -> None:
    """Adds the wishes to the export of one's own data and to the erasure."""
    privacy.register_exporter("seat_wishes", seat_wishes)
    privacy.register_eraser("seat_wishes", forget_who_wished)
