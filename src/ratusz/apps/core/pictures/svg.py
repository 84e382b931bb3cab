"""The few words of SVG that the pictures need: escaped, without style, in as few bytes as is readable."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape


class Svg(str):
    """Markup that a template prints as it is: every word in it was escaped when it was built."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


@dataclass(frozen=True)
class Picture:
    """A picture and the same facts as a table: `{{ picture }}` prints the SVG.

    Colours come from the style sheet's classes, so a picture follows light, dark, print and high contrast.
    """

    svg: Svg
    title: str
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def __str__(self) -> str:
        return self.svg


def element(tag: str, *children: str, **attributes: object) -> str:
    """`<tag …>children</tag>`; `class_` is class, `text_anchor` is text-anchor, None is left out."""
    names = (
        (name.rstrip("_").replace("_", "-"), value) for name, value in attributes.items() if value is not None
    )
    written = "".join(
        f' {name}="{escape(value if isinstance(value, str) else number(value))}"' for name, value in names
    )
    return f"<{tag}{written}>{''.join(children)}</{tag}>" if children else f"<{tag}{written}/>"


def text(words: str, **attributes: object) -> str:
    """A text element with its words escaped."""
    return element("text", escape(words), **attributes)


def canvas(children: Iterable[str], *, title: str, description: str = "", **attributes: object) -> Svg:
    """The svg element: an image with a name and, where it needs one, a description."""
    name = element("title", escape(title))
    more = (element("desc", escape(description)),) if description else ()
    return Svg(element("svg", name, *more, *children, role="img", **attributes))


def number(value: object) -> str:
    """A coordinate with at most two decimals and no trailing zeros."""
    if isinstance(value, float):
        written = f"{value:.2f}".rstrip("0").rstrip(".")
        return "0" if written == "-0" else written
    return str(value)


def share(value: float) -> str:
    """A position between 0 and 1 as a percentage of the width: such pictures stretch, their text does not."""
    return f"{number(float(value) * 100)}%"
