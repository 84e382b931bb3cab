"""The report of a closed conversation as a PDF: what the page of results says, on paper."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ratusz.apps.core.documents import make_pdf
from ratusz.apps.core.templatetags.formats import number, percent
from ratusz.apps.debate import queries
from ratusz.apps.debate.models import Result, Statement
from ratusz.apps.debate.showing import shown


def report_pdf(result: Result, language: str) -> bytes:
    """The report in the language, PDF/UA; its date is the day of the result."""
    with translation.override(language):
        return make_pdf("debate/typst/report.typ", _facts(result, language), created=result.computed_at)


def _facts(result: Result, language: str) -> dict[str, Any]:
    conversation = result.conversation
    page = shown(result, conversation)
    content, groups = page["content"], page["groups"]
    closed = date_format(timezone.localtime(conversation.closes_at), "DATE_FORMAT")
    letters = [one["letter"] for one in groups] if page["is_grouped"] else []
    return {
        "title": conversation.question,
        "language": language,
        "question_language": language if language == "pl" or conversation.question_en else "pl",
        "event": str(conversation.edition.name),
        "foot": f"{conversation.edition.name} · {conversation.question}"[:110],
        "people": _("%(people)s people cast %(votes)s votes up to %(closed)s.")
        % {"people": number(content["people"]), "votes": number(content["votes"]), "closed": closed},
        "foreword": _paragraphs(result.foreword),
        "closing": _paragraphs(result.closing),
        "background": _paragraphs(conversation.background),
        "recommended": [_said(one.statement) for one in queries.recommended(conversation)],
        "united": [_verdict(row) for row in page["united"]],
        "uncertain": [_verdict(row) for row in page["uncertain"]],
        "groups_say": _groups_say(page),
        "groups": [_group(one) for one in groups] if page["is_grouped"] else [],
        "divides": [
            _said(row["statement"])
            | {"figures": ", ".join(_agrees(letter, share) for letter, share in row["by_group"])}
            for row in page["divides"]
        ],
        "bridges": [
            _said(row["statement"]) | {"figures": str(number(row["score"], 2))} for row in page["bridges"]
        ],
        "columns": [
            _("Statement"), _("Agree"), _("Disagree"), pgettext("column", "All votes"),
            *(_("%(letter)s: agree of all") % {"letter": letter} for letter in letters),
        ],
        "rows": [_row(row, grouped=bool(letters)) for row in page["statements"]],
        "provenance": _("Ratusz %(version)s, seed %(seed)s, hash of the votes:")
        % {"version": result.version, "seed": result.seed}
        + f" {result.input_hash}",
        "words": _words(grouped=page["is_grouped"]),
    }  # fmt: skip


def _words(*, grouped: bool) -> dict[str, str]:
    return {
        "report": _("Report of a conversation"),
        "page": _("page"),
        "asked": _("What was asked"),
        "recommended": _("Handed on as recommendations"),
        "united": _("What unites everybody"),
        "united_means": _(
            "More than half of every group say so, and it is not by chance: the interval of the group that says so "
            "least lies above one half."
        )
        if grouped
        else _("More than half say so, and it is not by chance: the interval lies above one half."),
        "groups": _("Groups of opinion"),
        "divides": _("What divides the groups most"),
        "bridges": _("Bridges"),
        "bridges_means": _(
            "Statements that people of all camps like better than their camp alone would explain, the strongest first."
        ),
        "uncertain": _("Perhaps common, but not sure"),
        "nothing": _("No statement, for sure."),
        "all": _("All votes"),
        "all_means": _("Votes on each statement, of everybody and of each group"),
        "how": _("How it was computed"),
        "how_says": _(
            "Computed once from the log of votes after the end, recounted by independent code, and not changed since. "
            "Those who took part chose to do so; they do not stand for all residents."
        ),
        "limits": _(
            "Groups stand on the two main directions in which the votes differ; votes that nobody cast are not "
            "guessed. The interval of a share says how far it could lie off by chance with so few votes; it says "
            "nothing about those who did not come."
        ),
    }


def _groups_say(page: dict[str, Any]) -> str:
    if not page["is_grouped"]:
        return _(
            "There are no stable groups: what groups there seem to be fall apart when some of the votes are taken away."
        )
    told = _(
        "Groups: %(groups)s, among %(grouped)s people with enough votes. Taking away a fifth of the votes again and "
        "again, the groups agree with themselves to %(stability)s of 1."
    )
    content = page["content"]
    return told % {
        "groups": len(page["groups"]), "grouped": number(content["grouped"]),
        "stability": number(content["stability"], 2),
    }  # fmt: skip


def _group(one: dict[str, Any]) -> dict[str, Any]:
    name = _("Group %(letter)s, people: %(people)s") % {
        "letter": one["letter"],
        "people": number(one["people"]),
    }
    typical = [
        _said(row["statement"])
        | {
            "figures": (
                _("agree: %(share)s") if row["agree"] else _("disagree: %(share)s")
            ) % {"share": percent(row["share"])}
        }
        for row in one["typical"]
    ]  # fmt: skip
    return {"name": name, "typical": typical}


def _verdict(row: dict[str, Any]) -> dict[str, str]:
    told = (
        _("agree: at least %(least)s (from %(low)s to %(high)s)")
        if row["agree"]
        else _("disagree: at least %(least)s (from %(low)s to %(high)s)")
    )
    shares = {name: percent(row[name]) for name in ("least", "low", "high")}
    return _said(row["statement"]) | {"figures": told % shares}


def _agrees(letter: str, share: float) -> str:
    return _("%(letter)s: %(share)s agree") % {"letter": letter, "share": percent(share)}


def _row(row: dict[str, Any], *, grouped: bool) -> dict[str, Any]:
    cells = [str(number(value)) for value in row["all"]]
    if grouped:
        cells += [f"{number(side[0])}/{number(side[2])}" for _letter, side in row["by_group"]]
    one = row["statement"]
    return _said(one) | {"text": f"{one.number}. {one.text}", "cells": cells}


def _said(one: Statement) -> dict[str, str]:
    return {"text": one.text, "language": one.language}


def _paragraphs(text: str) -> Iterable[str]:
    return [" ".join(part.split()) for part in text.split("\n") if part.strip()]
