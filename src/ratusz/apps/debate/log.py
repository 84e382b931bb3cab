"""The public log of moderation as a table: what was decided and why, never who wrote or decided it."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from ratusz.apps.core.open_data import Field, Record
from ratusz.apps.debate import queries
from ratusz.apps.debate.models import Conversation, Statement


def fields() -> list[Field]:
    """The columns with their meanings, in the language of the reader."""
    return [
        Field("when", _("moment of the decision (Europe/Warsaw)")),
        Field("decision", _("accepted, rejected, merged, excluded, or exclusion_undone")),
        Field("number", _("number of the statement in the conversation")),
        Field("text_pl", _("statement in Polish; empty where it was rejected, so that it is not spread")),
        Field("text_en", _("statement in English; empty where it was rejected, so that it is not spread")),
        Field("reason_pl", _("reason in Polish")),
        Field("reason_en", _("reason in English")),
        Field("merged_into", _("number of the statement with which its votes count")),
        Field("people", _("how many people were excluded"), _("people")),
        Field("votes", _("how many votes that were"), _("votes")),
    ]


def records(conversation: Conversation) -> list[Record]:
    """The decisions in the order of time: on statements that people sent, and on people as counts."""
    rows = [_decision(one) for one in queries.decisions(conversation)]
    for one in queries.exclusion_log(conversation):
        told = {
            "reason_pl": one.reason_pl,
            "reason_en": one.reason_en,
            "people": one.people,
            "votes": one.votes,
        }
        rows.append(told | {"when": one.made_at, "decision": "excluded"})
        if one.undone_at:
            rows.append(told | {"when": one.undone_at, "decision": "exclusion_undone"})
    rows.sort(key=lambda row: row["when"])
    return [row | {"when": timezone.localtime(row["when"]).isoformat(timespec="seconds")} for row in rows]


def _decision(one: Statement) -> dict[str, Any]:
    is_told = one.state != Statement.State.REJECTED
    return {
        "when": one.decided_at,
        "decision": one.state,
        "number": one.number,
        "text_pl": one.text_pl if is_told else "",
        "text_en": one.text_en if is_told else "",
        "reason_pl": one.reason_pl,
        "reason_en": one.reason_en,
        "merged_into": one.merged_into.number if one.merged_into else None,
    }
