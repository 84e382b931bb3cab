"""The organiser's screens: from an empty edition to a published study, and what they answer to mistakes."""

import pytest
from django.urls import reverse
from wagtail.users.models import UserProfile

from ratusz.apps.efficiency import queries, services
from ratusz.apps.efficiency.models import Study
from tests.efficiency import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    found = factories.edition()
    factories.figures(found, factories.random_values(24))
    return found


@pytest.fixture
def panel(client, edition):
    user = factories.organiser(edition)
    UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": "en"})
    client.force_login(user)
    return client


def at(name, *args):
    return reverse(f"efficiency_admin:{name}", args=[2026, *args])


def fields(**changes):
    """What a person types to say the study of the factories."""
    data = {
        "name_pl": "Usługi", "name_en": "Services", "explanation_pl": "", "explanation_en": "",
        "returns": "vrs", "orientation": "input", "repetitions": "200", "seed": "7",
    }  # fmt: skip
    for column in factories.COLUMNS:
        data |= {f"{key}_{column['code']}": column[key] for key in ("kind", "form", "reason_pl", "reason_en")}
    return data | changes


def test_whole_way_through_the_screens(panel, edition):
    assert "No study yet" in panel.get(at("overview")).content.decode()
    assert panel.post(at("start")).url == at("edit")
    body = panel.get(at("edit")).content.decode()
    assert "Unemployed" in body
    assert panel.post(at("edit"), fields()).url == at("overview")
    study = queries.in_work(factories.organiser(edition), edition)
    assert study.columns == factories.COLUMNS
    assert "The study can be computed: 24 of 24 cities" in panel.get(at("overview")).content.decode()
    panel.post(at("run"))
    body = panel.get(at("overview")).content.decode()
    assert "Waiting for the worker" in body
    assert "Stop" in panel.get(at("state")).content.decode()
    services.execute_run(study_id=study.pk)
    assert panel.get(at("state"))["HX-Refresh"] == "true"
    assert "Computed and proved" in panel.get(at("overview")).content.decode()
    assert panel.get(at("publish")).status_code == 200
    assert panel.post(at("publish"), {"note_pl": "", "note_en": ""}).url == at("overview")
    assert queries.published(edition).number == 1
    answer = panel.post(at("withdraw", 1), {"note_pl": "", "note_en": ""})
    assert answer.status_code == 200
    panel.post(at("withdraw", 1), {"note_pl": "Błąd.", "note_en": ""})
    assert queries.published(edition) is None


def test_missing_reason_is_said_at_its_field_and_nothing_is_lost(panel, edition):
    panel.post(at("start"))
    answer = panel.post(at("edit"), fields(reason_en_paths="", explanation_pl="Moje słowa"))
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "Moje słowa" in body
    assert 'id="id_reason_en_paths_error"' in body
    assert Study.objects.get().columns == []


@pytest.mark.parametrize(
    "changes",
    [
        {"returns": "magic"}, {"orientation": ""}, {"repetitions": "5"}, {"repetitions": "x"}, {"seed": "-1"},
        {"kind_money": "both"}, {"form_paths": "upside"}, {"name_pl": ""}, {"reason_pl_money": "x" * 401},
    ],
)  # fmt: skip
def test_bad_input_is_answered_in_the_form(panel, edition, changes):
    panel.post(at("start"))
    answer = panel.post(at("edit"), fields(**changes))
    assert answer.status_code == 200
    assert "What you typed is kept" in answer.content.decode()
    assert Study.objects.get().name_pl == ""


def test_check_while_typing_saves_nothing(panel, edition):
    panel.post(at("start"))
    body = panel.post(at("check"), fields(kind_migration="output")).content.decode()
    assert "Migration is negative" in body
    body = panel.post(at("check"), fields()).content.decode()
    assert "The study can be computed" in body
    assert "<html" not in body
    assert panel.post(at("check"), {}).status_code == 200
    assert Study.objects.get().columns == []


def test_screens_without_a_study_lead_back(panel, edition):
    for name in ("edit", "publish", "state"):
        assert panel.get(at(name)).url == at("overview")
    for name in ("run", "stop", "discard"):
        assert panel.post(at(name)).url == at("overview")
    assert panel.get(at("withdraw", 7), follow=True).status_code == 404


def test_study_is_deleted_with_its_result(panel, edition):
    factories.computed(edition)
    panel.post(at("discard"))
    assert not Study.objects.exists()


def test_entrance_leads_to_the_current_edition(panel, edition):
    assert panel.get(reverse("efficiency_admin:entrance")).url == at("overview")


def test_menu_shows_efficiency(panel, edition):
    assert reverse("efficiency_admin:entrance") in panel.get(reverse("wagtailadmin_home")).content.decode()


def test_panel_speaks_polish(panel, edition):
    UserProfile.objects.filter(user=factories.organiser(edition)).update(preferred_language="pl")
    assert "Efektywność 2026" in panel.get(at("overview")).content.decode()
