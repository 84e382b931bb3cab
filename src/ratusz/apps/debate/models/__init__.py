"""The rows of the debate: conversations, those who take part without a name, statements, votes, results."""

from ratusz.apps.debate.models.conversations import Conversation
from ratusz.apps.debate.models.results import Result
from ratusz.apps.debate.models.voting import Participant, Statement, Vote

__all__ = ["Conversation", "Participant", "Result", "Statement", "Vote"]
