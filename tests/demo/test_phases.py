from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from ratusz.apps.cities.models import Objection
from ratusz.apps.core.errors import DomainError
from ratusz.apps.editions.models import Edition, Phase
from ratusz.apps.ranking import queries as rankings
from ratusz.apps.ranking.models import Ranking
from ratusz.apps.ranking.queries.seats import seat_requests
from ratusz.apps.website import services as website
from ratusz.apps.website.models import Laureate, NewsPage
from ratusz.demo import content, dates
from ratusz.demo.services import PHASES, move_to_phase

WISHES = {"call": 3, "measure": 0, "verify": 0, "rank": 0}
BEFORE_THE_RANKING = {"measure", "verify", "rank"}
AFTER_THE_SESSION = {"recommend", "commit", "consult", "follow_up", "over"}


def kind_of(phase: str) -> str:
    """The kind of phase that is open: the session's own day lies in the phase that convenes it."""
    return "convene" if phase == dates.SESSION else phase


@pytest.mark.parametrize("phase", dates.PHASES)
@pytest.mark.parametrize("weekday", range(7))
def test_session_day_puts_today_into_the_phase(phase, weekday):
    today = date(2026, 3, 2) + timedelta(days=weekday)
    session = dates.session_day(today, phase)
    noon = dates.moment(today, 0, 12)
    opened = {kind for kind, (opens, closes) in dates.calendar(session).items() if opens <= noon < closes}
    # The day of the session itself is walked today, whatever day it is.
    assert session == today if phase == dates.SESSION else session.weekday() == dates.WEDNESDAY
    assert (kind_of(phase) in opened) if phase != dates.OVER else not opened


def test_walk_through_all_phases_makes_everything_agree_and_keeps_what_people_did(demo):
    laureate = move_to_phase("recommend").laureates.first()
    secretary = laureate.edition.roles.get(role="secretary").user
    website.save_laureate(
        by=secretary, edition=laureate.edition, laureate=laureate, citation_pl="Własne słowa kapituły."
    )
    news = NewsPage.objects.get(slug="zero-ktore-nie-jest-zerem")
    news.title = "Poprawiony tytuł"
    news.save_revision().publish()
    first = Ranking.objects.get(edition__year=content.CURRENT, number=1)
    for phase in PHASES:
        edition = move_to_phase(phase)
        check(edition, phase)
        if phase in {"verify", "recommend"}:
            before = everything()
            move_to_phase(phase)
            assert everything() == before, phase
    laureate.refresh_from_db()
    news.refresh_from_db()
    assert laureate.citation_pl == "Własne słowa kapituły."
    assert news.title == "Poprawiony tytuł"
    assert news.live
    first.refresh_from_db()
    again = rankings.published(edition)
    assert first.withdrawn_at
    assert first.withdrawal_pl
    assert again.number == 2
    assert again.note_pl
    assert again.run.input_hash == first.run.input_hash


def everything():
    """What moving again to the same phase leaves as it was."""
    return (
        list(NewsPage.objects.order_by("pk").values("pk", "date", "live")),
        list(Phase.objects.order_by("pk").values()),
        list(Laureate.objects.order_by("pk").values()),
        list(Objection.objects.order_by("pk").values("pk", "state", "sent_at", "decided_at")),
    )


def check(edition, phase):
    """Everything that the demo shows belongs to the phase."""
    assert edition.year == content.CURRENT
    assert edition.is_current
    opened = edition.open_phases()
    assert (kind_of(phase) in opened) if phase != dates.OVER else not opened, phase
    ranking = rankings.published(edition)
    assert (ranking is None) == (phase in BEFORE_THE_RANKING), phase
    wishes = list(seat_requests(edition))
    assert len(wishes) == WISHES.get(phase, 4), phase
    assert all(wish.asked_at <= timezone.now() for wish in wishes), phase
    assert any(wish.mutual for wish in wishes) == (len(wishes) == 4), phase
    public = Laureate.objects.filter(edition=edition, public_from__lte=timezone.now())
    if phase != dates.SESSION:  # on that day the gala may be over, or not yet
        assert public.exists() == (phase in AFTER_THE_SESSION), phase
    assert (edition.session_date < timezone.localdate()) == (phase in AFTER_THE_SESSION), phase
    live = set(NewsPage.objects.live().filter(locale__language_code="pl").values_list("slug", flat=True))
    assert ("ranking-2026-opublikowany" in live) == (ranking is not None), phase
    assert ("co-zapisaly-stoliki" in live) == (phase in AFTER_THE_SESSION), phase
    assert not NewsPage.objects.live().filter(date__gt=timezone.localdate()).exists(), phase
    assert edition.rankings.filter(published_at__isnull=True).count() == (1 if phase == "rank" else 0), phase
    check_objections(edition, phase)
    days = list(Edition.objects.order_by("year").values_list("session_date", flat=True))
    assert {later - earlier for earlier, later in pairwise(days)} == {timedelta(weeks=52)}, phase


def check_objections(edition, phase):
    """Objections wait where one decides on them, and all their moments lie in the window."""
    states = sorted(
        Objection.objects.exclude(state=Objection.State.WITHDRAWN).values_list("state", flat=True)
    )
    waiting = ["waiting", "waiting"] if phase in {"verify", "rank"} else []
    assert states == ["accepted", "accepted", "rejected", *waiting], phase
    window = edition.phases.get(kind="verify")
    if phase == "measure":  # the moments of those decided before the demo went back lie elsewhere
        return
    for one in Objection.objects.filter(state__in=[*Objection.DECIDED, Objection.State.WAITING]):
        assert window.opens_at <= one.sent_at < window.closes_at
        assert one.decided_at is None or one.decided_at < window.closes_at


def test_move_to_an_unknown_phase_names_the_known_ones(demo):
    with pytest.raises(DomainError, match="measure, verify, rank"):
        move_to_phase("someday")
