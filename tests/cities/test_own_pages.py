"""The pages of a city's team, the organiser's screens and the public trail, asked by everybody."""

import csv
import io
from importlib import import_module

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ratusz.apps.accounts.models import Mandate, Organisation
from ratusz.apps.cities import queries, services
from ratusz.apps.cities.models import CityReview, Correction, Indicator, Objection
from ratusz.apps.core.models import AuditEntry
from tests.cities.conftest import make_indicator
from tests.cities.dialogue import (
    PDF,
    decide,
    give_figures,
    make_team,
    open_phase,
    pdf,
    proposal,
    send,
    take_part,
)
from tests.editions.conftest import signed_in

pytestmark = pytest.mark.django_db
State = Objection.State
TYPED = {
    "typed": "5,2", "year": "2024", "source_name": "PUP", "source_url": "https://example.org/pup",
    "grounds": "W tabeli jest rok wcześniejszy.", "version": "0",
}  # fmt: skip


@pytest.fixture
def place(edition, cities66, unemployment, source, settings):
    settings.DEMO = True
    open_phase(edition, "verify")
    cities = take_part(edition)
    give_figures(
        unemployment, source, {"lodz": 4.5, "gdynia": 2.0, "sopot": 1.5, "torun": 5.0, "lublin": 6.0}
    )
    return cities


@pytest.fixture
def team(place, edition):
    return make_team(edition, place["lodz"])


@pytest.fixture
def lodz(team) -> Client:
    return signed_in(team)


@pytest.fixture
def panel(place, organiser) -> Client:
    return signed_in(organiser)


def figure_page(city="1061011", code="unemployment", year=2026) -> str:
    return reverse("cities:own_figure", args=[year, city, code])


def test_own_figures_show_value_year_source_place_and_what_is_missing(lodz, place, wage, source):
    give_figures(wage, source, {"gdynia": 7000})
    page = lodz.get(reverse("cities:own", args=[2026, "1061011"]))
    text = page.content.decode()
    for words in ("4,5", "2024", source.name_pl, "miejsce 3 z 5", "brak", "Podaj liczbę", "(CE"):
        assert words in text, words
    assert CityReview.objects.get().looked_at


def test_one_city_leads_to_its_figures_and_two_are_listed(lodz, place, edition, team):
    assert lodz.get(reverse("cities:own_index", args=[2026])).url == reverse(
        "cities:own", args=[2026, "1061011"]
    )
    office = Organisation.objects.create(kind="local_government", name="Sopot", teryt=place["sopot"].teryt)
    Mandate.objects.create(user=team, organisation=office, valid_from=timezone.localdate())
    text = lodz.get(reverse("cities:own_index", args=[2026])).content.decode()
    assert "Sopot" in text
    assert "Łódź" in text


def test_confirmation_is_one_click(lodz, place, edition):
    page = lodz.get(reverse("cities:own", args=[2026, "1061011"]))
    lodz.post(reverse("cities:confirm", args=[2026, "1061011"]), {"seen": page.context["seen"]})
    assert CityReview.objects.get().confirmed_at
    assert "potwierdzono" in lodz.get(reverse("cities:own", args=[2026, "1061011"])).content.decode()


def test_mistake_in_the_number_is_asked_about_and_then_believed(lodz, place):
    answer = lodz.post(figure_page(), TYPED | {"typed": "45", "do": "send"})
    text = answer.content.decode()
    assert "10 razy" in text
    assert 'value="45"' in text
    draft = Objection.objects.get()
    assert (draft.state, draft.typed, draft.grounds) == (State.DRAFT, "45", TYPED["grounds"])
    version = answer.context["form"]["version"].value()
    lodz.post(figure_page(), TYPED | {"typed": "45", "sure": "on", "version": version, "do": "send"})
    draft.refresh_from_db()
    assert (draft.state, draft.value) == (State.WAITING, 45)


def test_every_fault_is_told_at_once_and_the_document_stays_with_the_draft(lodz, place):
    answer = lodz.post(
        figure_page(),
        {"typed": "pięć", "year": "24", "source_name": "", "source_url": "pup", "grounds": "", "version": "0",
         "do": "send", "document": SimpleUploadedFile("dowod.pdf", PDF)},
    )  # fmt: skip
    assert set(answer.context["form"].errors) == {"typed", "year", "source_name", "source_url", "grounds"}
    assert Objection.objects.get().document.name == "dowod.pdf"
    assert "dowod.pdf" in answer.content.decode()


def test_refused_document_does_not_lose_the_rest(lodz, place):
    files = {"document": SimpleUploadedFile("dowod.pdf", b"<script>alert(1)</script>")}
    answer = lodz.post(figure_page(), TYPED | {"do": "send"} | files)
    assert set(answer.context["form"].errors) == {"document"}
    assert Objection.objects.get().state == State.DRAFT


def test_draft_is_kept_changed_and_deleted(lodz, place):
    lodz.post(figure_page(), TYPED | {"typed": "pięć i coś", "do": "draft"})
    draft = Objection.objects.get()
    assert draft.state == State.DRAFT
    assert "pięć i coś" in lodz.get(figure_page()).content.decode()
    lodz.post(reverse("cities:withdraw", args=[2026, draft.pk]))
    assert not Objection.objects.exists()


def test_sent_objection_is_changed_by_its_team_until_it_is_decided(
    lodz, place, organiser, team, edition, unemployment
):
    objection = send(team, edition, place["lodz"], unemployment)
    lodz.post(figure_page(), TYPED | {"typed": "5,6", "version": str(objection.version), "do": "send"})
    objection.refresh_from_db()
    assert (objection.value, objection.version) == (5.6, 2)
    decide(organiser, objection, accept=False)
    text = lodz.get(figure_page()).content.decode()
    assert "Bo tak jest w źródle." in text
    assert "5,6" in text


def test_colleagues_change_meanwhile_loses_nothing(lodz, place, team, edition, unemployment):
    send(team, edition, place["lodz"], unemployment)
    answer = lodz.post(figure_page(), TYPED | {"grounds": "Moje długie słowa.", "do": "send"})
    assert "Moje długie słowa." in answer.content.decode()
    assert answer.context["form"].non_field_errors()


def test_window_that_closes_meanwhile_gives_the_text_back(lodz, place, edition):
    open_phase(edition, "rank")
    answer = lodz.post(figure_page(), TYPED | {"grounds": "Moje długie słowa.", "do": "send"})
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "Moje długie słowa." in text
    assert "wpisany tekst nie zginął" in text
    assert not Objection.objects.exists()


def test_too_many_forms_are_slowed_down_and_lose_nothing(lodz, place, monkeypatch):
    monkeypatch.setattr(import_module("ratusz.apps.cities.views.own"), "SUBMISSIONS", "1/h")
    lodz.post(figure_page(), TYPED | {"typed": "pięć", "do": "draft"})
    answer = lodz.post(
        figure_page(), TYPED | {"grounds": "Moje długie słowa.", "version": "1", "do": "draft"}
    )
    assert answer.status_code == 429
    assert "Moje długie słowa." in answer.content.decode()


# The wall


OTHERS = ["other_city", "no_mandate", "no_role", "secretary", "juror", "provider", "participant"]


def addresses(objection: Objection) -> list[str]:
    teryt = objection.city.teryt
    return [
        reverse("cities:own", args=[2026, teryt]),
        figure_page(teryt),
        reverse("cities:own_figures_csv", args=[2026, teryt]),
        reverse("cities:objections_csv", args=[2026, teryt]),
        reverse("cities:objection_document", args=[2026, objection.pk]),
    ]


@pytest.mark.parametrize(
    "who", ["other_city", "no_mandate", "no_role", "secretary", "juror", "provider", "participant"]
)
def test_guessed_addresses_open_nothing_to_others(place, edition, team, unemployment, who):
    objection = send(team, edition, place["lodz"], unemployment, document=pdf())
    people = {
        "other_city": lambda: make_team(edition, place["gdynia"]),
        "no_mandate": lambda: make_team(edition, place["lodz"], mandate=False),
        "no_role": lambda: make_team(edition, place["lodz"], role=""),
    }
    person = people.get(who, lambda: make_team(edition, place["lodz"], role=who))()
    client = signed_in(person)
    assert [client.get(address).status_code for address in addresses(objection)] == [404] * 5
    posts = [
        (figure_page(), TYPED | {"do": "send"}),
        (reverse("cities:confirm", args=[2026, "1061011"]), {"seen": "x"}),
        (reverse("cities:withdraw", args=[2026, objection.pk]), {}),
    ]
    assert [client.post(*one).status_code for one in posts] == [404] * 3
    assert client.get(reverse("objection", args=[objection.pk])).status_code in {302, 403}
    objection.refresh_from_db()
    assert objection.state == State.WAITING


def test_stranger_is_asked_to_sign_in(client, place, edition, team, unemployment):
    objection = send(team, edition, place["lodz"], unemployment, document=pdf())
    for address in addresses(objection):
        assert client.get(address).status_code == 302
        assert "login" in client.get(address).url


def test_document_comes_as_a_download_that_no_browser_runs(lodz, panel, place, edition, team, unemployment):
    objection = send(team, edition, place["lodz"], unemployment, document=pdf())
    address = reverse("cities:objection_document", args=[2026, objection.pk])
    for client in (lodz, panel):
        answer = client.get(address)
        assert answer.content == PDF
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
    assert AuditEntry.objects.filter(action="cities.read_document").count() == 2


def test_own_files_hold_only_the_city_and_run_no_formula(lodz, place, edition, team, unemployment):
    send(team, edition, place["lodz"], unemployment, grounds="=HYPERLINK(1)")
    send(make_team(edition, place["gdynia"]), edition, place["gdynia"], unemployment, typed="2,1")
    rows = read(lodz.get(reverse("cities:objections_csv", args=[2026, "1061011"])))
    assert [(row["city"], row["grounds"]) for row in rows] == [("Łódź", "'=HYPERLINK(1)")]
    rows = read(lodz.get(reverse("cities:own_figures_csv", args=[2026, "1061011"])))
    assert [(row["indicator"], row["value"], row["place_in_class"]) for row in rows] == [
        ("unemployment", "4.5", "3")
    ]


def read(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))


# The organiser


def test_queue_filters_searches_counts_and_exports_without_drafts(
    panel, place, edition, team, unemployment, wage, source
):
    give_figures(wage, source, {"lodz": 7000, "gdynia": 8000})
    first = send(team, edition, place["lodz"], unemployment)
    gdynia = make_team(edition, place["gdynia"])
    second = send(gdynia, edition, place["gdynia"], wage, typed="8100")
    services.save_draft(
        by=gdynia,
        edition=edition,
        city=place["gdynia"],
        indicator=unemployment,
        proposal=proposal(),
        version=0,
    )

    def found(**asked):
        return {one.pk for one in panel.get(reverse("objection_index"), asked).context["object_list"]}

    assert found() == {first.pk, second.pk}
    assert found(q="lodz") == {first.pk}
    assert found(state="waiting", indicator=wage.pk) == {second.pk}
    assert found(state="rejected") == set()
    assert "Czeka na rozstrzygnięcie: 2" in panel.get(reverse("objection_index")).content.decode()
    text = b"".join(panel.get(reverse("objection_index"), {"export": "csv"}).streaming_content).decode()
    assert text.count("\n") == 3
    assert panel.get(reverse("objection_index"), {"export": "xlsx"}).status_code == 200


def test_screen_shows_both_figures_the_document_and_other_cities(panel, place, edition, team, unemployment):
    objection = send(team, edition, place["lodz"], unemployment, document=pdf(), typed="45", sure=True)
    other = send(make_team(edition, place["gdynia"]), edition, place["gdynia"], unemployment, typed="2,2")
    text = panel.get(reverse("objection", args=[objection.pk])).content.decode()
    for words in ("4,5", "45,0", "dowod.pdf", "Gdynia", "10 razy", "miejsce 3 z 5", "miejsce 5 z 5"):
        assert words in text, words
    assert reverse("objection", args=[other.pk]) in text


def test_decision_by_the_screen_is_public_on_card_and_city_page(
    panel, client, place, edition, team, unemployment
):
    objection = send(team, edition, place["lodz"], unemployment)
    address = reverse("objection", args=[objection.pk])
    data = {
        "decision": "accept",
        "value": "5,0",
        "version": objection.version,
        "reason_pl": "",
        "reason_en": "",
    }
    refused = panel.post(address, data)
    assert "reason_pl" in refused.context["form"].errors
    panel.post(address, data | {"reason_pl": "Sprawdzono w źródle.", "reason_en": "Checked at the source."})
    assert Correction.objects.get().new_value == 5.0
    for page in (reverse("cities:indicator", args=["unemployment"]), reverse("cities:city", args=["lodz"])):
        text = client.get(page).content.decode()
        for words in ("Sprawdzono w źródle.", "Powiatowy Urząd Pracy", "Ośrodek Dialogu", "4,5", "5,0"):
            assert words in text, words
        assert team.full_name not in text
        assert "W tabeli jest rok wcześniejszy." not in text
    assert "Checked at the source." in client.get("/en/indicators/unemployment/").content.decode()


def test_screen_shows_what_the_city_changed_before_a_decision_counts(
    panel, place, edition, team, unemployment
):
    objection = send(team, edition, place["lodz"], unemployment)
    seen = objection.version
    services.send_objection(
        by=team,
        edition=edition,
        city=place["lodz"],
        indicator=unemployment,
        proposal=proposal(typed="5,9"),
        version=seen,
    )
    data = {"decision": "reject", "version": seen, "reason_pl": "Nie.", "value": "5,2"}
    answer = panel.post(reverse("objection", args=[objection.pk]), data)
    objection.refresh_from_db()
    assert objection.state == State.WAITING
    assert "5,9" in answer.content.decode()
    assert str(answer.context["form"]["version"].value()) == str(objection.version)


def test_rejection_is_a_public_line_and_a_withdrawal_is_not(
    client, place, edition, team, unemployment, organiser
):
    decide(
        organiser, send(team, edition, place["lodz"], unemployment), accept=False, reason_pl="Inna definicja."
    )
    second = send(team, edition, place["lodz"], unemployment, typed="5,7", source_name="Tajne źródło")
    services.withdraw_objection(by=team, objection=second)
    text = client.get(reverse("cities:indicator", args=["unemployment"])).content.decode()
    assert "Inna definicja." in text
    assert "Tajne źródło" not in text
    rows = read(client.get(reverse("cities:corrections_csv")))
    assert [(row["decision"], row["city"], row["reason_pl"]) for row in rows] == [
        ("rejected", "Łódź", "Inna definicja.")
    ]
    assert rows[0]["decided_by"] == "Ośrodek Dialogu"


def test_dialogue_screen_invites_and_shows_the_window(panel, place, edition, team):
    text = panel.get(reverse("dialogue_index")).content.decode()
    assert "Wyślij zaproszenia (miasta: 1)" in text
    assert "(CE" in text
    panel.post(reverse("dialogue_invite"), {"do": "invite"})
    assert CityReview.objects.get().invited_at
    found = panel.get(reverse("dialogue_index"), {"did": "no_team"}).context["object_list"]
    assert len(found) == 5


@pytest.mark.parametrize("name", ["objection_index", "dialogue_index"])
def test_screens_are_closed_to_others(client, stranger, place, name):
    client.force_login(stranger)
    assert client.get(reverse(name)).status_code in {302, 403}


def test_pages_ask_a_constant_number_of_queries(lodz, panel, place, edition, team, unemployment, source):
    send(team, edition, place["lodz"], unemployment)
    pages = {
        lodz: [reverse("cities:own", args=[2026, "1061011"]), figure_page()],
        panel: [reverse("objection_index"), reverse("dialogue_index")],
    }
    before = [(client, page, queries_of(client, page)) for client, found in pages.items() for page in found]
    for number in range(6):
        indicator = make_indicator(f"nowy-{number}", source)
        give_figures(indicator, source, {"lodz": 10.0 + number, "gdynia": 11.0})
        send(team, edition, place["lodz"], indicator, typed="12,5")
    for client, page, count in before:
        assert queries_of(client, page) <= count, page


def queries_of(client: Client, page: str) -> int:
    client.get(page)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200
    return len(asked)


def test_figures_of_another_edition_are_apart(lodz, place, edition):
    assert lodz.get(reverse("cities:own", args=[2025, "1061011"])).status_code == 404
    assert Indicator.objects.count() == len(queries.indicators_of(edition))
