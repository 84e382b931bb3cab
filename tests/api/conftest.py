"""A small world: two public editions with rankings, one of them withdrawn once, and one edition in preparation."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from ratusz.apps.api import middleware
from ratusz.apps.cities.models import Correction, Indicator, Observation
from ratusz.apps.editions.models import Edition
from ratusz.apps.ranking import services
from ratusz.apps.ranking.models import Ranking
from tests.efficiency import factories as efficiency
from tests.ranking import factories

CITIES = 24


@dataclass(frozen=True)
class World:
    """What there is; `hidden` is computed and not published (so is a study), `ahead` is an edition in preparation."""

    edition: Edition
    ranking: Ranking
    withdrawn: Ranking
    hidden: Ranking
    ahead: Edition


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Built once for the tests of a file, and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def build() -> World:
    """The world; one city has too few figures, so it is not classified."""
    values = factories.random_values(CITIES)
    values[3, 1:] = np.nan
    first = factories.published_ranking(values=values, variants=20)
    edition, by = first.edition, factories.organiser(first.edition)
    services.withdraw_ranking(
        ranking=first, reason_pl="Błąd w danych źródłowych.", reason_en="An error in the source.", by=by
    )
    second = factories.result(edition, variants=20)
    counts = services.publish_ranking(
        ranking=second, note_pl="Poprawione dane.", note_en="Corrected figures.", by=by
    )
    hidden = factories.result(edition, variants=30)
    chosen = [efficiency.column("wage", "input"), efficiency.column("turnout", "output")]
    efficiency.published(edition, columns=chosen)
    efficiency.computed(edition, columns=[*chosen, efficiency.column("nurseries", "output")])
    ahead = factories.edition(2027, current=False)
    factories.figures(ahead, factories.random_values(3))
    figure = Observation.objects.order_by("pk").first()
    Correction.objects.create(
        observation=figure, old_value=figure.value - 1, new_value=figure.value, source=figure.source, by=by,
        reason_pl="=1+1 nie jest formułą", reason_en="Typing error",
    )  # fmt: skip
    Indicator.objects.filter(code="wage").update(definition_pl='=HYPERLINK("x")')
    return World(edition, Ranking.objects.get(pk=counts.pk), Ranking.objects.get(pk=first.pk), hidden, ahead)


@pytest.fixture(autouse=True)
def unlimited(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets a test ask as often as it likes, and forgets what was kept for the test before."""
    for prefix in middleware.OFTEN:
        monkeypatch.setitem(middleware.OFTEN, prefix, "1000000/s")
    cache.clear()


@pytest.fixture
def api(world: World, db: None) -> Client:
    """A caller of the API who is nobody."""
    return Client()


def body_of(response) -> bytes:
    """The bytes of an answer, streamed or not."""
    return b"".join(response.streaming_content) if response.streaming else response.content
