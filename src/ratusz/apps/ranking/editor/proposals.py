"""Weights proposed for the children of a group: by data, by experts, for balance; shown first, adopted by an act."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from ratusz.apps.core.errors import DomainError
from ratusz.apps.editions.models import Edition
from ratusz.apps.ranking import choices, rules
from ratusz.apps.ranking.editor import numbers
from ratusz.apps.ranking.editor.acts import set_weights
from ratusz.apps.ranking.editor.sketch import Node, Sketch
from ratusz.apps.ranking.engine_messages import explain
from ratusz.engines import composite, efficiency
from ratusz.engines.composite import weighting

EXPERTS = 5
LEAST_SHARE = 0.05  # of its own score that a city must give each child under the benefit of the doubt


@dataclass(frozen=True)
class Proposed:
    """One way to weigh the children: weights in percent by key, or the reason why there are none."""

    choice: choices.Choice
    weights: dict[str, float]
    problem: str = ""

    def of(self, key: str) -> float | None:
        """The weight of a child."""
        return self.weights.get(key)


@dataclass(frozen=True)
class Offer:
    """All proposals for the children of one group, beside the present weights."""

    parent: Node
    name: str
    children: list[tuple[Node, str]]
    current: dict[str, float]
    proposals: list[Proposed]
    experts: list[tuple[int, str, list[tuple[str, str]]]]

    @property
    def rows(self) -> list[tuple[str, float | None, list[float | None]]]:
        """Name, present weight and proposed weights of each child."""
        return [
            (name, self.current.get(node.key), [p.of(node.key) for p in self.proposals])
            for node, name in self.children
        ]


def offered(
    sketch: Sketch, parent: Node, method: composite.Method | None, edition: Edition, data: Any
) -> Offer:
    """The proposals for the children of a group, by the figures of the edition and the method as it is now."""
    family = sketch.children(parent)
    tree = sketch.tree()
    found = next(b for b in _walk(tree) if b.node is parent)
    total = sum(b.share or 0 for b in found.children)
    current = {b.node.key: 100 * b.share / total for b in found.children if b.share is not None and total}
    values, problem = _values(method, edition, [child.code for child in family])
    experts = _experts(family, data)
    proposals = []
    for choice in choices.options("proposal"):
        if choice.code == "budget" and not any(raw.strip() for _r, _n, given in experts for _k, raw in given):
            continue
        try:
            weights = _proposed(choice.code, values, family, current, experts, problem)
            proposals.append(Proposed(choice, weights))
        except (composite.EngineError, DomainError) as error:
            words = explain(error) if isinstance(error, composite.EngineError) else str(error)
            proposals.append(Proposed(choice, {}, words))
    return Offer(
        parent, sketch.name_of(parent), [(child, sketch.name_of(child)) for child in family], current, proposals,
        experts,
    )  # fmt: skip


def adopted(sketch: Sketch, offer: Offer, code: str) -> str:
    """Writes a proposal into the sketch, with a note of where the weights come from; says what happened."""
    chosen = next((p for p in offer.proposals if p.choice.code == code), None)
    if chosen is None or not chosen.weights:
        return chosen.problem if chosen else _("There is no such proposal.")
    if low := [name for node, name in offer.children if chosen.weights[node.key] <= 0.005]:
        return _(
            "This proposal gives no weight to %(names)s: check the direction, remove it, or choose another."
        ) % {"names": ", ".join(low)}
    sketch.remember()
    if sketch.scheme == "equal":
        sketch.scheme = "percent"
    set_weights(sketch, offer.parent, chosen.weights)
    for language, name in (("pl", "note_pl"), ("en", "note_en")):
        with override(language):
            today = timezone.localdate()
            offer.parent.texts[name] = _("Weights: %(way)s, %(date)s") % {
                "way": chosen.choice.name,
                "date": date_format(today, "j E Y" if language == "pl" else "j F Y"),
            }
    offer.parent.texts["note_for"] = sketch.weights_below(offer.parent)
    return _("“%(name)s”: the weights are now those of “%(way)s”.") % {
        "name": offer.name, "way": chosen.choice.name,
    }  # fmt: skip


def _walk(branch: Any) -> Any:
    yield branch
    for child in branch.children:
        yield from _walk(child)


def _values(
    method: composite.Method | None, edition: Edition, codes: list[str]
) -> tuple[np.ndarray | None, str]:
    """Values (n, k) of the children on the method's scale, or why there are none."""
    if method is None:
        return None, _("The tree cannot be computed yet: see the check.")
    try:
        ranking = composite.rank(rules.figures_for(method, edition).table, method, runs=0)
    except composite.EngineError as error:
        return None, explain(error)
    except DomainError as error:
        return None, str(error)
    nodes = np.hstack([ranking.normalised, ranking.scores])
    place = method.framework.position
    if any(code not in place for code in codes):
        return None, _("Some of the children cannot be computed yet: see the check.")
    return nodes[:, [place[code] for code in codes]], ""


def _proposed(
    code: str, values: np.ndarray | None, family: list[Node], current: dict[str, float], experts: Any, problem: str
) -> dict[str, float]:  # fmt: skip
    keys = tuple(child.key for child in family)
    if code == "equal":
        return dict.fromkeys(keys, 100 / len(keys))
    if code == "budget":
        sheets = {f"{row}. {name}".strip(): points for row, name, points in _filled(experts) if points}
        return dict(zip(keys, weighting.budget(sheets, keys).weights.tolist(), strict=True))
    if values is None:
        raise DomainError(problem)
    if len(keys) < 2:
        raise DomainError(_("One child alone weighs 100 %."))
    # The engine names what it refuses by the names of the children.
    names = tuple(child.code for child in family)
    if code == "doubt":
        return dict(zip(keys, _doubt(values, names), strict=True))
    if code == "balanced":
        shares = np.array([current.get(key, 0.0) for key in keys])
        shares = shares if (shares > 0).all() else np.ones(len(keys))
        weights = weighting.balanced(values, names, shares).weights
    else:
        makers: dict[str, Callable[..., weighting.Proposal]] = {
            "pca": weighting.principal, "entropy": weighting.entropy, "critic": weighting.critic,
        }  # fmt: skip
        weights = makers[code](values, names).weights
    return dict(zip(keys, weights.tolist(), strict=True))


def _doubt(values: np.ndarray, names: tuple[str, ...]) -> list[float]:
    """The mean share, in percent, that units give each child of their own best score."""
    complete = values[~np.isnan(values).any(axis=1)]
    if len(complete) < 2:
        raise DomainError(_("Fewer than two cities have all of these figures."))
    # Zero would make a share of nothing; the scale only has to be above it.
    low, high = complete.min(axis=0), complete.max(axis=0)
    positive = 1 + 99 * (complete - low) / np.where(high > low, high - low, 1)
    units = [str(k) for k in range(len(positive))]
    floor = min(LEAST_SHARE, 0.5 / len(names))
    found = efficiency.benefit_of_the_doubt(units, names, positive, limits=(floor, 1.0))
    return (100 * found.shares.mean(axis=0)).tolist()


def _experts(family: list[Node], data: Any) -> list[tuple[int, str, list[tuple[str, str]]]]:
    """The table of experts' points as typed: row, name, and a text for each child."""
    return [
        (row, (data.get(f"expert{row}") or "")[:80],
         [(child.key, (data.get(f"points{row}-{child.key}") or "")[:12]) for child in family])
        for row in range(1, EXPERTS + 1)
    ]  # fmt: skip


def _filled(experts: Any) -> list[tuple[int, str, dict[str, float]]]:
    found = []
    for row, name, points in experts:
        given = {}
        for key, raw in points:
            try:
                value = numbers.read(raw)
            except ValueError:
                raise DomainError(
                    _("“%(value)s” in row %(row)d is not a number.") % {"value": raw, "row": row}
                ) from None
            if value is not None:
                given[key] = value
        if given and abs(sum(given.values()) - 100) > 1e-6:
            raise DomainError(
                _("The points in row %(row)d sum to %(total)s: each expert allots 100.")
                % {"row": row, "total": numbers.written(sum(given.values()))}
            )
        found.append((row, name, given))
    return found
