"""Words that only a city and the organisers may read, looked for behind every door: role by role, phase by phase."""

import datetime as dt

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from ratusz.apps.accounts.models import Mandate
from ratusz.apps.cities import queries, services
from ratusz.apps.cities.models import CityReview, Objection
from ratusz.apps.editions.models import Edition, Phase, Role, RoleAssignment
from ratusz.apps.ranking.models import SeatRequest
from tests.cities.dialogue import decide, give_figures, make_team, open_phase, pdf, proposal, send, take_part
from tests.editions.conftest import signed_in
from tests.editions.factories import make_user

pytestmark = pytest.mark.django_db
State = Objection.State
# One word of each kind of row that is not public.
SECRETS = ("tajnyszkic", "tajnepowody", "tajnydokument", "tajnezyczenie")
PUBLIC = [
    "/api/v1/corrections", "/api/v1/observations", "/api/v1/cities", "/api/v1/sources", "/api/v1/editions/2026/cities",
    "/open-data/2026/corrections.csv", "/open-data/2026/corrections.json", "/open-data/2026/observations.csv",
    "/open-data/2026/sources.csv", "/open-data/catalog.jsonld", "/open-data/2026/datapackage.json", "/sitemap.xml",
]  # fmt: skip
ORGANISER_LISTS = ["objection_index", "dialogue_index", "seat_request_index"]


@pytest.fixture
def place(edition, cities66, unemployment, wage, source, settings):
    settings.DEMO = True
    cache.clear()
    open_phase(edition, "verify")
    cities = take_part(edition)
    for one in (unemployment, wage):
        give_figures(one, source, {"lodz": 4.5, "gdynia": 2.0, "sopot": 1.5, "torun": 5.0, "lublin": 6.0})
    return cities


@pytest.fixture
def secrets(place, edition, unemployment, wage):
    """Łódź has a draft, an objection that waits with a document, and a wish for a seat."""
    team = make_team(edition, place["lodz"])
    sent = send(
        team, edition, place["lodz"], unemployment, grounds=SECRETS[1], document=pdf(f"{SECRETS[2]}.pdf")
    )
    services.save_draft(
        by=team,
        edition=edition,
        city=place["lodz"],
        indicator=wage,
        proposal=proposal(grounds=SECRETS[0]),
        version=0,
    )
    SeatRequest.objects.create(
        edition=edition, city=place["lodz"], peer=place["gdynia"], note=SECRETS[3], asked_by=team
    )
    return sent


def others(edition, cities):
    """Everybody who may read none of it."""
    ended = make_team(edition, cities["lodz"])
    Mandate.objects.filter(user=ended).update(valid_to=timezone.localdate() - dt.timedelta(days=1))
    elsewhere = make_user()
    next_year = Edition.objects.create(programme=edition.programme, year=2025, name_pl="Miasta 2025")
    RoleAssignment.objects.create(edition=next_year, user=elsewhere, role=Role.ORGANISER)
    return {
        "nobody": None,
        "a mandate that ended": ended,
        "another city": make_team(edition, cities["gdynia"]),
        "a mandate without the role": make_team(edition, cities["lodz"], role=""),
        "the role without a mandate": make_team(edition, cities["lodz"], mandate=False),
        "organiser of another edition": elsewhere,
        **{role: make_user(role, edition=edition) for role in (Role.JUROR, Role.SECRETARY)},
    }


def body(answer) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode(errors="replace")


def addresses(sent: Objection) -> list[str]:
    city = sent.city.teryt
    with translation.override("en"):
        pages = [
            reverse("home"), reverse("search") + "?q=tajne", reverse("cities:city", args=[sent.city.slug]),
            reverse("cities:indicator", args=[sent.indicator.code]), reverse("cities:corrections_csv"),
            reverse("cities:own_index", args=[2026]), reverse("cities:own", args=[2026, city]),
            reverse("cities:own_figure", args=[2026, city, sent.indicator.code]),
            reverse("cities:own_figures_csv", args=[2026, city]), reverse("cities:objections_csv", args=[2026, city]),
            reverse("cities:objection_document", args=[2026, sent.pk]), reverse("my_edition"), reverse("my_data"),
            reverse("objection", args=[sent.pk]), *map(reverse, ORGANISER_LISTS),
        ]  # fmt: skip
    exports = [f"{reverse(name)}?export={kind}" for name in ORGANISER_LISTS for kind in ("csv", "xlsx")]
    searches = [f"{reverse('objection_index')}?q=PUP&state={state}" for state in ("draft", "waiting")]
    return [*pages, *PUBLIC, *exports, *searches]


@pytest.mark.parametrize("phase", ["verify", "rank", None])
def test_nothing_of_a_dialogue_shows_behind_any_door(place, edition, secrets, phase):
    open_phase(edition, phase)
    for who, user in others(edition, place).items():
        client = signed_in(user) if user else Client()
        client.raise_request_exception = False
        for address in addresses(secrets):
            answer = client.get(address)
            assert answer.status_code < 500, (who, address)
            found = [word for word in SECRETS if word in body(answer).replace("q=tajne", "")]
            assert found == [], (who, phase, address)


def test_organiser_reads_what_was_sent_and_no_draft(place, edition, organiser, secrets):
    client = signed_in(organiser)
    assert SECRETS[1] in body(client.get(reverse("objection", args=[secrets.pk])))
    assert SECRETS[1] in body(client.get(reverse("objection_index") + "?export=csv"))
    assert SECRETS[3] in body(client.get(reverse("seat_request_index") + "?export=csv"))
    for address in addresses(secrets):
        assert SECRETS[0] not in body(client.get(address)), address


WRITES = [
    ("dialogue_invite", [], {"do": "invite"}), ("dialogue_invite", [], {"do": "remind"}),
    ("objection", ["PK"], {"decision": "reject", "reason_pl": "Nie.", "version": "1"}),
    ("cities:withdraw", [2026, "PK"], {}), ("cities:confirm", [2026, "1061011"], {"seen": ""}),
    ("cities:own_figure", [2026, "1061011", "unemployment"], {"do": "send", "typed": "9", "version": "1"}),
]  # fmt: skip


@pytest.mark.parametrize("phase", ["verify", "rank", None])
def test_no_write_of_others_changes_anything(place, edition, secrets, phase):
    open_phase(edition, phase)
    mail.outbox.clear()
    for who, user in others(edition, place).items():
        client = signed_in(user) if user else Client()
        for name, args, data in WRITES:
            with translation.override("en"):
                address = reverse(name, args=[secrets.pk if one == "PK" else one for one in args])
            assert client.get(address).status_code in (200, 302, 403, 404, 405), (who, name)
            assert client.post(address, data).status_code in (302, 403, 404), (who, name)
    secrets.refresh_from_db()
    assert (secrets.state, secrets.version) == (State.WAITING, 1)
    assert not CityReview.objects.filter(city=place["lodz"]).exists()
    assert mail.outbox == []


def test_every_write_needs_the_token_of_its_form(place, edition, organiser, secrets):
    for person in (organiser, secrets.by):
        client = Client(enforce_csrf_checks=True)
        client.cookies = signed_in(person).cookies
        for name, args, data in WRITES:
            with translation.override("en"):
                address = reverse(name, args=[secrets.pk if one == "PK" else one for one in args])
            assert client.post(address, data).status_code in (403, 404), (person, name)
    secrets.refresh_from_db()
    assert secrets.state == State.WAITING


def test_decision_goes_to_the_team_when_the_author_acts_for_the_city_no_longer(
    place, edition, organiser, unemployment
):
    author, colleague = make_team(edition, place["lodz"]), make_team(edition, place["lodz"])
    one = send(author, edition, place["lodz"], unemployment)
    Mandate.objects.filter(user=author).update(valid_to=timezone.localdate() - dt.timedelta(days=1))
    mail.outbox.clear()
    decide(organiser, one, accept=False)
    assert [letter.to for letter in mail.outbox] == [[colleague.email]]


def test_words_of_an_organiser_are_no_markup_in_the_form_of_a_city(place, edition, unemployment):
    type(unemployment).objects.filter(pk=unemployment.pk).update(
        unit_pl="<svg onload=x>", name_pl="<b>nazwa</b>"
    )
    client = signed_in(make_team(edition, place["lodz"]))
    page = body(client.get("/pl" + reverse("cities:own_figure", args=[2026, "1061011", "unemployment"])[3:]))
    assert "&lt;svg onload=x&gt;" in page
    assert "<svg onload" not in page
    assert "<b>nazwa" not in page


def test_rejection_of_an_edition_in_preparation_is_not_public(place, edition, organiser, unemployment):
    team = make_team(edition, place["lodz"])
    one = send(team, edition, place["lodz"], unemployment)
    decide(organiser, one, accept=False, reason_pl="Dialog przed otwarciem.")
    assert queries.rejections().count() == 1
    Edition.objects.filter(pk=edition.pk).update(is_current=False)
    assert queries.rejections().count() == 0
    assert "Dialog przed otwarciem" not in body(Client().get("/pl" + reverse("cities:corrections_csv")[3:]))
    assert edition.phases.filter(kind=Phase.Kind.VERIFY).exists()
