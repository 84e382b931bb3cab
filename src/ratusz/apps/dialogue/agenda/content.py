"""The day plan as it is frozen in a version: plain JSON that needs no row of the working copy."""

from typing import Any

from django.utils import timezone

from ratusz.apps.dialogue.models import Block, Session, Table

Content = dict[str, Any]


def content_of(session: Session) -> Content:
    """The rooms, topics and blocks of the session in both languages. Nobody who takes part is named.

    A circle's tables and questions are for the circle alone: the public learns when, where and for whom it is.
    """
    blocks = session.blocks.select_related("room", "topic", "city").prefetch_related(
        "rounds", "tables__room", "tables__topic", "tables__city_question__city"
    )
    return {
        "day": session.edition.session_date.isoformat() if session.edition.session_date else "",
        "venue_pl": session.edition.venue_pl,
        "venue_en": session.edition.venue_en,
        "address": session.address,
        "rooms": [
            {
                "id": room.pk, "name_pl": room.name_pl, "name_en": room.name_en, "way_pl": room.way_pl,
                "way_en": room.way_en, "step_free": room.step_free,
            }
            for room in session.rooms.all()
        ],
        "topics": [
            {"code": topic.code, "name_pl": topic.name_pl, "name_en": topic.name_en}
            for topic in session.topics.all()
        ],
        "blocks": [_block(block) for block in blocks.order_by("starts_at", "room__order", "pk")],
    }  # fmt: skip


def _block(block: Block) -> Content:
    return {
        "id": block.pk,
        "kind": block.kind,
        "title_pl": block.title_pl,
        "title_en": block.title_en,
        "summary_pl": block.summary_pl,
        "summary_en": block.summary_en,
        "room": block.room_id,
        "topic": block.topic.code if block.topic else "",
        "city": block.city.name if block.city else "",
        "starts_at": _moment(block.starts_at),
        "ends_at": _moment(block.ends_at),
        "professions": list(block.professions),
        "rounds": [
            {"number": one.number, "starts_at": _moment(one.starts_at), "ends_at": _moment(one.ends_at)}
            for one in block.rounds.all()
        ],
        "tables": [] if block.is_circle else [_table(table) for table in block.tables.all()],
    }


def _table(table: Table) -> Content:
    question = table.city_question
    return {
        "number": table.number,
        "room": table.room_id,
        "topic": table.topic.code if table.topic else "",
        "language": table.language,
        "question_pl": table.question_pl or (question.text_pl if question else ""),
        "question_en": table.question_en or (question.text_en if question else ""),
        "city": question.city.name if question else "",
    }


def _moment(moment: Any) -> str:
    return timezone.localtime(moment).isoformat(timespec="minutes")
