import io
from contextlib import suppress

import pytest
from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ratusz.apps.core.errors import DomainError
from ratusz.apps.partners.logos import accepted

OPEN = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10">'
)
GOOD = OPEN + '<title>Logo</title><g fill="#a8371f"><path d="M0 0h10v10z"/></g></svg>'


def svg(inside: str) -> bytes:
    return f"{OPEN}{inside}</svg>".encode()


def refusal(content: bytes, name: str = "logo.svg") -> DomainError:
    with pytest.raises(DomainError) as caught:
        accepted(ContentFile(content, name))
    assert caught.value.field == "logo"
    assert caught.value.next_step
    return caught.value


def raster(kind: str, size: tuple[int, int] = (400, 200), mode: str = "RGB") -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size).save(buffer, kind)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("inside", "named"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ('<script href="https://example.org/x.js"/>', "<script>"),
        ('<rect width="1" height="1" onload="alert(1)"/>', "onload"),
        ('<g ONCLICK="alert(1)"/>', "ONCLICK"),
        ("<foreignObject><p>x</p></foreignObject>", "<foreignObject>"),
        ('<html:script xmlns:html="http://www.w3.org/1999/xhtml">1</html:script>', "<script>"),
        ('<image href="https://example.org/track.png"/>', "<image>"),
        ('<use href="https://example.org/x.svg#a"/>', "https://example.org/x.svg#a"),
        ('<use xlink:href="data:image/svg+xml,x#a"/>', "data:image/svg+xml,x#a"),
        ('<a href="javascript:alert(1)"><path d="M0 0"/></a>', "<a>"),
        ("<animate attributeName='href' values='javascript:alert(1)'/>", "<animate>"),
        ("<set attributeName='onload' to='alert(1)'/>", "<set>"),
        ('<path fill="url(https://example.org/x)" d="M0 0"/>', "https://example.org/x"),
        ('<path style="fill:url(//example.org/x)" d="M0 0"/>', "//example.org/x"),
        ("<style>@import 'https://example.org/x.css';</style>", "@import"),
        ("<style>a{fill:u\\72l(https://example.org)}</style>", "\\"),
        ("<iframe/>", "<iframe>"),
        ('<g xml:base="https://example.org/"><use href="#a"/></g>', "https://example.org/"),
    ],
)
def test_svg_that_could_act_is_refused_by_name(inside: str, named: str) -> None:
    error = refusal(svg(inside))
    assert error.code == "unsafe_svg"
    assert named in str(error)


def test_svg_with_entities_is_refused() -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + svg("<text>&b;</text>").decode()
    assert refusal(bomb.encode()).code == "unsafe_svg"
    thief = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + svg("<text>&x;</text>").decode()
    assert refusal(thief.encode()).code == "unsafe_svg"


@pytest.mark.parametrize(
    "content", [b"<svg", b"<html><body/></html>", b"<svg/>", b"<?xml version='1.0'?>", OPEN[:-1].encode()]
)
def test_what_is_no_svg_is_refused(content: bytes) -> None:
    refusal(content)


def test_deep_svg_is_refused_and_not_a_crash() -> None:
    assert refusal(svg("<g>" * 5000 + "</g>" * 5000)).code == "broken"


def test_plain_svg_is_written_anew_without_editors_data() -> None:
    dirty = svg(
        '<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata>'
        '<n:namedview xmlns:n="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"/>'
        '<!-- a comment --><defs><linearGradient id="g"/></defs>'
        '<path i:label="x" xmlns:i="http://www.inkscape.org/namespaces/inkscape" fill="url(#g)" d="M0 0"/>'
        '<use xlink:href="#g"/>'
    )
    kept = accepted(ContentFile(dirty, "Logo Firmy.svg"))
    text = kept.read().decode()
    assert kept.name == "Logo Firmy.svg"
    for word in ("metadata", "namedview", "comment", "label"):
        assert word not in text
    assert 'fill="url(#g)"' in text
    assert "<svg" in text


def test_content_decides_not_the_name() -> None:
    assert refusal(svg("<script/>"), "logo.png").code == "unsafe_svg"
    assert accepted(ContentFile(raster("PNG"), "logo.svg")).name == "logo.png"


@pytest.mark.parametrize(("kind", "extension"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp")])
def test_raster_is_decoded_and_written_anew(kind: str, extension: str) -> None:
    kept = accepted(ContentFile(raster(kind, (3000, 1000)) + b"<script>alert(1)</script>", "a.bin"))
    content = kept.read()
    image = Image.open(io.BytesIO(content))
    assert kept.name == f"a.{extension}"
    assert image.size == (1200, 400)
    assert b"script" not in content


def test_other_and_broken_files_are_refused() -> None:
    assert refusal(raster("GIF", mode="P"), "logo.png").code == "format"
    assert refusal(b"%PDF-1.7", "logo.pdf").code == "format"
    assert refusal(b"", "logo.png").code == "format"
    assert refusal(raster("PNG")[:80], "logo.png").code in {"broken", "format"}


def test_large_file_is_refused_with_the_limit() -> None:
    error = refusal(b"\x89PNG" + bytes(20 * 1024 * 1024), "logo.png")
    assert error.code == "too_large"
    assert "20" in str(error)
    assert "2" in str(error)


def test_many_pixels_are_refused_before_they_are_decoded() -> None:
    assert refusal(raster("PNG", (12000, 4000), "1")).code == "too_large"


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_kept_never_a_crash(content: bytes) -> None:
    with suppress(DomainError):
        assert accepted(ContentFile(content, "x")).size
