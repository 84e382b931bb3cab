"""Verbs of the debate."""

from ratusz.apps.debate.services.conversations import CHANGE, close_conversation, save_conversation
from ratusz.apps.debate.services.exclusions import exclude_participants, undo_exclusion
from ratusz.apps.debate.services.invitations import (
    issue_invitations,
    revoke_invitations,
    use_invitation,
)
from ratusz.apps.debate.services.live import ask_for_picture, keep_painting, paint
from ratusz.apps.debate.services.moderation import (
    MODERATE,
    accept_statement,
    merge_statement,
    reject_statement,
    seed_statement,
    word_statement,
)
from ratusz.apps.debate.services.recommendations import hand_on, take_back, write_words
from ratusz.apps.debate.services.results import compute_result
from ratusz.apps.debate.services.voting import (
    Ballot,
    cast_vote,
    cast_votes,
    go_on_with_account,
    join,
    suggest_statement,
)

__all__ = [
    "CHANGE",
    "MODERATE",
    "Ballot",
    "accept_statement",
    "ask_for_picture",
    "cast_vote",
    "cast_votes",
    "close_conversation",
    "compute_result",
    "exclude_participants",
    "go_on_with_account",
    "hand_on",
    "issue_invitations",
    "join",
    "keep_painting",
    "merge_statement",
    "paint",
    "reject_statement",
    "revoke_invitations",
    "save_conversation",
    "seed_statement",
    "suggest_statement",
    "take_back",
    "undo_exclusion",
    "use_invitation",
    "word_statement",
    "write_words",
]
