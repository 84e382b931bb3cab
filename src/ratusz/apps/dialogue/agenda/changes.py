"""What changed between two versions of the agenda, in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ratusz.apps.dialogue.agenda.content import Content


@dataclass(frozen=True)
class Change:
    """A block (None: the venue) and what is new about it."""

    block: int | None
    text: str


def changes(old: Content, new: Content) -> list[Change]:
    """The changes in the order of the new day; texts in the active language."""
    found = []
    if any(old[name] != new[name] for name in ("day", "venue_pl", "venue_en", "address")):
        found.append(Change(None, _("New day or venue: %(venue)s") % {"venue": _said(new, "venue")}))
    before = {block["id"]: block for block in old["blocks"]}
    rooms = {room["id"]: room for room in [*old["rooms"], *new["rooms"]]}
    for block in new["blocks"]:
        known = before.pop(block["id"], None)
        if known is None:
            text = _("New: “%(title)s”, %(from)s–%(to)s")
            found.append(Change(block["id"], text % {"title": _said(block, "title"), **_hours(block)}))
        else:
            found += [Change(block["id"], text) for text in _of_block(known, block, rooms)]
    for block in before.values():
        found.append(Change(block["id"], _("Dropped: “%(title)s”") % {"title": _said(block, "title")}))
    return found


def _of_block(old: Content, new: Content, rooms: dict[int, Content]) -> list[str]:
    title = _said(new, "title")
    found = []
    if _hours(old) != _hours(new):
        found.append(
            _("“%(title)s” moved from %(old_from)s–%(old_to)s to %(from)s–%(to)s")
            % {"title": title, "old_from": _hours(old)["from"], "old_to": _hours(old)["to"], **_hours(new)}
        )
    if old["room"] != new["room"]:
        found.append(
            _("“%(title)s” is now in: %(room)s") % {"title": title, "room": _room(rooms, new["room"])}
        )
    if old["rounds"] != new["rounds"] and not found:
        found.append(_("“%(title)s”: new times of the rounds") % {"title": title})
    if _but_rooms(old) != _but_rooms(new):
        found.append(_("“%(title)s”: tables, topics or questions changed") % {"title": title})
    before = {table["number"]: table["room"] for table in old["tables"]}
    found += [
        _("“%(title)s”: table %(number)s is now in: %(room)s")
        % {"title": title, "number": table["number"], "room": _room(rooms, table["room"])}
        for table in new["tables"]
        if before.get(table["number"], table["room"]) != table["room"]
    ]
    texts = ("kind", "title_pl", "title_en", "summary_pl", "summary_en", "topic", "city", "professions")
    if any(old[name] != new[name] for name in texts):
        found.append(_("“%(title)s”: new description") % {"title": title})
    return found


def _but_rooms(block: Content) -> list[Content]:
    return [{name: value for name, value in table.items() if name != "room"} for table in block["tables"]]


def _room(rooms: dict[int, Content], number: int | None) -> str:
    return _said(rooms[number], "name") if number in rooms else "–"


def _hours(block: Content) -> dict[str, str]:
    start, end = (datetime.fromisoformat(block[name]) for name in ("starts_at", "ends_at"))
    return {"from": f"{start:%H:%M}", "to": f"{end:%H:%M}"}


def _said(thing: Any, name: str) -> str:
    english = (get_language() or "pl").startswith("en")
    return thing[f"{name}_en"] or thing[f"{name}_pl"] if english else thing[f"{name}_pl"]
