"""The score card as a document: the facts of the page for the typesetter."""

import hashlib
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ratusz.apps.core.documents import make_pdf
from ratusz.apps.core.templatetags.formats import number, percent
from ratusz.apps.ranking import cards, exports, queries, table, wording
from ratusz.apps.ranking.models import RankedCity, Ranking
from ratusz.apps.ranking.scorecard import peers, rising, standing, words
from ratusz.apps.ranking.scorecard.rising import Gain, Rising
from ratusz.apps.ranking.templatetags.ranking import figure, plain_figure, unit

TEMPLATE = "ranking/typst/score_card.typ"


def score_card(user: Any, row: RankedCity, ranking: Ranking) -> bytes:
    """The PDF of a city's score card in the active language; the same bytes until something published changes."""
    facts = facts_of(user, row, ranking)
    return make_pdf(TEMPLATE, facts, created=ranking.published_at or ranking.created_at)


def fingerprint(content: bytes) -> str:
    """What tells two versions of a document apart."""
    return hashlib.sha256(content).hexdigest()[:32]


def facts_of(user: Any, row: RankedCity, ranking: Ranking) -> dict[str, Any]:
    """Every word and number of the document, already in the active language."""
    year, summary = ranking.edition.year, ranking.summary
    address = settings.BASE_URL + reverse("ranking:city", args=[year, row.slug])
    measured = standing.indicators(row, ranking)
    class_name = wording.class_name(summary["classes"], row.size_class)
    return {
        "language": get_language(),
        "title": _("%(city)s: score card, ranking %(year)s") % {"city": row.name, "year": year},
        "description": _("Place, interval, figures against the class, ways up and peers of %(city)s.")
        % {"city": row.name},
        "kicker": _("Score card · Ranking %(year)s") % {"year": year},
        "city": row.name,
        "about": " · ".join(filter(None, [row.voivodeship, wording.people(row.population), class_name])),
        "draft": "" if ranking.is_published else _("A result that is not published yet."),
        "foot": _foot(ranking, address),
        "page": _("page"),
        "answer": _answer(row, ranking) if row.classified else None,
        "unclassified": None
        if row.classified
        else {
            "title": _("Not classified"),
            "text": f"{row.reason} "
            + _(
                "Missing figures are never counted as zero: without enough of them there is no place and no score."
            ),
        },
        "pillars": _pillars(row, ranking, class_name) if row.classified else None,
        "strong": _named(
            _("Strengths"),
            standing.best(measured),
            words.strength,
            _("No indicator in the best quarter of the class."),
        ),
        "weak": _named(
            _("Weaknesses"),
            standing.worst(measured),
            words.weakness,
            _("No indicator in the weakest quarter of the class."),
        ),
        "rising": _rising(row, ranking),
        "similar": _similar(row, ranking),
        "efficiency": _efficiency(row, ranking),
        "indicators": _indicators(measured, ranking, class_name),
        "history": _history(user, row, ranking),
        "verify": _verify(ranking, address),
    }


def _foot(ranking: Ranking, address: str) -> str:
    return " · ".join(
        filter(
            None,
            [
                str(ranking.edition.programme),
                _("Ranking %(year)s") % {"year": ranking.edition.year},
                ranking.number
                and _("publication no. %(number)s of %(date)s")
                % {"number": ranking.number, "date": _date(ranking)},
                _("method %(hash)s") % {"hash": ranking.method.short_hash},
                address,
            ],
        )
    )


def _date(ranking: Ranking) -> str:
    return date_format(
        timezone.localtime(ranking.published_at or ranking.created_at),
        "j E Y" if get_language() == "pl" else "j F Y",
    )


def _answer(row: RankedCity, ranking: Ranking) -> dict[str, Any]:
    in_class = bool(row.size_class)
    line = table.lines([row], ranking, size_class=row.size_class)[0]
    overall = table.lines([row], ranking)[0]
    count = table.places(ranking.summary, row.size_class)
    prefix = "class_" if in_class else ""
    low, high = getattr(row, prefix + "p05"), getattr(row, prefix + "p95")
    first, last = wording.bounds(low, high)
    sentence = words.sentence_of(line.place, count, line.interval, in_class=in_class)
    return {
        "place": line.place,
        "of": (_("place of %(count)s in the class") if in_class else _("place of %(count)s"))
        % {"count": number(count)},
        "sentence": sentence,
        "rank": getattr(row, prefix + "rank"),
        "low": first,
        "high": last,
        "count": max(count, last),
        "interval": line.interval,
        "sure": words.how_sure(low, high, count),
        "first": _("First in %(share)s of all variants.") % {"share": line.first}
        if getattr(row, prefix + "p_first")
        else "",
        "overall": _(
            "Among all cities: place %(place)s of %(count)s (interval %(interval)s), score %(score)s."
        )
        % {
            "place": overall.place,
            "count": number(ranking.summary["classified"]),
            "interval": overall.interval,
            "score": overall.score,
        },
        "apart": words.told_apart(row, ranking.summary["told_apart"]),
    }


def _pillars(row: RankedCity, ranking: Ranking, class_name: str) -> dict[str, Any]:
    return {
        "title": _("Pillars"),
        "caption": _(
            "Better is to the right. Line: from the worst to the best city (%(class)s); box: the middle half; "
            "bar: the median; dot: %(city)s."
        )
        % {"class": class_name, "city": row.name},
        "heads": [_("Pillar"), _("Weight"), _("Score"), _("Median of the class"), _("Against the class")],
        "rows": [
            {
                "cells": [
                    cards.said(p.card, "name"), percent(p.card["share"]), number(p.value, 1), number(p.median, 1),
                ],
            } | _picture(p)
            for p in standing.pillars(row, ranking)
        ],
    }  # fmt: skip


def _picture(one: standing.Standing) -> dict[str, Any]:
    return {"value": one.value, "five": one.five, "direction": one.direction, "alt": one.words}


def _named(title: str, found: list[standing.Measured], why: Any, nothing: str) -> dict[str, Any]:
    return {
        "title": title,
        "nothing": nothing,
        "items": [
            {
                "name": cards.said(m.card, "name"),
                "text": f"{figure(m.item, m.card)} ({m.item['year']}): {why(m)}",
            }
            for m in found
        ],
    }


def _indicators(measured: list[standing.Measured], ranking: Ranking, class_name: str) -> dict[str, Any]:
    return {
        "title": _("Every indicator"),
        "caption": _(
            "The published figure with its year against the class: %(class)s. Percentile: the share of the other "
            "cities of the class that do worse."
        )
        % {"class": class_name},
        "heads": [
            _("Indicator"), _("Figure"), _("Year"), _("Median of the class"), _("Against the class"), _("Percentile"),
        ],
        "rows": [
            {
                "name": cards.said(m.card, "name"),
                "about": unit(m.card) if m.direction > 0 else f"{unit(m.card)} · {_('less is better')}",
                "cells": [
                    _("not published") if m.value is None else plain_figure(m.item, m.card),
                    str((m.item and m.item["year"]) or "–"),
                    plain_figure(m.median, m.card),
                ],
                "percentile": percent(m.percentile),
            } | _picture(m)
            for m in measured
        ],
        "sources": _("Sources:") + " ",
        "attributions": " · ".join(exports.sources(ranking)),
    }  # fmt: skip


def _rising(row: RankedCity, ranking: Ranking) -> dict[str, Any] | None:
    in_class = bool(row.size_class)
    found = rising.rising(row, ranking, in_class=in_class)
    if found is None:
        return None
    prefix = "class_" if in_class else ""
    interval = wording.interval(getattr(row, prefix + "p05"), getattr(row, prefix + "p95"))
    title = _("What it would take to gain places")
    if found.leads:
        return {"title": title, "leads": words.leads(in_class)}
    return {
        "title": title,
        "leads": "",
        "caption": words.about_rising(in_class),
        "heads": [_("Indicator"), _("Figure"), *(words.column(found, n) for n in found.places)],
        "rows": [
            {
                "name": cards.said(way.card, "name"),
                "about": unit(way.card),
                "now": plain_figure(way.now, way.card),
                "gains": [_gain(gain) for gain in way.gains],
            }
            for way in found.rows
        ],
        "together": _together(found),
        "caveat": words.caveat(found, interval),
        "beyond": words.beyond() if found.beyond else "",
    }


def _gain(gain: Gain) -> dict[str, str]:
    if not gain.reached:
        return {"needed": words.not_enough(), "change": ""}
    change = gain.figure
    return {
        "needed": plain_figure(change.needed, change.card) + ("*" if change.beyond else ""),
        "change": words.signed(change),
    }


def _together(found: Rising) -> dict[str, Any] | None:
    if found.pillar is None or not found.together_rows:
        return None
    return {
        "title": words.together(found.pillar),
        "rows": [
            {
                "name": cards.said(card, "name"),
                "about": unit(card),
                "now": plain_figure(now, card),
                "gains": [
                    {
                        "needed": plain_figure(figure_.needed, card) + ("*" if figure_.beyond else ""),
                        "change": words.signed(figure_),
                    }
                    if figure_
                    else {"needed": "–" if gain.reached else words.not_enough(), "change": ""}
                    for figure_, gain in figures
                ],
            }
            for card, now, figures in found.together_rows
        ],
    }


def _similar(row: RankedCity, ranking: Ranking) -> dict[str, Any] | None:
    found = peers.similar(row, ranking)
    if not found:
        return None
    decimals = ranking.summary["decimals"]
    return {
        "title": _("Similar cities that do better"),
        "caption": words.about_similar(),
        "heads": [_("City"), _("Place"), _("Score"), _("Further ahead in")],
        "rows": [
            [
                city.name,
                str(city.rank),
                number(city.score, decimals),
                ", ".join(city.ahead) + ("" if city.apart is not False else f" ({_('not told apart')})"),
            ]
            for city in found
        ],
    }


def _efficiency(row: RankedCity, ranking: Ranking) -> dict[str, Any] | None:
    found = peers.efficiency(ranking.edition, row.slug)
    if found is None:
        return None
    return {
        "title": _("Efficiency: who makes most of what they have"),
        "text": words.efficiency(found),
        "peers": words.peers(found),
        "caption": _("What the best practice found would mean for the city"),
        "heads": [_("Figure"), _("Now"), _("By best practice")],
        "rows": [
            [cards.said(t, "name"), f"{plain_figure(t['now'], t)} {unit(t)}", plain_figure(t["target"], t)]
            for t in found.targets
        ],
    }


def _history(user: Any, row: RankedCity, ranking: Ranking) -> dict[str, Any] | None:
    found = queries.history_of(user, row.city_id, ranking.edition.year)
    if len(found) < 2:
        return None
    return {
        "title": _("Over the editions"),
        "caption": _(
            "Methods and data change between editions: a step of a few places within the intervals says nothing."
        ),
        "heads": [_("Edition"), _("Place"), _("Interval"), _("Place in class")],
        "rows": [
            [
                str(old.ranking.edition.year),
                str(old.rank) if old.classified else _("not classified"),
                wording.interval(old.p05, old.p95),
                str(old.class_rank or "–"),
            ]
            for old in found
        ],
    }


def _verify(ranking: Ranking, address: str) -> dict[str, Any]:
    base = settings.BASE_URL + reverse("ranking:verify", args=[ranking.edition.year])
    return {
        "title": _("How to check this card"),
        "text": _(
            "Every number here follows from the published bundle of the ranking: the locked method, the table of "
            "figures and the seed. Anybody can recompute it, on any computer, with the verifier inside it."
        ),
        "facts": [
            [_("Page of the city"), address],
            [_("Verify the ranking"), base],
            [_("Hash of the method"), ranking.method.hash],
            [_("SHA-256 of the bundle"), ranking.bundle_sha256],
        ],
    }
