import pytest
from django.db import connection

from ratusz.apps.cities import services as cities
from ratusz.apps.cities.models import City, Indicator, Observation, Population
from ratusz.apps.cities.services import Figure
from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.imports import queries, services
from ratusz.apps.core.models import AuditEntry, ImportBatch, ImportChange
from tests.cities.conftest import choose, confirm_and_apply, make_indicator, upload

pytestmark = pytest.mark.django_db

EXPORTS = "cities/raw/bdl_website_exports"
WIDE = "Kod;Nazwa;unemployment 2022\n1061011;Łódź;4,7\n1465011;Warszawa;1,5\n"


def test_upload_saves_the_file_and_nothing_else(edition, organiser, cities66, unemployment):
    batch = upload(organiser, edition, WIDE)
    assert batch.state == "preview"
    assert bytes(batch.content.data) == WIDE.encode()
    assert [column["role"] for column in batch.mapping["columns"]] == [
        "code",
        "name",
        "indicator:unemployment",
    ]
    assert batch.report["counts"]["new"] == 2
    assert Observation.objects.count() == 0


def test_confirmed_import_is_applied_audited_and_undone_exactly(
    edition, organiser, cities66, unemployment, source
):
    cities.store_figures(
        by=None, indicator=unemployment, source=source, figures=[Figure("1061011", 2022, 5.1, "preliminary")]
    )
    before = list(Observation.objects.values())
    batch = confirm_and_apply(upload(organiser, edition, WIDE), organiser)
    assert dict(Observation.objects.values_list("city__teryt", "value")) == {"1061011": 4.7, "1465011": 1.5}
    assert list(
        AuditEntry.objects.filter(subject_type="core.ImportBatch", subject_id=batch.pk).values_list(
            "action", flat=True
        )
    ) == [
        "core.apply_import",
        "core.confirm_import",
        "core.upload_import",
    ]
    services.undo(by=organiser, batch=batch)
    assert list(Observation.objects.values()) == before
    batch.refresh_from_db()
    assert batch.state == "undone"


def test_import_of_the_same_file_again_has_nothing_to_import(edition, organiser, cities66, unemployment):
    confirm_and_apply(upload(organiser, edition, WIDE), organiser)
    again = upload(organiser, edition, WIDE)
    assert again.report["counts"]["same"] == 2
    assert again.report["problems"] == [["nothing_to_import", {}]] or again.report["problems"] == [
        ("nothing_to_import", {})
    ]
    assert "same_file" in [code for code, _data in again.report["notes"]]
    with pytest.raises(DomainError):
        services.confirm(by=organiser, batch=again, revision=again.revision, start=lambda pk: None)


def test_undo_is_refused_when_a_later_import_changed_a_row(edition, organiser, cities66, unemployment):
    first = confirm_and_apply(upload(organiser, edition, WIDE), organiser)
    second = confirm_and_apply(upload(organiser, edition, WIDE.replace("4,7", "4,9")), organiser)
    with pytest.raises(DomainError) as refused:
        services.undo(by=organiser, batch=first)
    assert refused.value.code == "changed_later"
    services.undo(by=organiser, batch=second)
    services.undo(by=organiser, batch=first)
    assert Observation.objects.count() == 0


def test_undo_is_refused_when_a_correction_stands_on_a_row(
    edition, organiser, cities66, unemployment, source
):
    batch = confirm_and_apply(upload(organiser, edition, WIDE), organiser)
    cities.correct_observation(
        by=organiser,
        edition=edition,
        observation=Observation.objects.first(),
        new_value=9.9,
        source=source,
        reason_pl="Miasto pokazało sprawozdanie.",
    )
    with pytest.raises(DomainError):
        services.undo(by=organiser, batch=batch)
    assert Observation.objects.count() == 2


def test_import_never_silently_replaces_a_correction(edition, organiser, cities66, unemployment, source):
    confirm_and_apply(upload(organiser, edition, WIDE), organiser)
    lodz = Observation.objects.get(city__teryt="1061011")
    cities.correct_observation(
        by=organiser,
        edition=edition,
        observation=lodz,
        new_value=4.9,
        source=source,
        reason_pl="Sprawozdanie.",
    )
    batch = upload(organiser, edition, WIDE + "0261011;Jelenia Góra;4,4\n")
    assert batch.decisions == {"corrected:unemployment:2022": "leave_out"}
    confirm_and_apply(batch, organiser)
    lodz.refresh_from_db()
    assert lodz.value == 4.9


def test_stale_preview_is_not_confirmed(edition, organiser, cities66, unemployment):
    batch = upload(organiser, edition, WIDE)
    choose(batch, organiser, year=2021)
    with pytest.raises(DomainError) as refused:
        services.confirm(by=organiser, batch=batch, revision=1, start=lambda pk: None)
    assert refused.value.code == "stale_preview"


def test_import_needs_the_role_and_the_phase(edition, organiser, stranger, cities66, unemployment):
    with pytest.raises(DomainError) as refused:
        upload(stranger, edition, WIDE)
    assert refused.value.code == "not_allowed"
    edition.phases.all().delete()
    edition._prefetched_objects_cache = {}
    with pytest.raises(DomainError) as refused:
        upload(organiser, edition, WIDE)
    assert refused.value.code == "wrong_phase"
    assert list(queries.visible_to(stranger)) == []


def test_remembered_choice_for_a_header_comes_back(edition, organiser, cities66, unemployment):
    text = "Kod;Nazwa;wynik;\n1061011;Łódź;4,7;\n"
    batch = choose(
        upload(organiser, edition, text),
        organiser,
        columns={2: {"role": "indicator:unemployment", "year": 2022}},
    )
    confirm_and_apply(batch, organiser)
    again = upload(organiser, edition, text.replace("4,7", "4,8"))
    assert again.mapping["columns"][2]["role"] == "indicator:unemployment"


def test_apply_twice_does_nothing_the_second_time(edition, organiser, cities66, unemployment):
    batch = confirm_and_apply(upload(organiser, edition, WIDE), organiser)
    changes = ImportChange.objects.count()
    services.apply(batch.pk)
    assert ImportChange.objects.count() == changes


@pytest.mark.parametrize(
    ("name", "unit", "lodz"),
    [
        ("LUDN_1350_CTAB_20260321174505.csv", "osoba", None),
        ("RYNE_2392_CTAB_20260321172526.csv", "%", None),
        ("WYNA_2497_CTAB_20260321172330.csv", "zł", None),
        ("SZKO_3226_CTAB_20260321175636.csv", "osoba", None),
        ("TRAN_3164_CTAB_20220211231704.csv", "km", None),
        ("RYNE_3787_CTAB_20260321171501.csv", "zł", None),
    ],
)
def test_bdl_website_export_is_read_for_the_cities_alone(
    edition, organiser, cities66, source, shared_data, name, unit, lodz
):
    make_indicator("x", source, unit_pl=unit)
    batch = upload(organiser, edition, (shared_data / EXPORTS / name).read_bytes(), name)
    assert [column["role"] for column in batch.mapping["columns"]][:2] == ["code", "name"]
    batch = choose(batch, organiser, columns={2: "indicator:x"})
    counts = batch.report["counts"]
    assert 60 <= counts["new"] + counts["missing"] + counts["set_aside"] <= 66
    assert (
        counts["left_out"] + counts["error"] + counts["new"] + counts["missing"] + counts["set_aside"]
        == counts["rows"]
    )
    assert counts["error"] == 0
    batch = choose(
        batch,
        organiser,
        decisions={
            q["key"]: "keep" if "keep" in q["options"] else "accept" for q in batch.report["questions"]
        },
    )
    confirm_and_apply(batch, organiser)
    assert Observation.objects.filter(source=source).count() == batch.report["counts"]["new"]


def test_bdl_subject_in_the_file_name_names_the_indicator(edition, organiser, cities66, source, shared_data):
    make_indicator("bezrobocie", source, unit_pl="%", bdl_variable=60270)
    name = "RYNE_2392_CTAB_20260321172526.csv"
    batch = upload(organiser, edition, (shared_data / EXPORTS / name).read_bytes(), name)
    assert batch.mapping["columns"][2] | {"confidence": 0} == {
        "role": "indicator:bezrobocie",
        "year": 2022,
        "confidence": 0,
    }
    confirm_and_apply(batch, organiser)
    assert Observation.objects.get(city__slug="warszawa").value == 1.5


def test_long_bdl_export_asks_which_indicator_each_series_is(edition, organiser, cities66, unemployment):
    text = (
        "Kod;Nazwa;Wyszczególnienie;Rok;Wartosc;Jednostka miary;Atrybut;\n"
        "1061011;Łódź;ogółem;2022;4,7;%;;\n1061011;Łódź;kobiety;2022;4,1;%;;\n"
        "1465011;Warszawa;ogółem;2022;0;%;x;\n1465011;Warszawa;kobiety;2022;1,4;%;s;\n"
    )
    batch = upload(organiser, edition, text, "RYNE_9999_CREL_20260321172526.csv")
    batch = choose(batch, organiser, columns={2: "series"})
    assert batch.report["series"] == ["kobiety", "ogółem"]
    mapping = {**batch.mapping, "series": {"ogółem": "indicator:unemployment", "kobiety": ""}}
    batch = services.revise(by=organiser, batch=batch, mapping=mapping, decisions={})
    assert {k: batch.report["counts"][k] for k in ("new", "missing", "left_out")} == {
        "new": 1,
        "missing": 1,
        "left_out": 2,
    }


def test_all_gminas_are_imported_and_undone(edition, organiser, cities66, source, shared_data):
    content = (shared_data / "cities" / "gminas_2024.csv").read_bytes()
    header = content.decode().partition("\n")[0].strip().split(",")
    for code in header[3:20]:
        make_indicator(code, source)
    for code in ("incidents", "fires", "local_threats", "false_alarms", *header[-4:]):
        make_indicator(code, source)
    batch = upload(organiser, edition, content, "gminas_2024.csv", "gminas")
    decisions = {
        q["key"]: next(o for o in ("keep", "accept", "overwrite") if o in q["options"])
        for q in batch.report["questions"]
    }
    while open_ := [q for q in batch.report["questions"] if not batch.decisions.get(q["key"])]:
        batch = choose(batch, organiser, decisions=decisions | {q["key"]: q["options"][-2] for q in open_})
    forget_sizes()
    confirm_and_apply(batch, organiser)
    assert City.objects.count() == 2477
    assert sum(Population.objects.filter(year=2024).values_list("people", flat=True)) == 37_489_087
    assert City.objects.get(teryt="0219011").slug == "swidnica-0219011"
    assert City.objects.get(teryt="1061011").slug == "lodz"
    forget_sizes()
    services.undo(by=organiser, batch=batch)
    assert City.objects.count() == 66
    assert Observation.objects.count() == 0
    assert Population.objects.count() == 66


def forget_sizes():
    """Makes the planner take all tables for empty, as after an import that was undone; it then has a minute."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_class SET reltuples = 0, relpages = 1000 "
            "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        cursor.execute("SET LOCAL statement_timeout = '60s'")


def test_rejected_rows_come_with_line_and_reason(edition, organiser, cities66, unemployment):
    batch = upload(organiser, edition, WIDE + "9999999;Nigdzie;3,0\n0261011;Jelenia Góra;abc\n")
    rows = list(queries.rejected_rows(batch))
    assert [row[0] for row in rows[1:]] == ["4", "5"]
    assert "9999999" in rows[1][1]
    assert rows[2][2:] == ["0261011", "Jelenia Góra", "abc"]


def test_failed_import_leaves_nothing_and_can_be_reopened(edition, organiser, cities66, unemployment):
    batch = upload(organiser, edition, WIDE)
    services.confirm(by=organiser, batch=batch, revision=batch.revision, start=lambda pk: None)
    Indicator.objects.all().delete()
    services.apply(batch.pk)
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.FAILED
    assert batch.error["text"]
    assert Observation.objects.count() == 0
    assert services.reopen(by=organiser, batch=batch).state == "preview"
