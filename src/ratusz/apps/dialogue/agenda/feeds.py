"""The day for other programmes: iCalendar (RFC 5545), and schedule.json and schedule.xml of conference apps.

The schedule has the fields of frab and pretalx, which readers such as Giggity and the c3 apps expect:
https://c3voc.de/schedule/schema.json.
"""

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

import ratusz
from ratusz.apps.core.text import fold
from ratusz.apps.dialogue.agenda.day import Day, PublicBlock, day_of
from ratusz.apps.dialogue.models import AgendaVersion, Block
from ratusz.apps.editions.models import Edition

NAMESPACE = uuid.UUID("5f6f2f5a-3c1e-4a50-9c0a-6a1d7f7f2d10")


@dataclass(frozen=True)
class Entry:
    """One event of a calendar; `key` makes it the same event in every version."""

    key: str
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str = ""
    text: str = ""
    url: str = ""


def host() -> str:
    """The name of the site, which makes keys its own."""
    return urlsplit(settings.BASE_URL).hostname or "ratusz"


def entry_of(block: PublicBlock, day: Day, edition: Edition) -> Entry:
    """A block as an event."""
    place = ", ".join(
        part for part in (block.room.name if block.room else "", day.venue, day.address) if part
    )
    closed = _("Closed circle: %(whom)s") % {"whom": block.for_whom or _("local officials")}
    return Entry(
        key=f"block-{block.id}", starts_at=block.starts_at, ends_at=block.ends_at, title=block.title, place=place,
        text="\n".join(part for part in (closed if block.is_circle else "", block.summary) if part),
        url=settings.BASE_URL + reverse("dialogue:agenda_block", args=[edition.year, block.id]),
    )  # fmt: skip


def calendar(name: str, entries: Iterable[Entry], *, sequence: int, stamp: datetime) -> bytes:
    """An iCalendar file in the time of Warsaw, with the rules of its clock."""
    from icalendar import Calendar, Event  # a tenth of a second that only feeds need

    found = Calendar()
    found.add("prodid", f"-//Ratusz//{ratusz.__version__}//{(get_language() or 'pl').upper()[:2]}")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", name)
    found.add("x-wr-timezone", settings.TIME_ZONE)
    found.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for entry in entries:
        event = Event()
        event.add("uid", f"{entry.key}@{host()}")
        event.add("dtstamp", stamp.astimezone(UTC))
        event.add("sequence", sequence)
        event.add("dtstart", timezone.localtime(entry.starts_at))
        event.add("dtend", timezone.localtime(entry.ends_at))
        event.add("summary", entry.title)
        for key, value in (("location", entry.place), ("description", entry.text), ("url", entry.url)):
            if value:
                event.add(key, value)
        found.add_component(event)
    found.add_missing_timezones()
    return found.to_ical()


def schedule(version: AgendaVersion, edition: Edition) -> dict[str, Any]:
    """The version as schedule.json has it."""
    day = day_of(version.content)
    page = settings.BASE_URL + reverse("dialogue:agenda", args=[edition.year])
    starts = min((block.starts_at for block in day.blocks), default=None)
    ends = max((block.ends_at for block in day.blocks), default=None)
    rooms = day.rooms_used
    return {
        "$schema": "https://c3voc.de/schedule/schema.json",
        "generator": {"name": "ratusz", "version": ratusz.__version__},
        "schedule": {
            "url": settings.BASE_URL + reverse("dialogue:schedule_json", args=[edition.year]),
            "version": str(version.number),
            "base_url": settings.BASE_URL,
            "conference": {
                "acronym": f"{slugify(fold(str(edition.programme.slug)))}-{edition.year}",
                "title": f"{_('Dialogue Session')} – {edition.name}",
                "start": day.date.isoformat() if day.date else "",
                "end": day.date.isoformat() if day.date else "",
                "daysCount": 1,
                "timeslot_duration": "00:05",
                "time_zone_name": settings.TIME_ZONE,
                "colors": {"primary": "#a8371f"},
                "url": page,
                "rooms": [
                    {
                        "name": room.name,
                        "slug": _slug(room.name),
                        "guid": _guid("room", room.id),
                        "description": room.way,
                    }
                    for room in rooms
                ],
                "tracks": [{"name": name, "slug": code, "color": "#2c5b74"} for code, name in day.topics],
                "days": [
                    {
                        "index": 1,
                        "date": day.date.isoformat() if day.date else "",
                        "day_start": starts.isoformat() if starts else "",
                        "day_end": ends.isoformat() if ends else "",
                        "rooms": {
                            room.name: [_event(block, edition) for block in day.blocks if block.room == room]
                            for room in rooms
                        },
                    }
                ],
            },
        },
    }  # fmt: skip


def _event(block: PublicBlock, edition: Edition) -> dict[str, Any]:
    length = int((block.ends_at - block.starts_at).total_seconds()) // 60
    return {
        "guid": _guid("block", block.id),
        "code": f"B{block.id}",
        "id": block.id,
        "logo": None,
        "date": block.starts_at.isoformat(),
        "start": f"{block.starts_at:%H:%M}",
        "duration": f"{length // 60:02d}:{length % 60:02d}",
        "room": block.room.name if block.room else "",
        "slug": f"{edition.year}-{block.id}-{_slug(block.title)}",
        "url": settings.BASE_URL + reverse("dialogue:agenda_block", args=[edition.year, block.id]),
        "title": block.title,
        "subtitle": block.for_whom if block.is_circle else "",
        "track": block.topic or None,
        "type": str(Block.Kind(block.kind).label),
        "language": (get_language() or "pl")[:2],
        "abstract": block.summary,
        "description": "",
        "recording_license": "",
        "do_not_record": True,
        "persons": [],
        "links": [],
        "attachments": [],
    }


def schedule_json(version: AgendaVersion, edition: Edition) -> str:
    """schedule.json."""
    return json.dumps(schedule(version, edition), ensure_ascii=False, indent=1)


def schedule_xml(version: AgendaVersion, edition: Edition) -> bytes:
    """schedule.xml, with the same events."""
    facts = schedule(version, edition)
    conference = facts["schedule"]["conference"]
    root = ET.Element("schedule")
    ET.SubElement(root, "generator", name="ratusz", version=ratusz.__version__)
    _leaf(root, "version", facts["schedule"]["version"])
    head = ET.SubElement(root, "conference")
    for name, key in (
        ("acronym", "acronym"), ("title", "title"), ("start", "start"), ("end", "end"), ("days", "daysCount"),
        ("timeslot_duration", "timeslot_duration"), ("base_url", ""), ("time_zone_name", "time_zone_name"),
    ):  # fmt: skip
        _leaf(head, name, conference[key] if key else facts["schedule"]["base_url"])
    for day in conference["days"]:
        one = ET.SubElement(
            root, "day", index=str(day["index"]), date=day["date"], start=day["day_start"], end=day["day_end"]
        )
        for room in conference["rooms"]:
            place = ET.SubElement(one, "room", name=room["name"], guid=room["guid"])
            for event in day["rooms"][room["name"]]:
                _xml_event(place, event)
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _xml_event(place: ET.Element, event: dict[str, Any]) -> None:
    one = ET.SubElement(place, "event", guid=event["guid"], id=str(event["id"]), code=event["code"])
    for name in (
        "date", "start", "duration", "room", "slug", "url", "title", "subtitle", "track", "type", "language",
        "abstract", "description",
    ):  # fmt: skip
        _leaf(one, name, event[name] or "")
    recording = ET.SubElement(one, "recording")
    _leaf(recording, "license", "")
    _leaf(recording, "optout", "true")
    for name in ("persons", "links", "attachments"):
        ET.SubElement(one, name)


def _leaf(parent: ET.Element, name: str, text: object) -> None:
    ET.SubElement(parent, name).text = str(text)


def _guid(kind: str, pk: int) -> str:
    return str(uuid.uuid5(NAMESPACE, f"{host()}/{kind}/{pk}"))


def _slug(text: str) -> str:
    return slugify(fold(text))[:60] or "block"
