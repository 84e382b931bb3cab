"""What is missing before a draft can be locked, in the order in which one would do it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ratusz.apps.editions.permissions import may
from ratusz.apps.ranking import rules
from ratusz.apps.ranking.models import Method


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to have: done or not, in words, with what to do."""

    done: bool
    text: str
    next_step: str = ""
    target: str = ""  # the screen where it is done: "edit_method", "lock"


def items(method: Method, user: Any) -> list[Item]:
    """The list for a draft."""
    edition = method.edition
    found = []
    if not method.toml:
        found.append(
            Item(
                False,
                _("The tree has no indicator yet."),
                _("Add groups and indicators, and save."),
                "edit_method",
            )
        )
    else:
        engine = rules.read_method(method.toml)
        groups = len(engine.framework.aggregates) - 1
        words = ngettext(
            "The tree has %(count)d indicator",
            "The tree has %(count)d indicators",
            len(engine.framework.indicators),
        ) % {"count": len(engine.framework.indicators)}
        words += " " + ngettext("in %(count)d group.", "in %(count)d groups.", groups) % {"count": groups}
        found.append(Item(True, words))
        problems = rules.check_method(method.toml, edition).problems
        found += [Item(False, str(p.message), str(p.next_step), "edit_method") for p in problems]
        if not problems:
            found.append(Item(True, _("Every weight fits, and every indicator has enough figures.")))
    english = bool(method.name_en)
    found.append(
        Item(True, _("The ranking has a name in Polish and English.") if english
             else _("The ranking has a name in Polish; English readers will see it too."))
    )  # fmt: skip
    if method.version > 1:
        found.append(
            Item(True, _("The lock will ask for a public note: what changed since version %(version)s, and why.")
                 % {"version": method.version - 1})
        )  # fmt: skip
    if not may(user, "ranking.lock_method", edition):
        found.append(
            Item(False, _("The method is locked by an organiser, in the phases of measurement, data dialogue or "
                          "ranking."), _("Open the phase in the calendar of the edition."))
        )  # fmt: skip
    return found
