"""All tables that are offered as files, the field dictionary, and what stands for a table's content."""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from ratusz.apps.api import service
from ratusz.apps.core.public_data import Record, Table, known

# The hash of the rows of any query, whatever their order, and how many there are.
HASHED = "SELECT count(*), coalesce(bit_xor(hashtextextended(t::text, 0)), 0) FROM ({}) t"


class FieldRecord(Record):
    """A line of the field dictionary."""

    table: str = known(gettext_noop("Code of the table."), example="results")
    field: str = known(gettext_noop("Name of the column or the field."), example="place")
    type: str = known(gettext_noop("Type, in the words of Frictionless Data."), example="integer")
    meaning_pl: str = known(gettext_noop("Meaning in Polish."), example="Miejsce wśród wszystkich miast.")
    meaning_en: str = known(gettext_noop("Meaning in English."), example="Place among all cities.")
    unit_pl: str = known(gettext_noop("Unit in Polish; empty: none."), example="")
    unit_en: str = known(gettext_noop("Unit in English; empty: none."), example="")
    values: str = known(gettext_noop("The values that are allowed; empty: any of the type."), example="")
    missing_pl: str = known(
        gettext_noop("What an empty cell or null means, in Polish; empty: it never is."), example=""
    )
    missing_en: str = known(
        gettext_noop("What an empty cell or null means, in English; empty: it never is."), example=""
    )
    example: str = known(gettext_noop("An example of a value."), example="7")


@lru_cache(maxsize=1)
def tables() -> dict[str, Table]:
    """The tables of all apps by code, in the order of an edition."""
    return {table.code: table for module in service.modules() for table in getattr(module, "TABLES", ())}


@lru_cache(maxsize=1)
def dictionary() -> list[FieldRecord]:
    """Every field of every table, its texts in both languages."""
    return [record for table in tables().values() for record in _described(table)]


def _described(table: Table) -> Iterator[FieldRecord]:
    for note in table.fields:
        texts = {}
        for language in ("pl", "en"):
            with translation.override(language):
                for key in ("meaning", "unit", "missing"):
                    texts[f"{key}_{language}"] = said(getattr(note, key))
        example = note.example
        yield FieldRecord(
            table=table.code,
            field=note.name,
            type=note.type,
            values=", ".join(note.values),
            example=str(example).lower()
            if isinstance(example, bool)
            else ""
            if example is None
            else str(example),
            **texts,
        )


def said(text: str) -> str:
    """A marked text in the active language; an empty one stays empty."""
    return gettext(text) if text else ""


def counted(rows: QuerySet) -> tuple[int, str]:
    """How many rows the query has, and a hash that changes with any of them; no row leaves the database."""
    sql, params = rows.order_by().query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(HASHED.format(sql), params)
        count, value = cursor.fetchone()
    return count, f"{count}-{value & 0xFFFFFFFFFFFFFFFF:016x}"


def tag_of(table: Table, value: str) -> str:
    """What stands for the content of a table's files: its rows and what is said of its fields."""
    shape: list[Any] = [asdict(note) for note in table.fields]
    return hashlib.sha256(f"{value} {shape}".encode()).hexdigest()[:32]
