"""A published day as its pages and feeds read it: blocks with moments, rooms and texts in the reader's language."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import get_language

from ratusz.apps.dialogue.agenda.content import Content
from ratusz.apps.dialogue.models import Block, Profession


def said(thing: Content, name: str) -> str:
    """The text in the active language, or in Polish where there is none."""
    english = (get_language() or "pl").startswith("en")
    return (thing[f"{name}_en"] if english else "") or thing[f"{name}_pl"]


@dataclass(frozen=True)
class PublicRoom:
    id: int
    name: str
    way: str
    step_free: bool


@dataclass(frozen=True)
class PublicTable:
    number: int
    room: PublicRoom | None
    topic: str
    topic_code: str
    question: str
    city: str
    language: str


@dataclass(frozen=True)
class PublicRound:
    number: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class PublicBlock:
    """A block of the day as everybody may see it."""

    id: int
    kind: str
    title: str
    summary: str
    room: PublicRoom | None
    topic: str
    topic_code: str
    city: str
    starts_at: datetime
    ends_at: datetime
    professions: tuple[str, ...]
    rounds: tuple[PublicRound, ...]
    tables: tuple[PublicTable, ...]

    @property
    def kind_label(self) -> str:
        return str(Block.Kind(self.kind).label)

    @property
    def is_circle(self) -> bool:
        return self.kind == Block.Kind.CIRCLE

    @property
    def for_whom(self) -> str:
        """The professional groups of a circle, in words; empty for a circle of all officials."""
        return ", ".join(str(Profession(one).label) for one in self.professions)

    @property
    def topics(self) -> set[str]:
        """Codes of the topics of the block and its tables."""
        return {self.topic_code, *(table.topic_code for table in self.tables)} - {""}


@dataclass(frozen=True)
class Cell:
    """A cell of the grid by rooms: a block over several rows, or an empty stretch."""

    block: PublicBlock | None = None
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True)
class Row:
    starts_at: datetime
    cells: list[Cell] = field(default_factory=list)


@dataclass(frozen=True)
class Day:
    """The day of the session as it was published."""

    date: date | None
    venue: str
    address: str
    rooms: tuple[PublicRoom, ...]
    topics: tuple[tuple[str, str], ...]
    blocks: tuple[PublicBlock, ...]

    def block(self, pk: int) -> PublicBlock | None:
        return next((block for block in self.blocks if block.id == pk), None)

    @property
    def rooms_used(self) -> list[PublicRoom]:
        """The rooms in which something is on, in their order."""
        used = {block.room.id for block in self.blocks if block.room}
        return [room for room in self.rooms if room.id in used]

    def by_topic(self) -> list[tuple[str, list[tuple[PublicBlock, list[PublicTable]]]]]:
        """Each topic with its blocks, and with the tables of theirs that are on it."""
        found = []
        for code, name in self.topics:
            blocks = [
                (block, [table for table in block.tables if table.topic_code == code])
                for block in self.blocks
                if code in block.topics
            ]
            if blocks:
                found.append((name, blocks))
        return found

    def grid(self) -> list[Row]:
        """The day as rows of time and columns of rooms; a block without a room runs over all columns."""
        rooms = self.rooms_used
        moments = sorted({moment for block in self.blocks for moment in (block.starts_at, block.ends_at)})
        rows = [Row(moment) for moment in moments[:-1]]
        taken: set[tuple[int, int]] = set()
        for k, row in enumerate(rows):
            for column, room in enumerate(rooms):
                if (k, column) in taken:
                    continue
                block = next(
                    (one for one in self.blocks if one.room == room and one.starts_at == row.starts_at), None
                )
                if block is None:
                    row.cells.append(Cell())
                    continue
                length = sum(block.starts_at <= moment < block.ends_at for moment in moments[:-1])
                taken |= {(k + step, column) for step in range(length)}
                row.cells.append(Cell(block, rows=length))
        return rows


def day_of(content: Content) -> Day:
    """The published content with texts in the active language."""
    rooms = {
        room["id"]: PublicRoom(room["id"], said(room, "name"), said(room, "way"), room["step_free"])
        for room in content["rooms"]
    }
    topics = {topic["code"]: said(topic, "name") for topic in content["topics"]}
    return Day(
        date=date.fromisoformat(content["day"]) if content["day"] else None,
        venue=said(content, "venue"),
        address=content["address"],
        rooms=tuple(rooms.values()),
        topics=tuple(topics.items()),
        blocks=tuple(_block(block, rooms, topics) for block in content["blocks"]),
    )


def _block(block: Content, rooms: dict[int, PublicRoom], topics: dict[str, str]) -> PublicBlock:
    return PublicBlock(
        id=block["id"],
        kind=block["kind"],
        title=said(block, "title"),
        summary=said(block, "summary"),
        room=rooms.get(block["room"]),
        topic=topics.get(block["topic"], ""),
        topic_code=block["topic"],
        city=block["city"],
        starts_at=_moment(block["starts_at"]),
        ends_at=_moment(block["ends_at"]),
        professions=tuple(block["professions"]),
        rounds=tuple(
            PublicRound(one["number"], _moment(one["starts_at"]), _moment(one["ends_at"]))
            for one in block["rounds"]
        ),
        tables=tuple(_table(table, rooms, topics) for table in block["tables"]),
    )


def _table(table: Content, rooms: dict[int, PublicRoom], topics: dict[str, str]) -> PublicTable:
    return PublicTable(
        number=table["number"], room=rooms.get(table["room"]), topic=topics.get(table["topic"], ""),
        topic_code=table["topic"], question=said(table, "question"), city=table["city"], language=table["language"],
    )  # fmt: skip


def _moment(text: str) -> datetime:
    return timezone.localtime(datetime.fromisoformat(text))
