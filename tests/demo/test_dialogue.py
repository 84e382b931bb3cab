import pytest
from django.urls import reverse
from django.utils import timezone

from ratusz.apps.cities.models import Correction, Objection, Observation
from ratusz.demo import content
from ratusz.demo.services import move_to_phase

State = Objection.State


def states() -> list[str]:
    return sorted(Objection.objects.exclude(state=State.WITHDRAWN).values_list("state", flat=True))


def test_corrections_restore_the_real_figures(demo):
    real = {(r["teryt"], r["indicator"], int(r["year"])): float(r["value"]) for r in content.figures()}
    corrections = Correction.objects.select_related("observation__city", "observation__indicator")
    assert corrections.count() == 2
    for one in corrections:
        figure = one.observation
        assert one.new_value == figure.value == real[figure.city.teryt, figure.indicator.code, figure.year]
        assert "zmyślona" in one.reason_pl
        assert one.at <= timezone.now()


def test_published_edition_shows_corrections_and_a_rejection_to_everybody(demo, client):
    assert states() == ["accepted", "accepted", "rejected"]
    card = client.get(reverse("cities:indicator", args=["unemployed"])).content.decode()
    assert "20\u00a0325" in card
    assert "Ośrodek Dialogu Miejskiego" in card
    wages = client.get(reverse("cities:indicator", args=["gross-wage"])).content.decode()
    assert "odrzucone" in wages
    assert "7\u00a0640" not in wages


@pytest.mark.parametrize("phase", ["verify", "rank"])
def test_objections_wait_where_one_decides(demo, phase):
    edition = move_to_phase(phase)
    move_to_phase(phase)
    assert states() == ["accepted", "accepted", "rejected", "waiting", "waiting"]
    window = edition.phases.get(kind="verify")
    for one in Objection.objects.filter(state__in=[*Objection.DECIDED, State.WAITING]):
        assert window.opens_at <= one.sent_at < window.closes_at
        assert one.decided_at is None or one.decided_at < window.closes_at
    move_to_phase("call")
    assert states() == ["accepted", "accepted", "rejected"]


def test_figures_are_loaded_wrong_only_where_a_correction_follows(demo):
    assert Observation.objects.get(city__slug="lodz", indicator__code="unemployed", year=2021).value == 20325
