"""What public records, tables and pages of answers are made of.

A field says what it means, in what unit, and what its absence means, where it is declared. The API's document,
the field dictionary and the files all read it there. The texts are marked for translation and kept in English.
"""

import types
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar, Union, get_args, get_origin
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Schema
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MOST = 1000  # records on a page
FURTHEST = 10_000_000
# What the API's document says of an answer that `zip_answer` gives.
ZIP = {
    "responses": {
        200: {"content": {"application/zip": {"schema": {"type": "string", "contentEncoding": "binary"}}}}
    }
}


class Record(BaseModel):
    """One public row: its fields are declared with `known`."""

    model_config = ConfigDict(frozen=True)


def known(meaning: str, *, unit: str = "", missing: str = "", example: Any = None, **rules: Any) -> Any:
    """A field with what a reader must know of it; `missing` says what null, or an empty cell, means."""
    extra = {"x-unit": unit, "x-missing": missing}
    return Field(
        description=meaning,
        examples=None if example is None else [example],
        json_schema_extra={key: text for key, text in extra.items() if text},
        **rules,
    )


@dataclass(frozen=True, slots=True)
class FieldNote:
    """One line of the field dictionary, its texts still in English."""

    name: str
    type: str
    meaning: str
    unit: str
    values: tuple[str, ...]
    missing: str
    example: Any


def notes_of(record: type[BaseModel]) -> list[FieldNote]:
    """The dictionary of a record, in the order of its fields."""
    found = []
    for name, field in record.model_fields.items():
        kind, values = _kind(field.annotation)
        extra: Any = field.json_schema_extra or {}
        found.append(
            FieldNote(
                name=name,
                type=kind,
                meaning=field.description or "",
                unit=extra.get("x-unit", ""),
                values=values,
                missing=extra.get("x-missing", ""),
                example=(field.examples or [None])[0],
            )
        )
    return found


_KINDS = {bool: "boolean", int: "integer", float: "number", str: "string", datetime: "datetime", date: "date"}


def _kind(annotation: Any) -> tuple[str, tuple[str, ...]]:
    """The type's name as in Frictionless Data, and the values that are allowed."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return _kind(next(part for part in get_args(annotation) if part is not type(None)))
    if origin is Literal:
        return "string", tuple(map(str, get_args(annotation)))
    if origin is list:
        return "array", ()
    return _KINDS.get(annotation, "object"), ()


@dataclass(frozen=True)
class Table:
    """A table of an edition that is offered as files: what it is read from, and how a row becomes records.

    `rows` answers None where the edition has no such table, for instance no published ranking.
    """

    code: str
    title: str
    about: str
    record: type[Record]
    key: Sequence[str]
    rows: Callable[[Any], QuerySet | None]
    records: Callable[[Any], Iterable[Record]]

    @property
    def fields(self) -> list[FieldNote]:
        return notes_of(self.record)


T = TypeVar("T", bound=Record)
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80, pattern=r"^[^\x00]*$")]


class Paging(Schema):
    """How much of a list is asked for."""

    limit: int = Field(100, ge=1, le=MOST, description=_("How many records at most, up to 1,000."))
    offset: int = Field(0, ge=0, le=FURTHEST, description=_("How many records to leave out from the start."))


class Page(Record, Generic[T]):
    """A part of a list, with the way to the next one."""

    total: int = known(_("How many records there are in all."), example=66)
    limit: int = known(_("How many records at most, up to 1,000."), example=100)
    offset: int = known(_("How many records to leave out from the start."), example=0)
    next: str | None = known(_("Address of the next page."), missing=_("This is the last page."))
    previous: str | None = known(_("Address of the page before."), missing=_("This is the first page."))
    items: list[T] = known(_("The records, always in the same order."))


P = TypeVar("P", bound=Page)


def page_of(
    kind: type[P], request: HttpRequest, rows: QuerySet, asked: Paging, record: Callable[[Any], Record]
) -> P:
    """The page that was asked for of `rows`, whose order must be total."""
    total, after, before = rows.count(), asked.offset + asked.limit, max(0, asked.offset - asked.limit)
    return kind(
        total=total,
        limit=asked.limit,
        offset=asked.offset,
        next=_address(request, after) if after < total else None,
        previous=_address(request, before) if asked.offset else None,
        items=[record(row) for row in rows[asked.offset : after]],
    )


def zip_answer(content: bytes, *, name: str, sha256: str) -> HttpResponse:
    """A stored bundle to save, known to caches by its hash."""
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["ETag"] = f'"{sha256}"'
    return response


def _address(request: HttpRequest, offset: int) -> str:
    """The address of this list from another offset on, with the filters that were asked for."""
    kept = [(key, value) for key, value in request.GET.items() if key != "offset"]
    if offset:
        kept.append(("offset", str(offset)))
    return settings.BASE_URL + request.path + (f"?{urlencode(kept)}" if kept else "")
