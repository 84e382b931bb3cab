"""From a sketch and the steps to a method: every mistake at its field, with the value, the rule and the next step."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from ratusz.apps.core.text import fold
from ratusz.apps.ranking import cards, rules
from ratusz.apps.ranking.editor import numbers
from ratusz.apps.ranking.editor.sketch import Node, Sketch, texts_of
from ratusz.apps.ranking.editor.steps import StepsForm
from ratusz.apps.ranking.engine_messages import explain
from ratusz.engines import composite
from ratusz.engines.composite.framework import TRANSFORMS


def built(sketch: Sketch, form: StepsForm) -> composite.Method | None:
    """The method that the sketch and the form say; None where something is wrong, which then stands at its field."""
    fine = form.is_valid()
    _check_tree(sketch, form)
    if not fine or any(node.errors for node in sketch.nodes):
        return None
    try:
        return form.written_into(_framework(sketch, form.base), sketch.scheme)
    except composite.EngineError as error:
        form.add_error(None, explain(error))
        return None


def looked_at(sketch: Sketch, form: StepsForm) -> tuple[composite.Method | None, list[str]]:
    """The method as far as it can be computed while it is still being written, and what was assumed.

    Empty groups are left out, weights of a family that do not fit yet count as equal.
    """
    assumed = []
    trimmed = Sketch([replace(n, texts=dict(n.texts), errors={}) for n in sketch.nodes], sketch.registry)
    trimmed.scheme = sketch.scheme
    while empty := [n for n in trimmed.nodes if n.is_group and n.parent and not trimmed.children(n)]:
        trimmed.nodes = [n for n in trimmed.nodes if n not in empty]
    for node in trimmed.nodes:
        family = trimmed.children(node) if node.is_group else []
        given = [child.weight for child in family]
        if any(g is not None for g in given) and not _fits(given, trimmed.scheme):
            for child in family:
                child.texts["weight"] = ""
            assumed.append(
                _("The weights under “%(name)s” do not fit yet: here they count as equal.")
                % {"name": sketch.name_of(node)}
            )
    if not any(not n.is_group for n in trimmed.nodes) or not form.is_valid():
        return None, assumed
    try:
        return form.written_into(_framework(trimmed, form.base), trimmed.scheme), assumed
    except (composite.EngineError, ValueError):
        return None, assumed


def _fits(given: list[float | None], scheme: str) -> bool:
    if any(w is None or w <= 0 for w in given):
        return False
    if scheme == "percent":
        return abs(sum(given) - 100) < 1e-6  # type: ignore[arg-type]
    return scheme == "relative" or len(set(given)) == 1


# Checks


def _check_tree(sketch: Sketch, form: StepsForm) -> None:
    if not any(not node.is_group for node in sketch.nodes):
        sketch.root.add_error(
            "name_pl", _("The tree has no indicator yet: tick some in the list below and add them.")
        )
    scales = rules_of_scales(form)
    for node in sketch.nodes:
        if node.is_group:
            _check_group(sketch, node)
        else:
            _check_indicator(sketch, node, scales)
        _check_number(node, "weight")


def rules_of_scales(form: StepsForm) -> set[str]:
    """The scales that are chosen or tried."""
    data = getattr(form, "cleaned_data", {})
    found = {data.get("normalisation"), *(data.get("other_normalisation") or ())}
    if form.base:
        listed = form.base.uncertainty.normalisation
        found |= {
            listed[int(v[1:])].method for v in data.get("other_normalisation") or () if str(v).startswith("@")
        }
    return {name for name in found if name}


def _check_number(node: Node, name: str) -> float | None:
    try:
        return numbers.read(node.texts.get(name, ""))
    except ValueError:
        node.add_error(
            name,
            _("“%(value)s” is not a number: write digits with a comma or a point, such as 12.5.")
            % {"value": node.texts[name]},
        )
        return None


def _check_group(sketch: Sketch, node: Node) -> None:
    texts = node.texts
    if node.parent:
        if not texts["name_pl"].strip() and (node.code.startswith("+") or texts["name_en"].strip()):
            node.add_error("name_pl", _("This group has no name in Polish: give it one."))
        elif any(
            _called(other) == _called(node)
            for other in sketch.children(sketch.by_key[node.parent])
            if other.is_group and other is not node
        ):
            node.add_error(
                "name_pl", _("Another group beside it has the same name: tell them apart, or remove one.")
            )
        if not sketch.children(node):
            node.add_error("name_pl", _("This group has no indicator: add one to it, or remove the group."))
    for name in ("name_pl", "note_pl"):
        if cards.BETWEEN in texts[name]:
            node.add_error(name, _("“ / ” separates the two languages: write it without."))
    power = _check_number(node, "power")
    if power is not None and not -100 <= power <= 100:
        node.add_error("power", _("A power is between −100 and 100."))
    if texts["mean"] == "generalised" and not texts["power"].strip():
        node.add_error("power", _("This mean needs a power, such as 0.5."))
    _check_weights(sketch, node)


def _called(node: Node) -> str:
    return fold(node.texts["name_pl"]) or node.code


def _check_weights(sketch: Sketch, node: Node) -> None:
    family = sketch.children(node)
    try:
        given = [numbers.read(child.texts["weight"]) for child in family]
    except ValueError:
        return  # said at the field itself
    if all(weight is None for weight in given):
        return
    for child, weight in zip(family, given, strict=True):
        if not weight or weight < 0:
            child.add_error(
                "weight",
                _("Give a weight above 0, or clear all weights of “%(name)s”: then they are equal.")
                % {"name": sketch.name_of(node)},
            )
            return
    total = sum(given)
    if sketch.scheme == "percent" and abs(total - 100) > 1e-6:
        family[-1].add_error(
            "weight",
            _("The weights of “%(name)s” sum to %(total)s, and must sum to 100: change them by %(gap)s.")
            % {"name": sketch.name_of(node), "total": numbers.written(round(total, 8)),
               "gap": f"{'+' if total < 100 else ''}{numbers.written(round(100 - total, 8))}"},
        )  # fmt: skip
    elif sketch.scheme == "equal" and len(set(given)) > 1:
        family[-1].add_error(
            "weight",
            _(
                "The weights of “%(name)s” differ, and you chose “all the same”: clear them, or choose percent."
            )
            % {"name": sketch.name_of(node)},
        )


def _check_indicator(sketch: Sketch, node: Node, scales: set[str]) -> None:
    if node.code not in sketch.registry:
        node.add_error(
            "code",
            _("There is no indicator with the code “%(code)s” in the registry: remove it here, or add it under "
              "Cities and data.") % {"code": node.code},
        )  # fmt: skip
    if node.texts["direction"] not in ("1", "-1"):
        node.add_error("direction", _("Say whether more is better or less is better."))
    known = {"", rules.POPULATION_COLUMN, *sketch.registry}
    if node.texts["denominator"] not in known:
        node.add_error(
            "denominator",
            _("“%(code)s” is no column: choose the population or an indicator.")
            % {"code": node.texts["denominator"]},
        )
    if node.texts["transform"] not in ("", *TRANSFORMS):
        node.add_error("transform", _("Choose the figure as it is, or its logarithm."))
    error = _check_number(node, "error")
    if error is not None and error < 0:
        node.add_error("error", _("An error is 0 or more, in the unit of the indicator."))
    target = _check_number(node, "target")
    if "distance to target" in scales and target is None and "target" not in node.errors:
        node.add_error("target", _("The scale “way to the target” needs a target for every indicator."))
    low, high = _check_number(node, "low"), _check_number(node, "high")
    if "low" in node.errors or "high" in node.errors:
        return
    if "goalposts" in scales and (low is None or high is None):
        node.add_error(
            "low" if low is None else "high",
            _("Fixed goalposts need a lower and an upper value for every indicator."),
        )
    elif (low is None) != (high is None):
        node.add_error("low" if low is None else "high", _("Goalposts are two: write both or none."))
    elif node.texts["transform"] == "log" and any(v is not None and v <= 0 for v in (target, low)):
        node.add_error(
            "transform", _("A logarithm takes only values above 0: raise the target and the goalposts.")
        )
    elif low is not None and not low < high:
        node.add_error(
            "high",
            _(
                "The upper goalpost, %(high)s, is not above the lower one, %(low)s; that holds whatever is better."
            )
            % {"low": numbers.written(low), "high": numbers.written(high)},
        )


# The tree of the method


def _framework(sketch: Sketch, base: composite.Method | None) -> composite.Framework:
    old = {node.code: node for node in base.framework.nodes} if base else {}
    code = _codes(sketch, old)
    groups, indicators = [], []
    for node in sketch.nodes:
        above = code[node.parent] if node.parent else None
        was = old.get(node.code)
        if node.is_group:
            was = was if isinstance(was, composite.Aggregate) else composite.Aggregate(code[node.key])
            groups.append(_group(sketch, node, was, above))
        else:
            was = was if isinstance(was, composite.Indicator) else composite.Indicator(node.code, above or "")
            indicators.append(_indicator(node, was, above or ""))
    if base:
        groups, indicators = (
            _in_old_order(new, [n.code for n in listed])
            for new, listed in ((groups, base.framework.aggregates), (indicators, base.framework.indicators))
        )
    return composite.Framework(tuple(indicators), tuple(groups))


def _codes(sketch: Sketch, old: dict[str, Any]) -> dict[str, str]:
    """The code of each node by its key: the one it has, else one made of its name."""
    taken = {node.code for node in sketch.nodes} | set(sketch.registry) | set(old) | {rules.POPULATION_COLUMN}
    found = {}
    for node in sketch.nodes:
        if not node.code.startswith("+"):
            found[node.key] = node.code
            continue
        name = node.texts["name_en"].strip() or node.texts["name_pl"].strip()
        base = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-") or "group"
        code, number = base, 2
        while code in taken:
            code, number = f"{base}-{number}", number + 1
        taken.add(code)
        found[node.key] = code
    return found


def _text(node: Node, was: composite.Aggregate, pl: str, en: str, old: str) -> str:
    """A bilingual text: the old one where nobody changed it."""
    before = texts_of(was)
    if (node.texts[pl], node.texts[en]) == (before[pl], before[en]):
        return old
    return cards.one_name(node.texts[pl], node.texts[en])


def _group(sketch: Sketch, node: Node, was: composite.Aggregate, above: str | None) -> composite.Aggregate:
    return replace(
        was, parent=above, name=_text(node, was, "name_pl", "name_en", was.name),
        weight=numbers.kept(numbers.read(node.texts["weight"]), was.weight) if above else was.weight,
        mean=node.texts["mean"] or None, power=numbers.kept(numbers.read(node.texts["power"]), was.power),
        note=_note(sketch, node, was),
    )  # fmt: skip


def _note(sketch: Sketch, node: Node, was: composite.Aggregate) -> str:
    """The note of where the weights come from; one that the weights have left behind says so."""
    note = _text(node, was, "note_pl", "note_en", was.note)
    if not note or not node.texts["note_for"] or sketch.weights_below(node) == node.texts["note_for"]:
        return note
    changed = []
    for language, name in (("pl", "note_pl"), ("en", "note_en")):
        with override(language):
            words = _("; later changed by hand")
        written = node.texts[name].strip()
        changed.append(written if not written or written.endswith(words) else written + words)
    return cards.one_name(*changed)


def _indicator(node: Node, was: composite.Indicator, above: str) -> composite.Indicator:
    texts, old = node.texts, was.goalposts or (None, None)
    low, high = (numbers.kept(numbers.read(texts[k]), o) for k, o in (("low", old[0]), ("high", old[1])))
    return replace(
        was, parent=above, direction=int(texts["direction"]),
        weight=numbers.kept(numbers.read(texts["weight"]), was.weight), denominator=texts["denominator"] or None,
        target=numbers.kept(numbers.read(texts["target"]), was.target),
        error=numbers.kept(numbers.read(texts["error"]), was.error), transform=texts["transform"] or None,
        goalposts=(low, high) if low is not None and high is not None else None,
    )  # fmt: skip


def _in_old_order(new: list[Any], old: list[str]) -> list[Any]:
    """The nodes as the file had them, where the screen says no other order: looking changes no hash."""
    place: dict[str, int] = {code: k for k, code in enumerate(old)}
    if any(node.code not in place for node in new):
        return new
    ordered = sorted(new, key=lambda node: place[node.code])
    parents: Callable[[Any], str | None] = lambda node: node.parent  # noqa: E731
    for parent in {parents(node) for node in new}:
        if [n.code for n in new if n.parent == parent] != [n.code for n in ordered if n.parent == parent]:
            return new
    return ordered
