"""What an organiser does with a result: own words around it, and consensus handed on to the edition."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.debate import signals
from ratusz.apps.debate.models import Recommendation, Result
from ratusz.apps.debate.services.conversations import CHANGE
from ratusz.apps.editions.permissions import require


@transaction.atomic
def write_words(
    *,
    by: User,
    result: Result,
    foreword_pl: str = "",
    foreword_en: str = "",
    closing_pl: str = "",
    closing_en: str = "",
) -> Result:
    """Writes the organiser's foreword and closing note; the result between them stays as it is."""
    edition = result.conversation.edition
    require(by, CHANGE, edition)
    words = {
        "foreword_pl": foreword_pl, "foreword_en": foreword_en, "closing_pl": closing_pl, "closing_en": closing_en,
    }  # fmt: skip
    for name, text in words.items():
        setattr(result, name, text.strip())
    result.save(update_fields=list(words))
    audit.record(by=by, action="debate.write_words", subject=result.conversation, edition=edition)
    return result


@transaction.atomic
def hand_on(*, by: User, result: Result, number: int) -> Recommendation:
    """Hands a statement that unites every group on as a recommendation of the edition; once for each statement."""
    conversation = result.conversation
    require(by, CHANGE, conversation.edition)
    row = next((one for one in result.content["united"] if one["statement"] == number), None)
    if row is None:
        raise DomainError(
            _("Statement %(number)s is not among those that unite everybody.") % {"number": number},
            next_step=_("Choose one from the list of what unites everybody."),
            code="no_consensus",
        )
    statement = conversation.statements.select_for_update().get(number=number)
    known = Recommendation.objects.filter(statement=statement).first()
    if known is not None and known.withdrawn_at is None:
        return known
    recommendation = known or Recommendation(
        edition=conversation.edition, conversation=conversation, statement=statement, text_pl=statement.text_pl,
        text_en=statement.text_en, agree=row["agree"], least=row["least"], low=row["low"], high=row["high"],
    )  # fmt: skip
    recommendation.handed_on_at, recommendation.withdrawn_at = timezone.now(), None
    recommendation.save()
    audit.record(by=by, action="debate.hand_on", subject=statement, edition=conversation.edition)
    signals.recommendation_handed_on.send(Recommendation, recommendation=recommendation)
    return recommendation


@transaction.atomic
def take_back(*, by: User, recommendation: Recommendation) -> Recommendation:
    """Takes a recommendation back; that it was handed on stays in the audit log."""
    require(by, CHANGE, recommendation.edition)
    recommendation = Recommendation.objects.select_for_update().get(pk=recommendation.pk)
    if recommendation.withdrawn_at is None:
        recommendation.withdrawn_at = timezone.now()
        recommendation.save(update_fields=["withdrawn_at"])
        audit.record(
            by=by, action="debate.take_back", subject=recommendation.statement, edition=recommendation.edition
        )
        signals.recommendation_withdrawn.send(Recommendation, recommendation=recommendation)
    return recommendation
