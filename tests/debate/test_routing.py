"""What is shown next follows the groups of the live picture; no statement is left unread in any of them."""

import numpy as np
import pytest
from django.core.cache import cache

from ratusz.apps.debate import queries, services
from ratusz.apps.debate.models import LivePicture
from ratusz.apps.debate.queries.routing import Steering
from ratusz.engines.opinion.routing import FLOOR, chances, next_statement
from tests.debate.factories import make_conversation
from tests.debate.test_live import camps


def test_after_five_thousand_votes_every_statement_has_its_floor_in_each_group():
    dice = np.random.default_rng(5)
    numbers, groups = list(range(1, 41)), 3
    counts = np.zeros((groups, 40, 3), dtype=int)
    lean = dice.random((groups, 40))
    for person in range(500):
        group, still = person % groups, np.ones(40, dtype=bool)
        for _vote in range(10):
            steering = Steering(
                {one: counts[:, one - 1].tolist() for one in numbers},
                {one: counts[:, one - 1].sum(axis=0).tolist() for one in numbers},
                groups, {},
            )  # fmt: skip
            table, row, floor = steering.table(numbers, group)
            chosen = next_statement(table, row, still, dice, floor=floor)
            still[chosen] = False
            counts[group, chosen] += [1, 0, 1] if dice.random() < lean[group, chosen] else [0, 1, 1]
    assert counts[:, :, 2].sum() == 5000
    assert counts[:, :, 2].min() >= FLOOR
    table, row, floor = steering.table(numbers, 0)
    chance = chances(table, row, np.ones(40, dtype=bool), floor=floor)
    assert chance.max() > 1.5 * chance.min() > 0


@pytest.mark.django_db
def test_statement_unseen_in_the_own_group_comes_first():
    conversation = make_conversation()
    camps(conversation)
    picture = services.paint(conversation)
    place = picture.memory["statements"].index("3")
    picture.memory["counts"][0][place] = [0, 0, 0]
    LivePicture.objects.filter(pk=picture.pk).update(memory=picture.memory)
    cache.clear()
    newcomers = {
        group: services.join(user=None, key=f"key {group}", conversation=conversation) for group in (0, 1)
    }
    memory = picture.memory["people"] | {
        str(one.number): [0.5, 0.5, group] for group, one in newcomers.items()
    }
    LivePicture.objects.filter(pk=picture.pk).update(memory=picture.memory | {"people": memory})
    assert queries.statements_for(conversation, newcomers[0])[0].number == 3
    other = {queries.statements_for(conversation, newcomers[1])[0].number for _turn in range(12)}
    assert len(other) > 2
