"""What everybody may take away of a closed conversation: votes under numbers, statements, Polis' own files.

Everything is read from the bundle of the result, so that all files say the same. No column tells of a person more
than their votes: no time, no side, no author, and the numbers do not follow the order in which people joined.
"""

import csv
import datetime as dt
import io
import zipfile
from collections import Counter
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from ratusz.apps.core.open_data import Field, Record
from ratusz.apps.debate.models import Conversation, Result, Statement
from ratusz.engines.opinion.files import bundled_votes
from ratusz.engines.opinion.votes import Votes, from_events

REJECTED, MODERATED = -1, 1  # as Polis writes them


def anonymous(conversation: Conversation, votes: Votes) -> Votes:
    """The votes under new numbers: people stand in the order of their digests, which says nothing about them."""
    digests = dict(conversation.participants.values_list("number", "digest"))
    by_digest = sorted(votes.participants, key=lambda number: digests[int(number)])
    place = {number: str(k) for k, number in enumerate(by_digest, start=1)}
    # The rows of one person must not stand where their number of joining put them.
    order = sorted(range(len(votes.values)), key=lambda k: int(place[votes.participants[votes.rows[k]]]))
    return from_events(
        [place[votes.participants[votes.rows[k]]] for k in order],
        [votes.statements[votes.columns[k]] for k in order],
        votes.values[order],
        excluded=[name for name, out in zip(votes.statements, votes.excluded, strict=True) if out],
    )


def texts_of(conversation: Conversation) -> dict[str, str]:
    """The wording of what was shown, by number; what was rejected is not spread."""
    shown = conversation.statements.exclude(state=Statement.State.REJECTED)
    return {str(one.number): one.text_pl or one.text_en for one in shown}


def vote_fields() -> list[Field]:
    """The columns of the table of votes."""
    return [
        Field("participant", _("number of a person, drawn anew for this file; it follows no order")),
        Field("statement", _("number of the statement in the conversation")),
        Field("vote", _("1 agree, -1 disagree, 0 pass; the last vote of the person on the statement")),
    ]


def vote_records(result: Result) -> Iterable[Record]:
    """One row for each vote that counts; votes on a rejected statement do not, as in the table of statements."""
    votes, _texts, _groups = bundled_votes(bytes(result.bundle))
    for row, column, value in zip(
        votes.rows.tolist(), votes.columns.tolist(), votes.values.tolist(), strict=True
    ):
        if votes.excluded[column]:
            continue
        yield {
            "participant": int(votes.participants[row]),
            "statement": int(votes.statements[column]),
            "vote": value,
        }


def statement_fields(groups: int) -> list[Field]:
    """The columns of the table of statements, with three for each group."""
    fields = [
        Field("statement", _("number of the statement in the conversation")),
        Field("text_pl", _("statement in Polish")),
        Field("text_en", _("statement in English")),
        Field("seed", _("true for a statement of the organiser")),
        Field("agree", _("people who agree"), _("people")),
        Field("disagree", _("people who disagree"), _("people")),
        Field("votes", _("people who voted on it, with those who passed"), _("people")),
    ]
    for letter in letters(groups):
        fields += [
            Field(f"agree_{letter}", _("the same in group %(letter)s") % {"letter": letter}, _("people")),
            Field(f"disagree_{letter}", _("the same in group %(letter)s") % {"letter": letter}, _("people")),
            Field(f"votes_{letter}", _("the same in group %(letter)s") % {"letter": letter}, _("people")),
        ]
    return fields


def statement_records(result: Result) -> list[Record]:
    """One row for each statement that counts, as the result counted it.

    One that its author had erased afterwards keeps its counts and has no words.
    """
    known = {one.number: one for one in result.conversation.statements.all()}
    names = letters(len(result.content["groups"]))
    rows = []
    for row in result.content["statements"]:
        one = known.get(row["statement"]) or Statement()
        agree, disagree, seen = row["all"]
        found = {
            "statement": row["statement"], "text_pl": one.text_pl, "text_en": one.text_en, "seed": one.is_seed,
            "agree": agree, "disagree": disagree, "votes": seen,
        }  # fmt: skip
        for letter, side in zip(names, row["groups"], strict=False):
            found |= dict(
                zip((f"agree_{letter}", f"disagree_{letter}", f"votes_{letter}"), side, strict=True)
            )
        rows.append(found)
    return rows


def letters(groups: int) -> list[str]:
    """The names of the groups."""
    return [chr(ord("A") + k) for k in range(groups)]


def polis_export(result: Result, address: str) -> bytes:
    """A zip with the four files of a Polis export: comments, votes, participants-votes, summary.

    Times are the day of the end for all, authors are left out, and a rejected comment has no text.
    """
    conversation = result.conversation
    votes, texts, groups = bundled_votes(bytes(result.bundle))
    day = timezone.localtime(conversation.closes_at).replace(hour=0, minute=0, second=0, microsecond=0)
    moment = [int(day.timestamp() * 1000), f"{day:%a %b %d %Y}"]
    cells = list(zip(votes.rows.tolist(), votes.columns.tolist(), votes.values.tolist(), strict=True))
    files = {
        "comments.csv": _comments(conversation, votes, texts, moment),
        "votes.csv": [
            ["timestamp", "datetime", "comment-id", "voter-id", "vote"],
            *([*moment, votes.statements[j], votes.participants[i], value] for i, j, value in cells),
        ],
        "participants-votes.csv": _participants(votes, groups, cells),
        "summary.csv": [
            ["topic", conversation.question_pl],
            ["url", address],
            ["voters", votes.shape[0]],
            ["voters-in-conv", result.content["grouped"]],
            ["comments", len(votes.statements)],
            ["groups", len(result.content["groups"])],
            ["conversation-description", conversation.background_pl],
        ],
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in files.items():
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows(rows)
            entry = zipfile.ZipInfo(name, date_time=(dt.MINYEAR + 1979, 1, 1, 0, 0, 0))
            archive.writestr(entry, text.getvalue(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _comments(
    conversation: Conversation, votes: Votes, texts: dict[str, str], moment: list[object]
) -> list[list[object]]:
    agree, disagree = (Counter(votes.columns[votes.values == value].tolist()) for value in (1, -1))
    column = {name: j for j, name in enumerate(votes.statements)}
    rows: list[list[object]] = [
        [
            "timestamp",
            "datetime",
            "comment-id",
            "author-id",
            "agrees",
            "disagrees",
            "moderated",
            "comment-body",
        ]
    ]
    for one in conversation.statements.exclude(state=Statement.State.MERGED):
        j = column.get(str(one.number), -1)
        out = one.state == Statement.State.REJECTED or (j >= 0 and bool(votes.excluded[j]))
        rows.append(
            [*moment, one.number, "", agree[j], disagree[j], REJECTED if out else MODERATED,
             "" if out else texts.get(str(one.number), "")]
        )  # fmt: skip
    return rows


def _participants(
    votes: Votes, groups: tuple[int | None, ...], cells: list[tuple[int, int, int]]
) -> list[list[object]]:
    said: list[dict[int, int]] = [{} for _person in votes.participants]
    for i, j, value in cells:
        said[i][j] = value
    head = ["participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree", *votes.statements]
    rows: list[list[object]] = [list(head)]
    for name, group, own in zip(votes.participants, groups, said, strict=True):
        values = list(own.values())
        about = [name, "" if group is None else group, "", len(values), values.count(1), values.count(-1)]
        rows.append([*about, *(own.get(j, "") for j in range(len(votes.statements)))])
    return rows
