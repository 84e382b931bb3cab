"""The organiser's screens: from an empty edition to a published ranking, and who is turned away."""

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.users.models import UserProfile

from ratusz.apps.editions.models import Role
from ratusz.apps.ranking import queries, services
from ratusz.apps.ranking.models import Ranking, Run
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


def fields(page, **changes):
    """What a browser would send back from the editor's page, with changes; None leaves a field out."""
    form, sketch = page.context["form"], page.context["sketch"]
    data = {
        "act": "save",
        "base": page.context["base_text"],
        "seen": page.context["seen"],
        "scheme": sketch.scheme,
    }
    for bound in form:
        value = bound.value()
        if value not in (None, "", False, []):
            data[bound.html_name] = "on" if value is True else value
    data["key"] = [node.key for node in sketch.nodes]
    for node in sketch.nodes:
        data[f"{node.key}-kind"] = "group" if node.is_group else "indicator"
        data |= {
            f"{node.key}-code": node.code,
            f"{node.key}-parent": node.parent,
            f"{node.key}-was": node.parent,
        }
        data |= {f"{node.key}-{name}": text for name, text in node.texts.items()}
    return {key: value for key, value in (data | changes).items() if value is not None}


def edited(panel, edition, toml=factories.METHOD):
    """The editor's page of a draft that says a method."""
    by = factories.organiser(edition)
    draft = services.start_draft(edition=edition, by=by)
    services.save_draft(method=draft, name_pl="Ranking próbny", name_en="Trial", toml=toml, by=by)
    return panel.get(at("edit_method"))


def key_of(page, code):
    return next(node.key for node in page.context["sketch"].nodes if node.code == code)


def test_saving_what_was_shown_changes_nothing(panel, edition):
    page = edited(panel, edition)
    before = queries.draft_of(factories.organiser(edition), edition)
    assert panel.post(at("edit_method"), fields(page)).url == at("check")
    after = queries.draft_of(factories.organiser(edition), edition)
    assert after.toml == before.toml
    assert after.changed_at > before.changed_at


@pytest.mark.parametrize(
    ("code", "field", "value", "words"),
    [
        ("turnout", "weight", "69", "sum to 99"),
        ("wage", "weight", "", "above 0"),
        ("people", "name_pl", "gospodarka", "same name"),
        ("wage", "target", "dużo", "dużo"),
    ],
)
def test_mistake_is_said_at_the_field_and_what_was_typed_is_kept(panel, edition, code, field, value, words):
    page = edited(panel, edition)
    key = key_of(page, code)
    answer = panel.post(at("edit_method"), fields(page, **{f"{key}-{field}": value, "seed": "99"}))
    assert answer.status_code == 200
    text = answer.content.decode()
    assert words in text
    assert f'name="{key}-{field}" value="{value}"' in text
    assert 'value="99"' in text
    assert queries.draft_of(factories.organiser(edition), edition).toml == page.context["base_text"]


def test_weight_on_an_indicator_with_40_percent_coverage_stands_in_the_way(client):
    edition = factories.edition()
    values = factories.random_values(10)
    values[:6, 3] = np.nan
    factories.figures(edition, values)
    user = factories.organiser(edition)
    UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": "en"})
    client.force_login(user)
    edited(client, edition)
    page = client.get(at("check")).content.decode()
    assert "Stands in the way of a lock" in page
    assert "only 4 of 10 cities (40%)" in page
    assert at("lock") not in page


def test_acts_answer_with_the_tree_alone_to_htmx_and_with_the_page_without_it(panel, edition):
    page = edited(panel, edition)
    wage = key_of(page, "wage")
    sent = fields(page, act=f"down:{wage}")
    part = panel.post(at("edit_method"), sent, HTTP_HX_REQUEST="true")
    assert part["HX-Trigger"] == "method-changed"
    assert "<html" not in part.content.decode()
    assert "is now number 2 of 2" in part.content.decode()
    whole = panel.post(at("edit_method"), sent).content.decode()
    assert "<html" in whole
    assert "is now number 2 of 2" in whole
    assert queries.draft_of(factories.organiser(edition), edition).toml == page.context["base_text"]


def test_check_looks_at_what_stands_on_the_screen(panel, edition):
    page = edited(panel, edition)
    turnout = key_of(page, "turnout")
    sent = fields(page, act="check", **{f"{turnout}-weight": "60"})
    part = panel.post(at("edit_method"), sent, HTTP_HX_REQUEST="true").content.decode()
    assert "do not fit yet" in part
    assert "1 city would not be classified" in part
    assert "Łódź" in part
    assert "Check" in panel.post(at("edit_method"), sent).content.decode()


def test_proposed_weights_are_shown_and_adopted_with_a_note(panel, edition):
    page = edited(panel, edition)
    people = key_of(page, "people")
    offered = panel.post(at("edit_method"), fields(page, act=f"propose:{people}"))
    assert [p.choice.code for p in offered.context["offer"].proposals] == [
        "equal", "pca", "entropy", "critic", "balanced", "doubt",
    ]  # fmt: skip
    for proposal in offered.context["offer"].proposals:
        assert proposal.problem or sum(proposal.weights.values()) == pytest.approx(100)
    taken = panel.post(at("edit_method"), fields(offered, act=f"adopt:{people}:entropy"))
    assert panel.post(at("edit_method"), fields(taken)).url == at("check")
    method = composite.Method.from_toml(queries.draft_of(factories.organiser(edition), edition).toml)
    family = [i.weight for i in method.framework.indicators if i.parent == "people"]
    assert sum(family) == pytest.approx(100)
    assert family != [70, 30]
    note = next(a.note for a in method.framework.aggregates if a.code == "people")
    assert note.startswith("Wagi: ")
    assert " / Weights: Entropy, " in note


def test_experts_points_become_weights(panel, edition):
    page = edited(panel, edition)
    people = key_of(page, "people")
    turnout, nurseries = key_of(page, "turnout"), key_of(page, "nurseries")
    points = {f"points1-{turnout}": "80", f"points1-{nurseries}": "20", f"points2-{turnout}": "60,5",
              f"points2-{nurseries}": "39,5"}  # fmt: skip
    sent = fields(page, act=f"adopt:{people}:budget", expert1="Anna", **points)
    taken = panel.post(at("edit_method"), sent)
    assert taken.context["sketch"].by_key[turnout].weight == 70.25
    assert "Anna" not in taken.context["sketch"].by_key[people].texts["note_pl"]
    wrong = panel.post(at("edit_method"), sent | {f"points1-{turnout}": "70", "act": f"propose:{people}"})
    assert "sum to 90" in wrong.content.decode()


def test_draft_that_somebody_else_saved_is_not_overwritten_silently(panel, edition):
    page = edited(panel, edition)
    draft = queries.draft_of(factories.organiser(edition), edition)
    theirs = factories.METHOD.replace("seed = 7", "seed = 8")
    services.save_draft(method=draft, name_pl="Ich", name_en="", toml=theirs, by=factories.organiser(edition))
    mine = fields(page, seed="9")
    answer = panel.post(at("edit_method"), mine)
    assert "saved by somebody else" in answer.content.decode()
    assert "seed = 8" in queries.draft_of(factories.organiser(edition), edition).toml
    assert panel.post(at("edit_method"), mine | {"overwrite": "on"}).url == at("check")
    assert "seed = 9" in queries.draft_of(factories.organiser(edition), edition).toml


def test_from_an_empty_edition_to_a_published_ranking(panel, edition):
    assert panel.get(at("overview")).status_code == 200
    assert panel.post(at("start_draft")).url == at("edit_method")
    page = panel.get(at("edit_method"))
    assert "The tree has no indicator yet" in panel.post(at("edit_method"), fields(page)).content.decode()
    data = fields(page, act="add_indicators", new_code=["wage", "unemployed", "turnout", "nurseries"])
    page = panel.post(at("edit_method"), data)
    assert panel.post(at("edit_method"), fields(page, runs="200")).url == at("check")
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


def test_two_methods_are_compared_on_the_same_figures(panel, edition):
    first = factories.locked(edition)
    assert "Choose two different methods" in panel.get(at("compare")).content.decode()
    by = factories.organiser(edition)
    draft = services.start_draft(edition=edition, by=by)
    changed = factories.METHOD.replace("weight = 60", "weight = 10").replace("weight = 40", "weight = 90")
    changed = changed.replace("[uncertainty]", '[normalisation]\nmethod = "rank"\n\n[uncertainty]')
    services.save_draft(method=draft, name_pl="R", name_en="", toml=changed, by=by)
    answer = panel.get(at("compare"))
    found = answer.context["found"]
    assert (answer.context["one"], answer.context["other"]) == (first, draft)
    assert {name for name, _shift in found.steps} == {"weights", "scale"}
    for row in found.rows:
        if row.gained is not None:
            assert sum(row.by_step) == row.gained
    assert next(row for row in found.rows if row.name == "Łódź").first is None
    text = panel.get(at("compare"), {"one": first.pk, "other": draft.pk, "format": "csv"}).content.decode(
        "utf-8-sig"
    )
    assert len(text.splitlines()) == 13
    assert text.startswith("City,2026 v1,")
    same = panel.get(at("compare"), {"one": first.pk, "other": first.pk})
    assert "found" not in same.context


def test_method_of_an_edition_that_the_figures_lack_is_refused_in_words(panel, edition):
    first = factories.locked(edition)
    by = factories.organiser(edition)
    draft = services.start_draft(edition=edition, by=by)
    bad = factories.METHOD.replace('code = "turnout"', 'code = "gone"')
    services.save_draft(method=draft, name_pl="R", name_en="", toml=bad, by=by)
    page = panel.get(at("compare"), {"one": first.pk, "other": draft.pk}).content.decode()
    assert "cannot be computed on these figures" in page
    assert "gone" in page


READS = ["overview", "edit_method", "edit_file", "check", "compare", "lock"]
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
