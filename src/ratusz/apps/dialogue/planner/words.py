"""The engine's findings in the reader's language, with the names of people and tables."""

from django.utils.translation import get_language, gettext, ngettext

from ratusz.apps.dialogue.models import Stakeholder, Table
from ratusz.apps.dialogue.planner.input import Input
from ratusz.engines.seating.explain import Speaker


def speaker_of(found: Input) -> Speaker:
    """Says what the engine found about the session, with the names of its people, tables and types."""

    def call(kind: str, one: str) -> str:
        if kind == "person" and one.isdecimal() and int(one) in found.people:
            return found.people[int(one)].name
        if kind == "table" and one.isdecimal() and int(one) in found.tables:
            return table_name(found.tables[int(one)])
        if kind == "type":
            return str(Stakeholder(one).label) if one in Stakeholder.values else gettext("not confirmed yet")
        return one

    return Speaker(found.problem, say=say, call=call)


def table_name(table: Table) -> str:
    """The number of a table, with the title of its circle: numbers begin anew in each block."""
    return f"{table.number} ({table.block.title})" if table.block.is_circle else str(table.number)


def say(one: str, many: str, count: int) -> str:
    """The engine's template in the reader's language, in the form that the count asks for."""
    return gettext(one) if one == many else ngettext(one, many, count)


def in_words(text: str) -> str:
    """A number inside a sentence of the engine, as the language writes it."""
    return text.replace(".", ",") if get_language() == "pl" else text
