"""Wishes for a seat beside another city: who may ask, when, how many, and who learns what."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from ratusz.apps.accounts import privacy
from ratusz.apps.accounts.models import Mandate, Organisation, User
from ratusz.apps.cities.models import City
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.models import AuditEntry
from ratusz.apps.editions import tasks_board
from ratusz.apps.editions.models import Edition, Phase
from ratusz.apps.ranking import services
from ratusz.apps.ranking.models import Ranking, SeatRequest
from ratusz.apps.ranking.queries import seats
from tests.ranking import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ranking() -> Ranking:
    return factories.published_ranking(24, variants=40)


@pytest.fixture
def edition(ranking: Ranking) -> Edition:
    return ranking.edition


def team_of(city: City, edition: Edition, *, until: dt.date | None = None) -> User:
    """Somebody who acts for the city in the edition."""
    user = factories.person(f"team-{city.slug}@example.org", edition, "city")
    organisation, _ = Organisation.objects.get_or_create(
        teryt=city.teryt, defaults={"kind": "local_government", "name": f"Miasto {city}"}
    )
    Mandate.objects.create(
        user=user,
        organisation=organisation,
        valid_from=timezone.localdate() - dt.timedelta(days=30),
        valid_to=until,
    )
    return user


def city(slug: str) -> City:
    return City.objects.get(slug__startswith=slug)


def ask(edition: Edition, one: str, other: str, by: User, **more: str) -> SeatRequest:
    return services.ask_for_seat(edition=edition, city=city(one), peer=city(other), by=by, **more)


def test_a_wish_is_stored_once_and_logged(edition):
    by = team_of(city("lodz"), edition)
    wish = ask(edition, "lodz", "krakow", by, note="  Żłobki \n i  mieszkania ")
    assert (wish.note, wish.asked_by, wish.withdrawn_at) == ("Żłobki i mieszkania", by, None)
    assert ask(edition, "lodz", "krakow", by) == wish
    assert AuditEntry.objects.filter(action="ranking.ask_for_seat").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        SeatRequest.objects.create(edition=edition, city=wish.city, peer=wish.peer)
    services.withdraw_seat_request(request=wish, by=by)
    services.withdraw_seat_request(request=wish, by=by)
    assert AuditEntry.objects.filter(action="ranking.withdraw_seat_request").count() == 1
    assert ask(edition, "lodz", "krakow", by) != wish


def test_wishes_are_refused_with_the_rule(edition):
    by = team_of(city("lodz"), edition)
    with pytest.raises(DomainError, match="obok samego siebie"):
        ask(edition, "lodz", "lodz", by)
    with pytest.raises(DomainError) as long:
        ask(edition, "lodz", "krakow", by, note="a" * 301)
    assert (long.value.field, long.value.code) == ("note", "too_long")
    outside = factories.cities(25)[-1]
    with pytest.raises(DomainError) as absent:
        services.ask_for_seat(edition=edition, city=city("lodz"), peer=outside, by=by)
    assert absent.value.code == "not_in_edition"
    for other in City.objects.exclude(slug__startswith="lodz").exclude(pk=outside.pk)[: services.MOST_SEATS]:
        services.ask_for_seat(edition=edition, city=city("lodz"), peer=other, by=by)
    with pytest.raises(DomainError) as full:
        services.ask_for_seat(edition=edition, city=city("lodz"), peer=city("miasto-0023"), by=by)
    assert full.value.code == "too_many"
    assert "Wycofaj" in str(full.value)


def test_only_a_mandate_in_force_and_the_role_open_the_door(edition):
    stranger = factories.person("someone@example.org", edition, "participant")
    no_mandate = factories.person("no-mandate@example.org", edition, "city")
    over = team_of(city("gdynia"), edition, until=timezone.localdate() - dt.timedelta(days=1))
    for by in (stranger, no_mandate, over, factories.organiser(edition)):
        with pytest.raises(NotAllowed):
            ask(edition, "gdynia", "lodz", by)
    wish = ask(edition, "lodz", "krakow", team_of(city("lodz"), edition))
    with pytest.raises(NotAllowed):
        services.withdraw_seat_request(request=wish, by=team_of(city("krakow"), edition))


def test_wishes_are_open_from_the_ranking_to_the_session_only(edition):
    by = team_of(city("lodz"), edition)
    Phase.objects.filter(edition=edition).exclude(kind__in=["measure", "verify", "recommend"]).delete()
    with pytest.raises(NotAllowed) as early:
        ask(Edition.objects.get(pk=edition.pk), "lodz", "krakow", by)
    assert early.value.code == "wrong_phase"


def test_each_sees_only_what_is_theirs(edition):
    lodz, krakow = team_of(city("lodz"), edition), team_of(city("krakow"), edition)
    ask(edition, "lodz", "krakow", lodz, note="tajne")
    ask(edition, "lodz", "sopot", lodz)
    assert [w.peer.name for w in seats.seat_requests_visible_to(lodz, edition)] == ["Kraków", "Sopot"]
    assert list(seats.seat_requests_visible_to(krakow, edition)) == []
    assert list(seats.seat_requests_visible_to(AnonymousUser(), edition)) == []
    assert seats.seat_requests_visible_to(factories.organiser(edition), edition).count() == 2
    assert seats.wished_beside(krakow, edition) == [("Kraków", "Łódź", False)]
    assert seats.wished_beside(lodz, edition) == []
    ask(edition, "krakow", "lodz", krakow)
    assert {(w.city.name, w.peer.name, w.mutual) for w in seats.seat_requests(edition)} == {
        ("Łódź", "Kraków", True), ("Łódź", "Sopot", False), ("Kraków", "Łódź", True),
    }  # fmt: skip


def test_board_tells_the_other_city_without_persons(edition):
    lodz, krakow = team_of(city("lodz"), edition), team_of(city("krakow"), edition)
    tasks, _outcomes = tasks_board.board_of(lodz, edition)
    assert any("usiąść" in str(task.title) and task.due for task in tasks)
    ask(edition, "lodz", "krakow", lodz, note="tajne")
    tasks, outcomes = tasks_board.board_of(krakow, edition)
    told = [o for o in outcomes if "Łódź" in str(o.title)]
    assert len(told) == 1
    assert "tajne" not in repr(outcomes)
    assert lodz.email not in repr(outcomes)
    tasks, outcomes = tasks_board.board_of(lodz, edition)
    assert not any("usiąść" in str(task.title) for task in tasks)
    assert any("Kraków" in str(o.title) for o in outcomes)


def test_a_person_takes_the_wishes_along_and_is_forgotten(edition):
    by = team_of(city("lodz"), edition)
    wish = ask(edition, "lodz", "krakow", by, note="Jan Kowalski prosi")
    assert privacy.export(by)["seat_wishes"][0]["beside"] == "Kraków"
    privacy.erase_elsewhere(by)
    wish.refresh_from_db()
    assert (wish.asked_by, wish.note, wish.withdrawn_at) == (None, "", None)


def page(client: Client, edition: Edition, slug: str, language: str = "pl") -> str:
    answer = client.get(f"/{language}/ranking/{edition.year}/city/{slug}/")
    assert answer.status_code == 200
    return answer.content.decode()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_one_click_on_the_card_asks_and_withdraws(ranking, edition):
    row = next(r for r in ranking.rows.filter(rank__isnull=False) if r.similar)
    client = signed_in(team_of(row.city, edition))
    peer = row.similar[0]["slug"]
    address = f"/pl/ranking/{edition.year}/city/{row.slug}/seat/"
    assert address in page(client, edition, row.slug)
    answer = client.post(address, {"peer": peer, "reason": "similar", "page": row.slug})
    assert answer.url == f"/pl/ranking/{edition.year}/city/{row.slug}/#seats"
    wish = SeatRequest.objects.get()
    assert wish.reason == SeatRequest.Reason.SIMILAR
    shown = page(client, edition, row.slug)
    assert f"/seat/{wish.pk}/withdraw/" in shown
    answer = client.post(f"/pl/ranking/{edition.year}/seat/{wish.pk}/withdraw/", {"peer": peer, "page": peer})
    assert answer.url.endswith(f"/city/{peer}/#seats")
    wish.refresh_from_db()
    assert wish.withdrawn_at


def test_a_reason_that_is_not_true_becomes_free(ranking, edition):
    row = next(r for r in ranking.rows.filter(rank__isnull=False) if r.similar)
    known = {one["slug"] for one in row.similar} | {row.slug}
    other = ranking.rows.exclude(slug__in=known).first()
    client = signed_in(team_of(row.city, edition))
    for reason in ("similar", "efficiency", "nonsense"):
        client.post(
            f"/pl/ranking/{edition.year}/city/{row.slug}/seat/", {"peer": other.slug, "reason": reason}
        )
    assert SeatRequest.objects.get().reason == SeatRequest.Reason.FREE


def test_others_read_an_honest_hint_and_cannot_post(ranking, edition):
    row = ranking.rows.first()
    other = ranking.rows.last()
    anonymous = Client()
    shown = page(anonymous, edition, row.slug)
    assert "/seat/" not in shown
    assert "może jednym kliknięciem" in shown
    address = f"/pl/ranking/{edition.year}/city/{row.slug}/seat/"
    assert anonymous.post(address, {"peer": other.slug}).status_code == 302
    assert anonymous.get(address).status_code == 405
    jury = signed_in(factories.person("juror@example.org", edition, "juror"))
    assert jury.post(address, {"peer": other.slug}).status_code == 403
    elsewhere = signed_in(team_of(other.city, edition))
    assert elsewhere.post(address, {"peer": other.slug}).status_code == 403
    assert f"/city/{other.slug}/seat/" in page(elsewhere, edition, row.slug)
    assert (
        elsewhere.post(f"/pl/ranking/{edition.year}/city/{other.slug}/seat/", {"peer": "nie-ma"}).status_code
        == 404
    )
    assert not SeatRequest.objects.exists()
    wish = ask(edition, other.slug, row.slug, User.objects.get(email=f"team-{other.slug}@example.org"))
    assert jury.post(f"/pl/ranking/{edition.year}/seat/{wish.pk}/withdraw/").status_code == 404


def test_organiser_lists_and_exports_wishes(edition):
    ask(edition, "lodz", "krakow", team_of(city("lodz"), edition), note="=1+1")
    client = signed_in(factories.organiser(edition))
    listed = client.get("/admin/seat-wishes/")
    assert listed.status_code == 200
    assert "Kraków" in listed.content.decode()
    assert "Kraków" not in client.get("/admin/seat-wishes/?q=sopot").content.decode()
    assert "Kraków" not in client.get("/admin/seat-wishes/?mutual=true").content.decode()
    exported = b"".join(client.get("/admin/seat-wishes/?export=csv").streaming_content).decode()
    assert "Łódź" in exported
    assert "'=1+1" in exported
    assert signed_in(team_of(city("sopot"), edition)).get("/admin/seat-wishes/").status_code in (302, 403)
