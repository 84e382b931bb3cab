"""What the self-contained HTML reports of the engines share: look, head and tables."""

from __future__ import annotations

from html import escape

STYLE = """
:root{color-scheme:light dark;--ink:#16202c;--soft:#4a5766;--line:#d9dcd6;--paper:#faf9f5;--slate:#2c5b74;
--band:#a9c5d2;--brick:#8c2c17}
@media (prefers-color-scheme:dark){:root{--ink:#eceae3;--soft:#b4bcc4;--line:#3a444f;--paper:#14191f;--slate:#9cc7dc;
--band:#3d6277;--brick:#f0a08d}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1.5rem;background:var(--paper);color:var(--ink);
font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;font-variant-numeric:tabular-nums}
h1,h2{font-family:Palatino,"Noto Serif","DejaVu Serif",Georgia,serif;line-height:1.15;text-wrap:balance}
h1{font-size:2.5rem;margin:.5rem 0}h2{margin-top:3rem}p{max-width:66ch}
.lead{font-size:1.2rem;color:var(--soft)}.scroll{overflow-x:auto}
.scroll:focus-visible{outline:3px solid var(--brick);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:.95rem}
caption{text-align:left;color:var(--soft);padding:.5rem 0}
th{text-align:left;font-size:.85rem;color:var(--soft);padding:.5rem .6rem;border-bottom:1px solid var(--ink)}
td,tbody th{padding:.4rem .6rem;border-bottom:1px solid var(--line);font-size:.95rem;font-weight:400;color:var(--ink)}
tbody th{font-weight:600}.n{text-align:right;white-space:nowrap}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.5rem;max-width:66ch}dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
code{overflow-wrap:anywhere}svg{display:block;width:100%;height:auto;min-width:36rem;font:13px system-ui,sans-serif}
svg text{fill:var(--ink)}.axis{stroke:var(--line)}.band{stroke:var(--band);stroke-width:9;stroke-linecap:round}
.dot{fill:var(--slate)}.median{stroke:var(--brick);stroke-width:2}
@media (max-width:30rem){dl{grid-template-columns:1fr}dd{margin-bottom:.5rem}h1{font-size:2rem}}
@media print{body{max-width:none;padding:0}h2{break-after:avoid}tr{break-inside:avoid}}
"""


def head(title: str) -> str:
    """Return the page up to its body; `title` is HTML."""
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>{STYLE}</style>\n</head>'
    )


def table(
    title: str, note: str, head: list[str], rows: list[str], text_columns: tuple[str, ...] | list[str]
) -> str:
    """Return a titled table that scrolls on narrow screens; `rows` are HTML, numbers stand right."""
    cells = "".join(
        f'<th scope="col"{"" if cell in text_columns else " class=n"}>{escape(cell)}</th>' for cell in head
    )
    caption = f"{title}. {note}" if note else title
    return (
        f'<h2>{escape(title)}</h2>\n<div class="scroll" tabindex="0" role="group" aria-label="{escape(title)}">\n'
        f"<table>\n<caption>{escape(caption)}</caption>\n<thead><tr>{cells}</tr></thead>\n<tbody>\n"
        + "\n".join(rows)
        + "\n</tbody>\n</table>\n</div>"
    )
