import io
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ratusz.apps.cities import documents
from ratusz.apps.core.errors import DomainError
from tests.cities.dialogue import PDF, png


def workbook(**extra: bytes) -> bytes:
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    with zipfile.ZipFile(buffer, "a") as archive:
        for name, data in extra.items():
            archive.writestr(name.replace("__", "/"), data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "kept"),
    [
        ("../../etc/Sprawozdanie <b> 2024.PDF", PDF, "Sprawozdanie _b_ 2024.pdf"),
        ("skan.jpg", png(), "skan.png"),
        ("tabela.xlsx", workbook(), "tabela.xlsx"),
        ("C:\\biurko\\.pdf", PDF, "pdf.pdf"),
    ],
)
def test_document_is_kept_under_a_safe_name_with_the_ending_of_its_content(name, data, kept):
    upload = SimpleUploadedFile("x", data)
    upload.name = name  # as a careless client would send it
    found = documents.accepted(upload)
    assert found.name == kept
    assert len(found.sha256) == 64


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00", "wrong_kind"),
        (b"<html><script>alert(1)</script>", "wrong_kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "wrong_kind"),
        (b"GIF89a....", "wrong_kind"),
        (b"PK\x03\x04 not a zip", "wrong_kind"),
        (b"plain text", "wrong_kind"),
        (b"%PDF-1.7 cut", "broken"),
        (
            PDF.replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript /JS (app.alert(1)) >>"),
            "active_content",
        ),
        (PDF.replace(b"/Catalog", b"/Catalog /EmbeddedFile"), "active_content"),
        (png()[:40], "broken"),
        (workbook(xl__vbaProject_bin=b"x"), "active_content"),
        (workbook(xl__embeddings__file_exe=b"x"), "active_content"),
    ],
)
def test_document_that_is_not_what_it_says_is_refused(data, code):
    with pytest.raises(DomainError) as refused:
        documents.accepted(SimpleUploadedFile("dowod.pdf", data))
    assert (refused.value.code, refused.value.field) == (code, "document")


def test_document_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(documents, "LIMIT_MB", 0)
    with pytest.raises(DomainError, match="MB"):
        documents.accepted(SimpleUploadedFile("dowod.pdf", PDF))


def test_picture_of_too_many_pixels_is_refused(monkeypatch):
    monkeypatch.setattr(documents, "MOST_PIXELS", 10)
    with pytest.raises(DomainError) as refused:
        documents.accepted(SimpleUploadedFile("skan.png", png()))
    assert refused.value.code == "too_large"
