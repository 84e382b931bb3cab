import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ratusz.apps.cities.models import Observation
from ratusz.apps.core.imports import services
from ratusz.apps.core.models import ImportBatch
from tests.editions.conftest import signed_in

pytestmark = pytest.mark.django_db

WIDE = "Kod;Nazwa;unemployment 2022\n1061011;Łódź;4,7\n1465011;Warszawa;1,5\n"


@pytest.fixture
def panel(organiser, edition, cities66, unemployment, settings):
    settings.DEMO = True
    return signed_in(organiser)


def send(client, text: str | bytes = WIDE, name: str = "dane.csv", target: str = "observations"):
    data = text if isinstance(text, bytes) else text.encode()
    return client.post(
        reverse("import_upload"), {"target": target, "file": SimpleUploadedFile(name, data)}, follow=True
    )


def filled(page) -> dict:
    """What a browser would send back from the preview."""
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    data = {name: "" if value is None else value for name, value in values.items()}
    return data | {"revision": page.context["batch"].revision}


def test_upload_shows_the_preview_and_confirm_imports(panel):
    page = send(panel)
    assert page.status_code == 200
    batch = ImportBatch.objects.get()
    page = panel.post(reverse("import_batch", args=[batch.pk]), filled(page) | {"do": "confirm"}, follow=True)
    batch.refresh_from_db()
    assert batch.state == "queued"
    assert Observation.objects.count() == 0
    services.apply(batch.pk)
    page = panel.get(reverse("import_batch", args=[batch.pk]))
    assert page.context["batch"].state == "applied"
    assert Observation.objects.count() == 2
    panel.post(reverse("import_batch", args=[batch.pk]), {"do": "undo"})
    assert Observation.objects.count() == 0


def test_upload_of_a_program_says_what_it_is_and_keeps_nothing(panel):
    page = send(panel, b"MZ\x90\x00\x03", "dane.csv")
    assert ImportBatch.objects.count() == 0
    assert "dane.csv" in page.context["form"].errors["file"][0]


def test_changed_columns_are_previewed_again_before_they_are_confirmed(panel):
    page = send(panel)
    batch = ImportBatch.objects.get()
    panel.post(reverse("import_batch", args=[batch.pk]), filled(page) | {"do": "confirm", "year_2": "2021"})
    batch.refresh_from_db()
    assert (batch.state, batch.revision, batch.mapping["columns"][2]["year"]) == ("preview", 2, 2021)


def test_wrong_year_is_said_at_its_field_and_keeps_what_was_typed(panel):
    page = send(panel)
    batch = ImportBatch.objects.get()
    page = panel.post(
        reverse("import_batch", args=[batch.pk]), filled(page) | {"do": "check", "year_2": "3021"}
    )
    assert page.context["form"].errors["year_2"]
    assert b"3021" in page.content


def test_progress_tells_the_page_to_load_anew_when_it_is_over(panel):
    page = send(panel)
    batch = ImportBatch.objects.get()
    panel.post(reverse("import_batch", args=[batch.pk]), filled(page) | {"do": "confirm"})
    address = reverse("import_progress", args=[batch.pk])
    assert "HX-Refresh" not in panel.get(address).headers
    services.apply(batch.pk)
    assert panel.get(address).headers["HX-Refresh"] == "true"


def test_rejected_rows_are_a_file_that_no_spreadsheet_runs(panel):
    page = send(panel, WIDE + "9999999;=HYPERLINK(1);3,0\n")
    batch = ImportBatch.objects.get()
    text = b"".join(panel.get(reverse("import_rejected", args=[batch.pk])).streaming_content).decode(
        "utf-8-sig"
    )
    assert "'=HYPERLINK(1)" in text
    assert page.context["counts"]["error"] == 1
    assert panel.get(reverse("import_file", args=[batch.pk])).content.decode().startswith("Kod;")


def test_imports_are_closed_to_others(client, stranger, edition):
    client.force_login(stranger)
    for name in ("imports", "import_upload"):
        assert client.get(reverse(name)).status_code in {302, 403, 404}


def test_list_of_imports_asks_a_constant_number_of_queries(panel, django_assert_max_num_queries):
    send(panel)
    panel.get(reverse("imports"))
    with CaptureQueriesContext(connection) as few:
        panel.get(reverse("imports"))
    count = len(few)
    for _ in range(5):
        send(panel)
    with django_assert_max_num_queries(count):
        panel.get(reverse("imports"))
