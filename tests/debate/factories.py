"""A conversation of an edition with statements on which people may vote."""

import datetime as dt
import uuid

from django.utils import timezone
from wagtail.users.models import UserProfile

from ratusz.apps.accounts.models import User
from ratusz.apps.debate import services
from ratusz.apps.debate.models import Conversation, Statement, Vote
from ratusz.apps.editions.models import Edition
from tests.editions.factories import make_edition
from tests.ranking.factories import organiser

TEXTS = (
    ("Miasto powinno sadzić drzewa przy każdej ulicy.", "The city should plant trees along every street."),
    ("Parkowanie w centrum powinno być droższe.", "Parking in the centre should cost more."),
    ("Tramwaje powinny jeździć także w nocy.", "Trams should run at night too."),
    ("Budżet obywatelski jest zbyt mały.", "The participatory budget is too small."),
)


def make_conversation(*, edition: Edition | None = None, statements: int = 4, **fields) -> Conversation:
    """A conversation that is open to everybody now, with accepted statements of the organiser."""
    edition = edition or make_edition(open_phases=("convene",))
    now = timezone.now()
    fields = {
        "slug": "co-dalej", "question_pl": "Co dalej z miastem?", "question_en": "What next for the city?",
        "audience": Conversation.Audience.EVERYBODY,
        "opens_at": now - dt.timedelta(days=1), "closes_at": now + dt.timedelta(days=1), "votes_first": 2,
    } | fields  # fmt: skip
    conversation = Conversation.objects.create(edition=edition, **fields)
    for number, (text_pl, text_en) in enumerate(TEXTS[:statements], start=1):
        Statement.objects.create(
            conversation=conversation, number=number, text_pl=text_pl, text_en=text_en, is_seed=True,
            state=Statement.State.ACCEPTED,
        )  # fmt: skip
    return conversation


def cast(conversation: Conversation, key: str, number: int, value: int, user=None) -> Vote:
    """One vote of the holder of the key."""
    participant = services.join(user=user, key=key, conversation=conversation)
    return services.cast_vote(
        participant=participant,
        statement=conversation.statements.get(number=number),
        value=value,
        key=uuid.uuid4(),
    )


def english_organiser(edition: Edition) -> User:
    """An organiser who reads the panel in English."""
    person = organiser(edition)
    UserProfile.objects.update_or_create(user=person, defaults={"preferred_language": "en"})
    return person
