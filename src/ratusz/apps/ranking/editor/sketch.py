"""The tree as it is being edited: nodes with their texts as typed, and the way back from a posted form."""

import base64
import binascii
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from ratusz.apps.cities.models import Indicator
from ratusz.apps.ranking import cards
from ratusz.apps.ranking.editor import numbers
from ratusz.engines import composite

MOST_NODES = 400
STEPS_BACK = 12
LARGEST_HISTORY = 2_000_000
GROUP_FIELDS = ("name_pl", "name_en", "weight", "mean", "power", "note_pl", "note_en", "note_for")
INDICATOR_FIELDS = ("weight", "direction", "denominator", "transform", "target", "low", "high", "error")


@dataclass
class Node:
    """One node: `texts` as typed, by field; `parent` is the key of the group above, empty for the index."""

    key: str
    code: str
    parent: str
    is_group: bool
    texts: dict[str, str]
    errors: dict[str, list[str]] = field(default_factory=dict)

    def add_error(self, name: str, words: str) -> None:
        """Adds an error at a field."""
        self.errors.setdefault(name, []).append(words)

    @property
    def has_hidden_errors(self) -> bool:
        """Whether an error stands at a field under "More"."""
        return bool(self.errors.keys() - {"name_pl", "weight", "code"})

    @property
    def weight(self) -> float | None:
        """The weight as a number; None where there is none or it is no number."""
        try:
            return numbers.read(self.texts.get("weight", ""))
        except ValueError:
            return None


@dataclass
class Branch:
    """A node as it is drawn: its name, its children, and what its weight comes to."""

    node: Node
    name: str
    depth: int
    place: int
    among: int
    share: float | None
    indicator: Indicator | None
    children: list["Branch"]
    total: float | None = None

    @property
    def gap(self) -> float | None:
        """What the weights of the children lack of 100; None where none is stated or nothing is wrong."""
        if self.total is None or abs(100 - self.total) < 1e-6:
            return None
        return 100 - self.total


@dataclass
class Sketch:
    """All nodes of the tree in the order of the screen, and the trees before it."""

    nodes: list[Node]
    registry: Mapping[str, Indicator]
    history: list[Any] = field(default_factory=list)
    scheme: str = "percent"

    # Reading

    @classmethod
    def of(cls, method: composite.Method | None, registry: Mapping[str, Indicator]) -> "Sketch":
        """The sketch of a method; of none, a tree with nothing but the index."""
        if method is None:
            return cls([Node("k1", "index", "", True, dict.fromkeys(GROUP_FIELDS, ""))], registry)
        framework = method.framework
        nodes = (*framework.aggregates, *framework.indicators)
        key = {node.code: f"k{number}" for number, node in enumerate(nodes, 1)}
        found = [
            Node(
                key[n.code],
                n.code,
                key.get(n.parent or "", ""),
                isinstance(n, composite.Aggregate),
                texts_of(n),
            )
            for n in nodes
        ]
        sketch = cls(found, registry, scheme=method.scheme)
        for node in sketch.nodes:
            if node.is_group and node.texts["note_pl"]:
                node.texts["note_for"] = sketch.weights_below(node)
        sketch.arrange()
        return sketch

    @classmethod
    def posted(cls, data: Any, registry: Mapping[str, Indicator]) -> "Sketch":
        """The sketch of a posted form: parents as chosen, siblings by their numbers."""
        nodes, order = [], {}
        for place, key in enumerate(dict.fromkeys(data.getlist("key")[:MOST_NODES])):
            is_group = data.get(f"{key}-kind") == "group"
            names = GROUP_FIELDS if is_group else INDICATOR_FIELDS
            texts = {name: (data.get(f"{key}-{name}") or "")[:2000] for name in names}
            nodes.append(
                Node(key, data.get(f"{key}-code") or key, data.get(f"{key}-parent") or "", is_group, texts)
            )
            order[key] = (_place(data.get(f"{key}-order"), place), place)
        if not any(node.is_group for node in nodes):
            return cls.of(None, registry)
        nodes.sort(key=lambda node: order[node.key])
        was = {node.key: data.get(f"{node.key}-was") or "" for node in nodes}
        sketch = cls(nodes, registry, unpacked(data.get("history") or ""), data.get("scheme") or "percent")
        sketch._settle(was)
        sketch.arrange()
        return sketch

    def _settle(self, was: Mapping[str, str]) -> None:
        """Leaves one root, and puts back where it was what would stand under itself or under no group."""
        groups = {node.key for node in self.nodes if node.is_group}
        roots = [n for n in self.nodes if n.is_group and not was[n.key]] or [
            n for n in self.nodes if n.is_group
        ]
        root = roots[0]
        root.parent = ""
        for node in self.nodes:
            if node is root:
                continue
            if node.parent not in groups or node.parent == node.key:
                node.parent = (
                    was[node.key] if was[node.key] in groups and was[node.key] != node.key else root.key
                )
        for node in self.nodes:
            if node is not root and self._circles(node):
                wanted = self.by_key[node.parent]
                node.parent = was[node.key] if was[node.key] in groups else root.key
                if self._circles(node):
                    node.parent = root.key
                node.add_error(
                    "parent",
                    _(
                        "“%(name)s” cannot stand under “%(group)s”, which stands under it: it stays where it was."
                    )
                    % {"name": self.name_of(node), "group": self.name_of(wanted)},
                )

    def _circles(self, node: Node) -> bool:
        by_key, seen = self.by_key, set()
        while node.parent:
            if node.key in seen:
                return True
            seen.add(node.key)
            node = by_key[node.parent]
        return False

    # Looking

    @property
    def by_key(self) -> dict[str, Node]:
        """The nodes by key."""
        return {node.key: node for node in self.nodes}

    @property
    def root(self) -> Node:
        """The index."""
        return next(node for node in self.nodes if not node.parent)

    def children(self, parent: Node) -> list[Node]:
        """The nodes right under a group: groups first, then indicators."""
        return [node for node in self.nodes if node.parent == parent.key]

    def below(self, node: Node) -> set[str]:
        """The keys of a node and of everything under it."""
        found = {node.key}
        for child in self.children(node):
            found |= self.below(child)
        return found

    def name_of(self, node: Node) -> str:
        """What people call a node."""
        if not node.is_group:
            card = self.registry.get(node.code)
            return str(card.name) if card else node.code
        card = {"name_pl": node.texts["name_pl"].strip(), "name_en": node.texts["name_en"].strip()}
        unnamed = _("(no name yet)") if node.code.startswith("+") else node.code
        return cards.said(card, "name") or (_("Index") if not node.parent else unnamed)

    @property
    def faults(self) -> list[tuple[Node, str, str, str]]:
        """Every error: node, its name, field and words."""
        return [
            (node, self.name_of(node), name, words)
            for node in self.nodes
            for name, errors in node.errors.items()
            for words in errors
        ]

    @property
    def faults_by_words(self) -> dict[str, list[tuple[str, str]]]:
        """What is wrong, each said once, with the name and the field of every node it is said of."""
        found: dict[str, list[tuple[str, str]]] = {}
        for node, name, part, words in self.faults:
            found.setdefault(words, []).append((name, f"{node.key}-{part}"))
        return found

    @property
    def unused(self) -> list[Indicator]:
        """The indicators of the registry that do not stand in the tree, by name."""
        used = {node.code for node in self.nodes if not node.is_group}
        return sorted((i for code, i in self.registry.items() if code not in used), key=lambda i: str(i.name))

    def weights_below(self, node: Node) -> str:
        """The weights of the children as one text: it tells whether they are still those of a note."""
        return ";".join(
            sorted(f"{child.code}={child.texts['weight'].strip()}" for child in self.children(node))
        )

    def arrange(self) -> None:
        """Puts the nodes in the order of the screen: depth first, groups before indicators."""

        def walk(node: Node) -> Iterator[Node]:
            yield node
            for child in sorted(self.children(node), key=lambda n: not n.is_group):
                yield from walk(child)

        self.nodes = list(walk(self.root))

    def tree(self) -> Branch:
        """The tree as it is drawn, with each node's share of the index where the weights allow one."""
        return self._branch(self.root, 0, 1, 1, 1.0)

    def _branch(self, node: Node, depth: int, place: int, among: int, share: float | None) -> Branch:
        children = self.children(node)
        given = [child.weight for child in children]
        total = sum(w for w in given if w) if any(w is not None for w in given) else None
        branch = Branch(
            node, self.name_of(node), depth, place, among, share, self.registry.get(node.code), [],
            total if self.scheme == "percent" else None,
        )  # fmt: skip
        kinds = {True: 0, False: 0}
        for child, weight in zip(children, given, strict=True):
            part = 1 / len(children) if total is None else weight / total if weight and total else None
            kinds[child.is_group] += 1
            same = sum(other.is_group == child.is_group for other in children)
            whole = share * part if share is not None and part is not None else None
            branch.children.append(self._branch(child, depth + 1, kinds[child.is_group], same, whole))
        return branch

    # Remembering

    def snapshot(self) -> list[list[Any]]:
        """The nodes as plain values."""
        return [
            [n.key, n.code, n.parent, int(n.is_group), {k: v for k, v in n.texts.items() if v}]
            for n in self.nodes
        ]

    def remember(self) -> None:
        """Keeps the tree as it is for a step back."""
        self.history = [*self.history, self.snapshot()][-STEPS_BACK:]

    def step_back(self) -> bool:
        """Brings the last tree back; False where there is none."""
        if not self.history:
            return False
        *self.history, last = self.history
        self.nodes = [
            Node(
                key,
                code,
                parent,
                bool(group),
                dict.fromkeys(GROUP_FIELDS if group else INDICATOR_FIELDS, "") | texts,
            )
            for key, code, parent, group, texts in last
        ]
        return True

    def packed_history(self) -> str:
        """The steps back as a text for a hidden field."""
        if not self.history:
            return ""
        return base64.b64encode(zlib.compress(json.dumps(self.history).encode(), 6)).decode()

    def new_key(self) -> str:
        """A key that no node has or had."""
        taken = {row[0] for tree in self.history for row in tree} | set(self.by_key)
        number = len(taken) + 1
        while f"k{number}" in taken:
            number += 1
        return f"k{number}"


def _place(raw: str | None, default: int) -> float:
    try:
        return numbers.read(raw or "") or 0.0 if raw else float(default)
    except ValueError:
        return float(default)


def unpacked(text: str) -> list[Any]:
    """The steps back out of a hidden field; none where it was tampered with."""
    try:
        raw = zlib.decompressobj().decompress(base64.b64decode(text, validate=True), LARGEST_HISTORY)
        trees = json.loads(raw)
        for tree in trees:
            for key, code, parent, _group, texts in tree:
                if not all(isinstance(v, str) for v in (key, code, parent, *texts, *texts.values())):
                    return []
            if sum(not row[2] for row in tree) != 1:
                return []
    except (binascii.Error, zlib.error, ValueError, TypeError, AttributeError):
        return []
    return trees


def texts_of(node: composite.Aggregate | composite.Indicator) -> dict[str, str]:
    """The fields of a node of a method."""
    if isinstance(node, composite.Aggregate):
        name_pl, name_en = cards.two_names(node.name)
        note_pl, note_en = cards.two_names(node.note)
        return {
            "name_pl": name_pl, "name_en": name_en, "weight": numbers.written(node.weight), "mean": node.mean or "",
            "power": numbers.written(node.power), "note_pl": note_pl, "note_en": note_en, "note_for": "",
        }  # fmt: skip
    low, high = node.goalposts or (None, None)
    return {
        "weight": numbers.written(node.weight), "direction": str(node.direction),
        "denominator": node.denominator or "", "target": numbers.written(node.target),
        "low": numbers.written(low), "high": numbers.written(high), "error": numbers.written(node.error),
        "transform": node.transform or "",
    }  # fmt: skip
