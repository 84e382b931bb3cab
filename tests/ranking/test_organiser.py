"""The organiser's screens: from an empty edition to a published ranking, and who is turned away."""

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.users.models import UserProfile

from ratusz.apps.editions.models import Role
from ratusz.apps.ranking import forms, queries, services
from ratusz.apps.ranking.models import Method, Ranking, Run
from ratusz.engines import composite
from tests.ranking import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    found = factories.edition()
    values = factories.random_values(12)
    values[0, :2] = np.nan
    factories.figures(found, values)
    return found


@pytest.fixture
def panel(client, edition):
    user = factories.organiser(edition)
    UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": "en"})
    client.force_login(user)
    return client


def at(name, *args):
    return reverse(f"ranking_admin:{name}", args=[2026, *args])


def fields(**changes):
    """What a person types to say the method of the factories."""
    data = {
        "name_pl": "Ranking próbny", "name_en": "Trial ranking", "by_class": "on", "coverage": "80",
        "indicator_coverage": "50", "imputation": "none", "treatment": "none", "winmax": "5",
        "normalisation": "min-max", "mean": "arithmetic", "variants": "200", "seed": "7", "spread": "25",
        "leave_one_out": "on", "other_normalisations": ["rank"],
        "pillar_1_pl": "Gospodarka", "pillar_1_en": "Economy", "pillar_1_weight": "60",
        "pillar_2_pl": "Mieszkańcy", "pillar_2_en": "People", "pillar_2_weight": "40",
        "in_wage": "1", "weight_wage": "50", "in_unemployed": "1", "weight_unemployed": "50",
        "in_turnout": "2", "weight_turnout": "70", "in_nurseries": "2", "weight_nurseries": "30",
    }  # fmt: skip
    return {key: value for key, value in (data | changes).items() if value is not None}


def test_form_says_the_same_as_the_file(edition):
    form = forms.MethodForm(fields(), edition=edition)
    assert form.is_valid(), form.errors
    written = composite.Method.from_toml(factories.METHOD)
    built = form.method
    assert len(built.framework.indicators) == 4
    assert set(built.framework.indicators) == set(written.framework.indicators)
    assert forms._same(built, written)


def test_form_reads_back_what_it_wrote(edition):
    form = forms.MethodForm(fields(pillar_1_weight="62,5", pillar_2_weight="37.5"), edition=edition)
    assert form.is_valid(), form.errors
    method = Method(name_pl="x", toml=form.method.to_toml())
    data = forms.form_data(method)
    again = forms.MethodForm(
        {key: value for key, value in data.items() if value not in (None, False)}, edition=edition
    )
    assert again.is_valid(), again.errors
    assert (
        again.method.hash() == composite.Method.from_toml(method.toml).hash()
        or again.method.name != form.method.name
    )


def test_file_that_says_more_than_the_form_is_left_to_the_file_screen(edition):
    deeper = factories.METHOD.replace(
        'code = "people"\nparent = "index"', 'code = "people"\nmean = "harmonic"\nparent = "index"'
    )
    assert forms.form_data(Method(name_pl="x", toml=composite.Method.from_toml(deeper).to_toml())) is None


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"weight_nurseries": "29"}, "weight_turnout", "99"),
        ({"pillar_2_weight": "39"}, "pillar_2_weight", "99"),
        ({"weight_wage": None}, "weight_wage", "above 0"),
        ({"in_wage": "", "weight_wage": "50"}, "in_wage", "choose its pillar"),
        ({"in_wage": "3"}, "in_wage", "Pillar 3 has no name"),
        ({"pillar_3_pl": "Pusty"}, "pillar_3_pl", "no indicator"),
        ({"pillar_2_pl": "gospodarka"}, "pillar_2_pl", "same name"),
        ({"pillar_1_pl": "A / B"}, "pillar_1_pl", "two languages"),
        ({"normalisation": "z-score", "mean": "geometric"}, "normalisation", "above zero"),
        ({"by_class": None, "imputation": "group median"}, "imputation", "separately"),
        ({"coverage": "120"}, "coverage", "100"),
        ({"variants": "5"}, "variants", "100"),
        ({"weight_wage": "dużo"}, "weight_wage", "number"),
    ],
)
def test_form_says_at_the_field_what_is_wrong_and_keeps_what_was_typed(panel, edition, changes, field, words):
    services.start_draft(edition=edition, by=factories.organiser(edition))
    answer = panel.post(at("edit_method"), fields(**changes))
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    page = answer.content.decode()
    assert words in page
    assert "Ranking próbny" in page
    for value in changes.values():
        assert value is None or value in page
    assert queries.draft_of(factories.organiser(edition), edition).toml == ""


def test_weight_on_an_indicator_with_40_percent_coverage_is_refused_at_the_field(client):
    edition = factories.edition()
    values = factories.random_values(10)
    values[:6, 3] = np.nan
    factories.figures(edition, values)
    form = forms.MethodForm(fields(), edition=edition)
    assert not form.is_valid()
    assert "4" in form.errors["in_nurseries"][0]
    assert "40%" in form.errors["in_nurseries"][0]


def test_from_an_empty_edition_to_a_published_ranking(panel, edition):
    assert panel.get(at("overview")).status_code == 200
    assert panel.post(at("start_draft")).url == at("edit_method")
    assert panel.get(at("edit_method")).status_code == 200
    assert panel.post(at("edit_method"), fields()).url == at("check")
    page = panel.get(at("check")).content.decode()
    assert "1 city would not be classified" in page
    assert "Łódź" in page
    assert panel.get(at("lock")).status_code == 200
    assert panel.post(at("lock"), {}).url == at("overview")
    page = panel.get(at("overview")).content.decode()
    assert queries.locked_method(edition).short_hash in page
    assert "A change creates version 2, is public and notifies cities." in page
    run_page = panel.post(at("request_run")).url
    run = Run.objects.get()
    assert run_page == at("run", run.pk)
    assert "every 1s" in panel.get(run_page).content.decode()
    services.execute_run(run_id=run.pk)
    fragment = panel.get(run_page, HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in fragment
    assert "every 1s" not in fragment
    ranking = Ranking.objects.get()
    assert panel.get(at("publish", ranking.pk)).status_code == 200
    assert panel.post(at("publish", ranking.pk), {}).url == at("overview")
    assert queries.published(edition) == ranking
    assert panel.get(at("withdraw", ranking.pk)).status_code == 200
    assert "required" in panel.post(at("withdraw", ranking.pk), {}).content.decode()
    panel.post(at("withdraw", ranking.pk), {"note_pl": "Błąd."})
    assert queries.published(edition) is None


def test_method_file_is_uploaded_and_refused_at_the_field(panel, edition):
    panel.post(at("start_draft"))
    good = SimpleUploadedFile("method.toml", b"\xef\xbb\xbf" + factories.METHOD.encode())
    assert panel.post(at("edit_file"), {"name_pl": "Z pliku", "file": good}).url == at("check")
    assert queries.draft_of(factories.organiser(edition), edition).name_pl == "Z pliku"
    for content, words in (
        (b"weights sum = [", "TOML"),
        (factories.METHOD.replace("weight = 70", "weight = 69").encode(), "99"),
        ("ą".encode("cp1250"), "UTF-8"),
        (b"x" * 600_000, "600"),
    ):
        answer = panel.post(at("edit_file"), {"name_pl": "N", "file": SimpleUploadedFile("m.toml", content)})
        assert words in answer.content.decode()
    assert queries.draft_of(factories.organiser(edition), edition).name_pl == "Z pliku"


def test_new_version_needs_its_note(panel, edition):
    factories.locked(edition)
    panel.post(at("start_draft"))
    assert panel.post(at("lock"), {}).status_code == 200
    assert queries.locked_method(edition).version == 1
    panel.post(at("lock"), {"note_pl": "Zmieniono wagi."})
    assert queries.locked_method(edition).version == 2


READS = ["overview", "edit_method", "edit_file", "check", "lock"]
WRITES = ["start_draft", "discard_draft", "request_run"]


@pytest.mark.parametrize(
    "role", [None, Role.SECRETARY, Role.JUROR, Role.CITY, Role.PROVIDER, Role.PARTICIPANT]
)
def test_others_are_turned_away_from_every_screen(client, edition, role):
    services.start_draft(edition=edition, by=factories.organiser(edition))
    user = factories.person("other@example.org", edition, *([role] if role else []))
    client.force_login(user)
    ranking = None
    for name in READS:
        assert client.get(at(name)).status_code in (302, 403)
    for name in WRITES:
        assert client.post(at(name)).status_code in (302, 403)
    assert ranking is None
    assert edition.methods.count() == 1
    assert not Run.objects.exists()


@pytest.mark.parametrize("phase", ["measure", "rank", "call", "consult"])
def test_organiser_acts_only_in_the_phase_of_the_act(panel, edition, phase):
    ranking = factories.result(edition)
    edition.phases.exclude(kind=phase).delete()
    assert panel.get(at("overview")).status_code == 200
    assert (panel.post(at("start_draft")).status_code == 302) == (phase in {"measure", "rank"})
    assert (panel.post(at("request_run")).status_code == 302) == (phase == "rank")
    assert (panel.get(at("publish", ranking.pk)).status_code == 200) == (phase in {"rank", "call"})
