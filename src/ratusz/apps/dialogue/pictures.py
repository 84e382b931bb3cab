"""QR codes as pictures: for pages and for paper."""

import io

import segno
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe


def qr_svg(text: str, title: str) -> SafeString:
    """The QR code as an SVG element, which scales with its box and says in words what it is."""
    code = segno.make(text, error="m", micro=False)
    drawn = io.BytesIO()
    code.save(
        drawn, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2, lineclass=None, svgclass="qr"
    )
    svg = drawn.getvalue().decode()
    # segno writes only its own numbers; the words are the one thing that comes from us.
    return mark_safe(svg.replace("<svg ", f'<svg role="img" aria-label="{escape(title)}" ', 1))  # noqa: S308


def qr_for_paper(text: str) -> str:
    """The QR code as a plain SVG document for the typesetter."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", xmldecl=False, border=0)
    return drawn.getvalue().decode()
