"""What the page of results shows: the stored content with the statements' words and the drawing's numbers."""

from typing import Any

from ratusz.apps.debate.models import Conversation, Result

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
        "statements": [
            row | {"by_group": list(zip((one["letter"] for one in groups), row["groups"], strict=True))}
            for row in worded(content["statements"])
        ],
        "dots": dots,
        "frame": f"0 0 {SIDE} {SIDE}",
    }
