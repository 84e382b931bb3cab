"""What is computed from the votes."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.debate import open_data, results
from ratusz.apps.debate.models import Conversation, Result
from ratusz.apps.debate.services.conversations import CHANGE
from ratusz.apps.editions.permissions import require
from ratusz.engines.opinion.files import write_bundle


@transaction.atomic
def compute_result(*, by: User | None, conversation: Conversation) -> Result:
    """Computes what the votes of a closed conversation say; the same log gives the same result.

    The worker calls it with nobody's name soon after the end. Raises DomainError where too few took part.
    """
    edition = conversation.edition
    if by is not None:
        require(by, CHANGE, edition)
    conversation = Conversation.objects.select_for_update().get(pk=conversation.pk)
    if conversation.closes_at > timezone.now():
        raise DomainError(
            _("The conversation is still open."), next_step=_("End the voting first."), code="still_open"
        )
    known = Result.objects.filter(conversation=conversation).first()
    if known is not None:
        return known
    votes = results.votes_of(conversation)
    if votes.shape[0] < results.FEWEST:
        raise DomainError(
            _("Fewer than %(fewest)s people voted.") % {"fewest": results.FEWEST},
            next_step=_("Results of so few could be laid at somebody's door; none are shown."),
            code="too_few",
        )
    found = results.opinions_of(open_data.anonymous(conversation, votes))
    result = Result.objects.create(
        conversation=conversation, content=results.content_of(found), seed=found.provenance.seed,
        version=found.provenance.version, input_hash=found.provenance.input_hash,
        bundle=write_bundle(found, open_data.texts_of(conversation)),
    )  # fmt: skip
    audit.record(by=by, action="debate.compute_result", subject=conversation, edition=edition)
    return result
