from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import require
from ratusz.apps.ranking.models import Method, Ranking


def publish_ranking(*, ranking: Ranking, note_pl: str = "", note_en: str = "", by: User) -> Ranking:
    """Publishes a result under the edition's next number; from the second on with a public note."""
    edition = ranking.edition
    require(by, "ranking.publish", edition)
    with transaction.atomic():
        Edition.objects.select_for_update().get(pk=edition.pk)
        ranking = (
            Ranking.objects.select_for_update(of=["self"])
            .select_related("edition", "method")
            .get(pk=ranking.pk)
        )
        if ranking.is_published:
            raise DomainError(_("This ranking is already published."), code="published")
        if ranking.method.state != Method.State.LOCKED:
            raise DomainError(
                _("The method of this result was replaced by a newer version."),
                next_step=_("Run the ranking again with the locked version."),
                code="old_method",
            )
        number = (edition.rankings.aggregate(n=Max("number"))["n"] or 0) + 1
        if number > 1 and not note_pl.strip():
            raise DomainError(
                _("Publication %(number)d of the edition needs a public note in Polish.")
                % {"number": number},
                next_step=_("Say what was corrected and why: it is shown above the ranking."),
                field="note_pl",
                code="note_required",
            )
        ranking.number, ranking.published_at, ranking.published_by = number, timezone.now(), by
        ranking.note_pl, ranking.note_en = note_pl.strip(), note_en.strip()
        ranking.save(update_fields=["number", "published_at", "published_by", "note_pl", "note_en"])
        audit.record(
            by=by, action="ranking.publish", subject=ranking, edition=edition,
            number=number, bundle=ranking.bundle_sha256,
        )  # fmt: skip
    return ranking


def withdraw_ranking(*, ranking: Ranking, reason_pl: str, reason_en: str = "", by: User) -> Ranking:
    """Marks a published ranking as withdrawn, with the reason; it stays readable and nothing is deleted."""
    require(by, "ranking.publish", ranking.edition)
    if not reason_pl.strip():
        raise DomainError(
            _("A withdrawal needs its reason in Polish."),
            next_step=_("Say why: the reason is shown above the withdrawn ranking."),
            field="reason_pl",
            code="reason_required",
        )
    with transaction.atomic():
        ranking = (
            Ranking.objects.select_for_update(of=["self"])
            .select_related("edition", "method")
            .get(pk=ranking.pk)
        )
        if not ranking.is_published or ranking.withdrawn_at:
            raise DomainError(
                _("Only a published ranking can be withdrawn, and only once."), code="not_published"
            )
        ranking.withdrawn_at = timezone.now()
        ranking.withdrawal_pl, ranking.withdrawal_en = reason_pl.strip(), reason_en.strip()
        ranking.save(update_fields=["withdrawn_at", "withdrawal_pl", "withdrawal_en"])
        audit.record(by=by, action="ranking.withdraw", subject=ranking, edition=ranking.edition)
    return ranking


def discard_result(*, ranking: Ranking, by: User) -> None:
    """Deletes a result that was never published; its run stays in the list."""
    require(by, "ranking.run", ranking.edition)
    with transaction.atomic():
        ranking = (
            Ranking.objects.select_for_update(of=["self"])
            .select_related("edition", "method")
            .get(pk=ranking.pk)
        )
        if ranking.is_published:
            raise DomainError(
                _("This ranking is published: it can be withdrawn, never deleted."), code="published"
            )
        audit.record(by=by, action="ranking.discard_result", subject=ranking, edition=ranking.edition)
        ranking.delete()
