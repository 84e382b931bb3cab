"""Takes a logo in, or refuses it and says what was found.

An SVG is a program as much as a picture: only elements and attributes of an allow-list pass, and
what is written to disk is written anew from what was understood, never the file as it came.
"""

import io
import re
from pathlib import PurePath
from xml.etree.ElementTree import Element, ParseError, register_namespace, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from ratusz.apps.core.errors import DomainError, Text
from ratusz.apps.core.templatetags.formats import number

LIMIT_MB = 2
MOST_PIXELS = 40_000_000
WIDEST, HIGHEST = 1200, 600
DEEPEST = 60
FORMATS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
XML = "http://www.w3.org/XML/1998/namespace"
# What drawing programs leave behind for themselves: dropped without a word, for it draws nothing.
EDITORS = re.compile(
    r"^(http://www\.inkscape\.org/|http://sodipodi\.|http://ns\.adobe\.com/|http://purl\.org/dc/|"
    r"http://creativecommons\.org/ns|http://web\.resource\.org/cc/|http://www\.w3\.org/1999/02/22-rdf-syntax-ns|"
    r"http://www\.bohemiancoding\.com/sketch/|https?://www\.figma\.com/|http://www\.serif\.com/|"
    r"http://www\.corel\.com/|http://www\.vector\.evaxdesign\.sk)"
)
# fmt: off
ELEMENTS = frozenset(
    {
        "svg", "g", "defs", "symbol", "use", "title", "desc", "metadata", "path", "rect", "circle",
        "ellipse", "line", "polyline", "polygon", "text", "tspan", "textPath", "linearGradient",
        "radialGradient", "stop", "clipPath", "mask", "pattern", "marker", "style", "filter", "feBlend",
        "feColorMatrix", "feComponentTransfer", "feComposite", "feFlood", "feFuncA", "feFuncB",
        "feFuncG", "feFuncR", "feGaussianBlur", "feMerge", "feMergeNode", "feOffset", "switch",
    }
)
# fmt: on
UNSAFE_CSS = re.compile(
    r"@import|@font-face|expression\s*\(|javascript:|behavior\s*:|-moz-binding|\\", re.IGNORECASE
)
CSS_REFERENCE = re.compile(r"url\s*\(\s*['\"]?\s*([^'\")\s]*)", re.IGNORECASE)

register_namespace("", SVG)
register_namespace("xlink", XLINK)


def accepted(upload: File) -> ContentFile:
    """The logo as it will be kept; DomainError at the field `logo` when it cannot be."""
    if upload.size > LIMIT_MB * 1024 * 1024:
        raise refused(
            _("The logo has %(size)s MB; the limit is %(limit)s MB.")
            % {"size": number(upload.size / 1024 / 1024, 1), "limit": LIMIT_MB},
            _("Save it smaller, or ask the partner for an SVG file."),
            "too_large",
        )
    upload.seek(0)
    content = upload.read()
    name = PurePath(upload.name or "logo").stem[:60] or "logo"
    if looks_like_svg(content):
        return ContentFile(clean_svg(content), name=f"{name}.svg")
    data, extension = clean_raster(content)
    return ContentFile(data, name=f"{name}.{extension}")


def refused(message: Text, next_step: Text, code: str) -> DomainError:
    """The error that goes to the field of the logo."""
    return DomainError(message, next_step=next_step, field="logo", code=code)


def looks_like_svg(content: bytes) -> bool:
    """True for anything that is text with a tag in it: the content decides, not the name."""
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith((b"<", b"\xff\xfe", b"\xfe\xff"))


def clean_svg(content: bytes) -> bytes:
    """The SVG written anew without editors' data; refuses anything that could run or fetch."""
    try:
        root = fromstring(content, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        raise unsafe(_("an entity declaration")) from None
    except (ParseError, ValueError, LookupError):
        raise refused(
            _("The logo is not a valid SVG file."), _("Export it again from the drawing program."), "broken"
        ) from None
    if split(root.tag) != (SVG, "svg"):
        raise unsafe(f"<{split(root.tag)[1]}>")
    check(root)
    if "viewBox" not in root.attrib and not {"width", "height"} <= root.attrib.keys():
        raise refused(
            _("The logo has no size: neither a viewBox nor a width and height."),
            _("Export it again with a page fitted to the drawing."),
            "broken",
        )
    return tostring(root, encoding="utf-8", xml_declaration=True)


def check(element: Element, depth: int = 1) -> None:
    """Refuses the element, its attributes or its children by name; drops what editors left behind."""
    if depth > DEEPEST:
        raise refused(
            _("The SVG file is nested too deeply."), _("Ask the partner for a plain SVG."), "broken"
        )
    space, tag = split(element.tag)
    if space != SVG or tag not in ELEMENTS:
        raise unsafe(f"<{tag}>")
    if tag == "style":
        check_css(element.text or "", "<style>")
    for key, value in list(element.attrib.items()):
        space, name = split(key)
        if EDITORS.match(space):
            del element.attrib[key]
            continue
        if space not in {"", XLINK, XML} or name.lower().startswith("on"):
            raise unsafe(_("the attribute %(name)s") % {"name": name})
        if name.lower() in {"href", "src", "base"} and not value.strip().startswith("#"):
            raise unsafe(_("a reference to %(address)s") % {"address": value.strip()[:60]})
        check_css(value, name)
    for child in list(element):
        if split(child.tag) == (SVG, "metadata") or EDITORS.match(split(child.tag)[0]):
            element.remove(child)
        else:
            check(child, depth + 1)


def check_css(text: str, where: str) -> None:
    """Refuses style that fetches something or hides what it does."""
    if found := UNSAFE_CSS.search(text):
        raise unsafe(_("“%(what)s” in %(where)s") % {"what": found.group(), "where": where})
    for address in CSS_REFERENCE.findall(text):
        if not address.startswith("#"):
            raise unsafe(_("a reference to %(address)s") % {"address": address[:60]})


def unsafe(what: Text) -> DomainError:
    """The refusal that names what was found in the file."""
    return refused(
        _(
            "The SVG file contains %(what)s, which a logo may not: it could run a program or fetch another file."
        )
        % {"what": what},
        _("Ask the partner for a plain SVG (all shapes as paths), or use a PNG file."),
        "unsafe_svg",
    )


def split(tag: str) -> tuple[str, str]:
    """Namespace and local name of an ElementTree name."""
    space, closing, local = tag.rpartition("}")
    return (space[1:] if closing else "", local)


def clean_raster(content: bytes) -> tuple[bytes, str]:
    """A PNG, JPEG or WebP decoded and written anew, at most 1200 × 600 pixels; and its extension."""
    try:
        image = Image.open(io.BytesIO(content), formats=list(FORMATS))
        if image.width * image.height > MOST_PIXELS:
            raise refused(
                _("The logo has %(width)s × %(height)s pixels, which is too many.")
                % {"width": image.width, "height": image.height},
                _("Save it at most 1200 pixels wide."),
                "too_large",
            )
        image.load()
    except (UnidentifiedImageError, Image.DecompressionBombError):
        raise refused(
            _("The logo is not an SVG, PNG, JPEG or WebP file."),
            _("Save it in one of these formats."),
            "format",
        ) from None
    except (OSError, SyntaxError, ValueError):
        raise refused(
            _("The logo is damaged: it cannot be read to the end."), _("Send the file again."), "broken"
        ) from None
    kind = image.format or "PNG"
    image.thumbnail((WIDEST, HIGHEST))
    if kind == "JPEG" and image.mode not in {"RGB", "L"}:
        image = image.convert("RGB")
    output = io.BytesIO()
    image.save(output, kind, **({"quality": 90} if kind != "PNG" else {"optimize": True}))
    return output.getvalue(), FORMATS[kind]
