"""Takes in the document of an objection, or refuses it and says what was found. Judged by content, not by name."""

import hashlib
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

from django.core.files.base import File
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from ratusz.apps.core.errors import DomainError, Text
from ratusz.apps.core.imports.parse import kind_of
from ratusz.apps.core.templatetags.formats import number

LIMIT_MB = 10
MEGABYTE = 1024 * 1024
MOST_PIXELS = 60_000_000
MOST_UNPACKED = 200 * MEGABYTE
TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# A PDF may carry a program; one that proves a figure needs none. Long names only: short ones occur by chance.
ACTIVE_PDF = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia")
WHICH = _("Attach a PDF, a picture (PNG or JPEG) or an Excel workbook (XLSX).")


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was taken in; its ending is that of its content."""

    name: str
    content_type: str
    sha256: str
    data: bytes


def accepted(upload: File) -> Document:
    """The document as it will be kept; DomainError at the field `document` when it cannot be."""
    if upload.size > LIMIT_MB * MEGABYTE:
        raise _refused(
            _("The document has %(size)s MB; the limit is %(limit)s MB.")
            % {"size": number(upload.size / MEGABYTE, 1), "limit": LIMIT_MB},
            _("Attach only the page that shows the figure."),
            "too_large",
        )
    upload.seek(0)
    data = upload.read()
    kind = _kind(data)
    {"pdf": _check_pdf, "png": _check_picture, "jpg": _check_picture, "xlsx": _check_workbook}[kind](data)
    return Document(_name(upload.name or "", kind), TYPES[kind], hashlib.sha256(data).hexdigest(), data)


def _refused(message: Text, next_step: Text, code: str) -> DomainError:
    return DomainError(message, next_step=next_step, field="document", code=code)


def _kind(data: bytes) -> str:
    found = kind_of(data)
    if found == "image":
        found = (
            "png" if data.startswith(b"\x89PNG") else "jpg" if data.startswith(b"\xff\xd8\xff") else "image"
        )
    if found == "empty":
        raise _refused(_("The document is empty."), WHICH, "empty")
    if found not in TYPES:
        raise _refused(
            _("This is no document of a kind that we take, whatever its name ends with."), WHICH, "wrong_kind"
        )
    return found


def _name(name: str, kind: str) -> str:
    """A name safe to show and to download, with the ending of the content."""
    stem = PurePath(name.replace("\\", "/")).stem
    stem = re.sub(r"[^\w .,()+-]", "_", stem).strip(" .")[:100]
    return f"{stem or 'document'}.{kind}"


def _check_pdf(data: bytes) -> None:
    if b"%%EOF" not in data[-2048:]:
        raise _refused(_("The PDF is not complete: its end is missing."), _("Attach it again."), "broken")
    if any(word in data for word in ACTIVE_PDF):
        raise _refused(
            _("The PDF carries a program or another file inside."),
            _("Print it to a new PDF, and attach that."),
            "active_content",
        )


def _check_picture(data: bytes) -> None:
    try:
        with Image.open(io.BytesIO(data), formats=["PNG", "JPEG"]) as picture:
            pixels = picture.width * picture.height
            picture.verify()
    except Image.DecompressionBombError:
        pixels = MOST_PIXELS + 1
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise _refused(
            _("The picture cannot be read."), _("Save it anew as PNG or JPEG."), "broken"
        ) from error
    if pixels > MOST_PIXELS:
        raise _refused(
            _("The picture is too large: more than 60 million pixels."), _("Save it smaller."), "too_large"
        )


def _check_workbook(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:  # `kind_of` has read its directory already
        names = {info.filename.lower() for info in archive.infolist()}
        unpacked = sum(info.file_size for info in archive.infolist())
    if unpacked > MOST_UNPACKED:
        raise _refused(
            _("The workbook is too large once unpacked."), _("Keep the needed sheet only."), "too_large"
        )
    if any("vbaproject" in name or "/embeddings/" in name or "activex" in name for name in names):
        raise _refused(
            _("The workbook carries a program or another file inside."),
            _("Save it as a workbook without macros (XLSX), and attach that."),
            "active_content",
        )
