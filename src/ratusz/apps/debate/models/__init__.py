"""The rows of the debate: conversations, those who take part without a name, statements, votes, results."""

from ratusz.apps.debate.models.access import Invitation
from ratusz.apps.debate.models.conversations import Conversation
from ratusz.apps.debate.models.exclusions import Exclusion
from ratusz.apps.debate.models.live import LivePicture
from ratusz.apps.debate.models.results import Recommendation, Result
from ratusz.apps.debate.models.voting import Participant, Statement, Vote

__all__ = [
    "Conversation",
    "Exclusion",
    "Invitation",
    "LivePicture",
    "Participant",
    "Recommendation",
    "Result",
    "Statement",
    "Vote",
]
