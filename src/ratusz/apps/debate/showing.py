"""What the page of results shows: the stored content with the statements' words and the drawing's numbers."""

from typing import Any

from django.utils.translation import pgettext_lazy

from ratusz.apps.debate.models import Conversation, LivePicture, Participant, Result

SIDE, EDGE = 420, 24


def shown(result: Result, conversation: Conversation) -> dict[str, Any]:
    """The context of the page: groups by letter, statements with their texts, and the dots of the map."""
    content = result.content
    words = {one.number: one for one in conversation.statements.all()}

    def worded(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [row | {"statement": words[row["statement"]]} for row in rows if row["statement"] in words]

    groups = [
        {"letter": chr(ord("A") + g), "people": one["people"], "typical": worded(one["typical"])}
        for g, one in enumerate(content["groups"])
    ]
    scale = SIDE - 2 * EDGE
    dots = [
        {"x": f"{EDGE + x * scale:.1f}", "y": f"{SIDE - EDGE - y * scale:.1f}", "group": g}
        for x, y, g in content["map"]
    ]
    return {
        "content": content,
        "groups": groups,
        "is_grouped": len(groups) > 1,
        "united": worded(content["united"]),
        "uncertain": worded(content["uncertain"]),
        # Results that were computed before there were these lists stay as they are.
        "divides": [
            row | {"by_group": list(zip((one["letter"] for one in groups), row["shares"], strict=True))}
            for row in worded(content.get("divides", []))
        ],
        "bridges": worded(content.get("bridges", [])) if len(groups) > 1 else [],  # nothing to bridge
        "statements": [
            row | {"by_group": list(zip((one["letter"] for one in groups), row["groups"], strict=True))}
            for row in worded(content["statements"])
        ],
        "dots": dots,
        "frame": f"0 0 {SIDE} {SIDE}",
    }


# Each group has a shape beside its colour and its letter, each drawn around 0, 0.
SHAPES = (
    "M0-6A6 6 0 1 1 0 6A6 6 0 1 1 0-6Z",  # circle
    "M-5.4-5.4H5.4V5.4H-5.4Z",  # square
    "M0-7L6.6 5H-6.6Z",  # triangle
    "M0-7.4L7.4 0L0 7.4L-7.4 0Z",  # diamond
    "M-2.2-6.6H2.2V-2.2H6.6V2.2H2.2V6.6H-2.2V2.2H-6.6V-2.2H-2.2Z",  # cross
)
SHAPE_NAMES = (
    pgettext_lazy("shape", "circle"), pgettext_lazy("shape", "square"), pgettext_lazy("shape", "triangle"),
    pgettext_lazy("shape", "diamond"), pgettext_lazy("shape", "cross"),
)  # fmt: skip
UNITED = 5


def live_shown(content: dict[str, Any], conversation: Conversation) -> dict[str, Any]:
    """The context of the live drawing: groups with letter, shape and what is typical, the dots, what unites."""
    words = {one.number: one for one in conversation.statements.all()}
    groups = [
        {
            "number": g,
            "letter": letter(g),
            "shape": SHAPES[g],
            "shape_name": SHAPE_NAMES[g],
            "people": one["people"],
            "typical": [
                row | {"statement": words[row["statement"]]}
                for row in one["typical"]
                if row["statement"] in words
            ],
        }
        for g, one in enumerate(content["groups"])
    ]
    united = [
        row | {"statement": words[row["statement"]]} for row in content["united"] if row["statement"] in words
    ]
    return {
        "content": content,
        "groups": groups,
        "is_grouped": len(groups) > 1,
        "united": united[:UNITED],
        "dots": [_at(x, y) | {"group": g, "shape": SHAPES[g]} for x, y, g in content["map"]],
        "centres": [_at(x, y) | {"letter": letter(g)} for x, y, g in content["centres"]],
        "frame": f"0 0 {SIDE} {SIDE}",
    }


def place_shown(picture: LivePicture, participant: Participant | None) -> dict[str, Any] | None:
    """Where a participant stands in the picture; None for somebody who is not in it."""
    known = picture.memory["people"].get(str(participant.number)) if participant else None
    if known is None:
        return None
    x, y, group = known
    is_grouped = len(picture.content["groups"]) > 1
    place = _at(x, y) | {"is_placed": group >= 0, "is_grouped": is_grouped, "frame": f"0 0 {SIDE} {SIDE}"}
    if group >= 0:
        people = picture.content["groups"][group]["people"]
        place |= {"letter": letter(group), "shape_name": SHAPE_NAMES[group], "people": people}
    return place


def letter(group: int) -> str:
    """What a group is called."""
    return chr(ord("A") + group)


def _at(x: float, y: float) -> dict[str, str]:
    scale = SIDE - 2 * EDGE
    return {"x": f"{EDGE + x * scale:.1f}", "y": f"{SIDE - EDGE - y * scale:.1f}"}
