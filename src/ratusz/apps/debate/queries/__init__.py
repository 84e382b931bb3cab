"""Reads of the debate. A conversation is seen by those who may take part in it, and by its organisers."""

from ratusz.apps.debate.queries.access import (
    address_of,
    circles_open_to,
    is_invited,
    is_public,
    may_moderate,
    may_take_part,
    stakeholder_of,
    visible_to,
)
from ratusz.apps.debate.queries.exclusions import (
    exclusions_to_moderate,
    participants_known,
    signs_to_moderate,
)
from ratusz.apps.debate.queries.invitations import effect_of_revoking, invitation_counts
from ratusz.apps.debate.queries.live import (
    conversations_to_paint,
    is_late,
    late_conversations,
    picture_of,
    pulse_of,
    votes_seen,
)
from ratusz.apps.debate.queries.moderation import (
    decisions,
    exclusion_log,
    moderation_log,
    statements_to_moderate,
    waiting_numbers,
)
from ratusz.apps.debate.queries.results import conversations_to_compute, has_open_data, recommended, result_of
from ratusz.apps.debate.queries.routing import statements_for
from ratusz.apps.debate.queries.voting import (
    earlier_participant,
    own_statements,
    own_statements_sent,
    own_votes,
    participant_of,
    standing_votes,
    statements_open,
    statements_voted,
)

__all__ = [
    "address_of",
    "circles_open_to",
    "conversations_to_compute",
    "conversations_to_paint",
    "decisions",
    "earlier_participant",
    "effect_of_revoking",
    "exclusion_log",
    "exclusions_to_moderate",
    "has_open_data",
    "invitation_counts",
    "is_invited",
    "is_late",
    "is_public",
    "late_conversations",
    "may_moderate",
    "may_take_part",
    "moderation_log",
    "own_statements",
    "own_statements_sent",
    "own_votes",
    "participant_of",
    "participants_known",
    "picture_of",
    "pulse_of",
    "recommended",
    "result_of",
    "signs_to_moderate",
    "stakeholder_of",
    "standing_votes",
    "statements_for",
    "statements_open",
    "statements_to_moderate",
    "statements_voted",
    "visible_to",
    "votes_seen",
    "waiting_numbers",
]
