"""What a button of the tree does: each act changes the sketch and says in words what happened."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ratusz.apps.ranking.editor import numbers
from ratusz.apps.ranking.editor.sketch import GROUP_FIELDS, INDICATOR_FIELDS, STEPS_BACK, Node, Sketch


def act(sketch: Sketch, command: str, data: Any) -> str:
    """Carries out a command such as "up:k3" and returns what happened, to be read aloud."""
    name, *keys = command.split(":")
    if name == "undo":
        return _("The last change is undone.") if sketch.step_back() else _("There is nothing to undo.")
    if name == "add_group":
        return _add_group(sketch, data)
    if name == "add_indicators":
        return _add_indicators(sketch, data)
    node = sketch.by_key.get(keys[0]) if keys else None
    if node is None or name not in ACTS:
        return ""
    before = sketch.snapshot()
    said = ACTS[name](sketch, node, keys[1:])
    if sketch.snapshot() != before:
        sketch.history = [*sketch.history, before][-STEPS_BACK:]
    sketch.arrange()
    return said


def _add_group(sketch: Sketch, data: Any) -> str:
    under = sketch.by_key.get(data.get("new_under") or "") or sketch.root
    under = under if under.is_group else sketch.root
    sketch.remember()
    texts = dict.fromkeys(GROUP_FIELDS, "")
    texts["name_pl"] = (data.get("new_name_pl") or "").strip()
    texts["name_en"] = (data.get("new_name_en") or "").strip()
    node = Node(sketch.new_key(), "", under.key, True, texts)
    node.code = f"+{node.key}"
    sketch.nodes.append(node)
    sketch.arrange()
    return _("“%(name)s” now stands under “%(group)s”.") % _names(sketch, node)


def _add_indicators(sketch: Sketch, data: Any) -> str:
    under = sketch.by_key.get(data.get("new_under") or "") or sketch.root
    under = under if under.is_group else sketch.root
    free = {i.code for i in sketch.unused}
    chosen = [code for code in dict.fromkeys(data.getlist("new_code")) if code in free]
    if not chosen:
        return _("No indicator was chosen: tick the boxes before the names.")
    sketch.remember()
    for code in chosen:
        texts = dict.fromkeys(INDICATOR_FIELDS, "") | {"direction": str(sketch.registry[code].direction)}
        sketch.nodes.append(Node(sketch.new_key(), code, under.key, False, texts))
    sketch.arrange()
    return ngettext(
        "%(count)d indicator now stands under “%(group)s”.", "%(count)d indicators now stand under “%(group)s”.",
        len(chosen),
    ) % {"count": len(chosen), "group": sketch.name_of(under)}  # fmt: skip


def _names(sketch: Sketch, node: Node) -> dict[str, str]:
    above = sketch.by_key.get(node.parent)
    return {"name": sketch.name_of(node), "group": sketch.name_of(above) if above else ""}


def _same_kind(sketch: Sketch, node: Node) -> list[Node]:
    return [n for n in sketch.children(sketch.by_key[node.parent]) if n.is_group == node.is_group]


def _step(by: int) -> Callable[[Sketch, Node, list[str]], str]:
    def move(sketch: Sketch, node: Node, _rest: list[str]) -> str:
        if not node.parent:
            return ""
        family = _same_kind(sketch, node)
        place = family.index(node) + by
        if not 0 <= place < len(family):
            return (_("“%(name)s” is already the first here.") if by < 0
                    else _("“%(name)s” is already the last here.")) % _names(sketch, node)  # fmt: skip
        a, b = sketch.nodes.index(node), sketch.nodes.index(family[place])
        sketch.nodes[a], sketch.nodes[b] = sketch.nodes[b], sketch.nodes[a]
        return _("“%(name)s” is now number %(place)d of %(among)d under “%(group)s”.") % (
            _names(sketch, node) | {"place": place + 1, "among": len(family)}
        )

    return move


def _out(sketch: Sketch, node: Node, _rest: list[str]) -> str:
    above = sketch.by_key.get(node.parent)
    if above is None or not above.parent:
        return _("“%(name)s” already stands right under the index.") % _names(sketch, node)
    node.parent = above.parent
    node.texts["weight"] = ""
    return _("“%(name)s” now stands under “%(group)s”. Give it a weight there.") % _names(sketch, node)


def _into(sketch: Sketch, node: Node, _rest: list[str]) -> str:
    """Into the group before it, else into the one after it."""
    if not node.parent:
        return ""
    family = sketch.children(sketch.by_key[node.parent])
    place = family.index(node)
    groups = [n for n in (*reversed(family[:place]), *family[place + 1 :]) if n.is_group]
    if not groups:
        return _("There is no group beside “%(name)s” to move it into: add one first.") % _names(sketch, node)
    return _under(sketch, node, groups[0])


def _under(sketch: Sketch, node: Node, group: Node) -> str:
    if group.key in sketch.below(node):
        return _("“%(name)s” cannot stand under itself.") % _names(sketch, node)
    if node.parent != group.key:
        node.parent = group.key
        node.texts["weight"] = ""
        return _("“%(name)s” now stands under “%(group)s”. Give it a weight there.") % _names(sketch, node)
    return _("“%(name)s” now stands under “%(group)s”.") % _names(sketch, node)


def _move(sketch: Sketch, node: Node, rest: list[str]) -> str:
    """Under a group (first key) and before a node (second key; none: at the end): what a drag ends in."""
    group = sketch.by_key.get(rest[0]) if rest else None
    if not node.parent or group is None or not group.is_group:
        return ""
    said = _under(sketch, node, group)
    if node.parent == group.key and group.key not in sketch.below(node):
        sketch.nodes.remove(node)
        before = sketch.by_key.get(rest[1]) if len(rest) > 1 else None
        sketch.nodes.insert(sketch.nodes.index(before) if before else len(sketch.nodes), node)
    return said


def _remove(sketch: Sketch, node: Node, _rest: list[str]) -> str:
    if not node.parent:
        return _("The index itself stays.")
    words = _names(sketch, node)
    for child in sketch.children(node):
        child.parent = node.parent
        child.texts["weight"] = ""
    sketch.nodes.remove(node)
    if node.is_group:
        return _("“%(name)s” is removed; what stood in it is now under “%(group)s”.") % words
    return _("“%(name)s” is removed from the tree; its figures stay.") % words


def _equal(sketch: Sketch, node: Node, _rest: list[str]) -> str:
    family = sketch.children(node)
    if not family:
        return _("“%(name)s” has no children yet.") % _names(sketch, node)
    for child in family:
        child.texts["weight"] = ""
    node.texts |= {"note_pl": "", "note_en": "", "note_for": ""}
    return _("All children of “%(name)s” weigh the same now: empty fields mean equal weights.") % _names(
        sketch, node
    )


def _rest_of(sketch: Sketch, node: Node, _rest: list[str]) -> str:
    """The weight that the siblings leave of 100."""
    if not node.parent:
        return ""
    others = [child for child in sketch.children(sketch.by_key[node.parent]) if child is not node]
    left = 100 - sum(child.weight or 0 for child in others)
    if left <= 1e-9:
        return _("The others already sum to %(total)s: there is nothing left for “%(name)s”.") % (
            _names(sketch, node) | {"total": numbers.written(100 - left)}
        )
    node.texts["weight"] = numbers.written(round(left, 8))
    return _("“%(name)s” gets the rest: %(weight)s %%.") % (
        _names(sketch, node) | {"weight": node.texts["weight"]}
    )


def set_weights(sketch: Sketch, parent: Node, weights: dict[str, float]) -> None:
    """Writes weights of the children, rounded to two decimals so that they still sum to 100."""
    rounded = {key: round(weight, 2) for key, weight in weights.items()}
    heaviest = max(rounded, key=lambda key: rounded[key])
    rounded[heaviest] = round(rounded[heaviest] + 100 - sum(rounded.values()), 2)
    for child in sketch.children(parent):
        child.texts["weight"] = numbers.written(rounded[child.key])


ACTS: dict[str, Callable[[Sketch, Node, list[str]], str]] = {
    "up": _step(-1),
    "down": _step(1),
    "out": _out,
    "into": _into,
    "move": _move,
    "remove": _remove,
    "equal": _equal,
    "rest": _rest_of,
}
