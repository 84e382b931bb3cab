"""The conversation of the current edition: open around the session, with the votes of invented people."""

import random
from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from ratusz.apps.debate import services
from ratusz.apps.debate.models import Conversation, Result
from ratusz.apps.editions.models import Edition
from ratusz.demo import content, dates
from ratusz.demo.clock import standing_at
from ratusz.demo.services.people import person

SEED = 2026


def keep_in_step(edition: Edition, day: date) -> None:
    """Opens the conversation when it is due, moves it with the day, and takes back what lies ahead."""
    facts = content.read("debate")
    opens = dates.moment(day, facts["opens"], 9)
    closes = dates.moment(day, facts["closes"], 20)
    standing = edition.conversations.first()
    if timezone.now() < opens:
        if standing is not None:
            forget(standing)
        return
    if standing is None:
        with standing_at(opens + timedelta(hours=1)):
            standing = talk(edition, facts, opens_at=opens, closes_at=closes)
    Conversation.objects.filter(pk=standing.pk).update(opens_at=opens, closes_at=closes)
    if timezone.now() < closes:
        Result.objects.filter(conversation=standing).delete()
    else:
        services.compute_result(by=None, conversation=standing)


def talk(edition: Edition, facts: dict[str, Any], **window: Any) -> Conversation:
    """Opens the conversation with its statements, and lets the invented people vote."""
    by = person("organiser")
    conversation = services.save_conversation(
        by=by, edition=edition, audience=Conversation.Audience.EVERYBODY,
        **{name: facts[name] for name in ("question_pl", "question_en", "background_pl", "background_en")}, **window,
    )  # fmt: skip
    statements = [
        services.seed_statement(by=by, conversation=conversation, text_pl=one["pl"], text_en=one["en"])
        for one in facts["statement"]
    ]
    dice = random.Random(SEED)
    for number in range(facts["people"]):
        key = f"demo-{number}"
        participant = services.join(user=None, key=key, conversation=conversation)
        for k in sorted(dice.sample(range(len(statements)), facts["votes"])):
            chance = facts["statement"][k]["agree"][number % 2]
            drawn = dice.random()
            value = 0 if drawn > 0.95 else 1 if drawn < chance else -1
            services.cast_vote(
                participant=participant,
                statement=statements[k],
                value=value,
                key=uuid5(NAMESPACE_URL, f"{key}/{k}"),
            )
    return conversation


def forget(conversation: Conversation) -> None:
    """Deletes the conversation with its votes and statements."""
    for participant in conversation.participants.all():
        participant.votes.all().delete()
    conversation.statements.update(merged_into=None, state="accepted")
    conversation.delete()
