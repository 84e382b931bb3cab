from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import require
from ratusz.apps.efficiency.models import Study


def publish_study(*, study: Study, note_pl: str = "", note_en: str = "", by: User) -> Study:
    """Publishes a computed study under the edition's next number; from the second on with a public note."""
    require(by, "efficiency.publish", study.edition)
    with transaction.atomic():
        edition = Edition.objects.select_for_update().get(pk=study.edition_id)
        study = _locked(study)
        if study.is_published:
            raise DomainError(_("This study is already published."), code="published")
        if study.state != Study.State.COMPUTED:
            raise DomainError(
                _("The study has no result to publish."),
                next_step=_("Compute it first."),
                code="not_computed",
            )
        number = (edition.studies.aggregate(n=Max("number"))["n"] or 0) + 1
        if number > 1 and not note_pl.strip():
            raise DomainError(
                _("Publication %(number)d of the edition needs a public note in Polish.")
                % {"number": number},
                next_step=_("Say what was corrected and why: it is shown above the study."),
                field="note_pl",
                code="note_required",
            )
        study.state, study.number = Study.State.PUBLISHED, number
        study.published_at, study.published_by = timezone.now(), by
        study.note_pl, study.note_en = note_pl.strip(), note_en.strip()
        study.save(update_fields=["state", "number", "published_at", "published_by", "note_pl", "note_en"])
        audit.record(
            by=by, action="efficiency.publish", subject=study, edition=study.edition,
            number=number, bundle=study.bundle_sha256,
        )  # fmt: skip
    return study


def withdraw_study(*, study: Study, reason_pl: str, reason_en: str = "", by: User) -> Study:
    """Marks a published study as withdrawn, with the reason; it stays readable and nothing is deleted."""
    require(by, "efficiency.publish", study.edition)
    if not reason_pl.strip():
        raise DomainError(
            _("A withdrawal needs its reason in Polish."),
            next_step=_("Say why: the reason is shown above the withdrawn study."),
            field="reason_pl",
            code="reason_required",
        )
    with transaction.atomic():
        study = _locked(study)
        if not study.is_published or study.withdrawn_at:
            raise DomainError(
                _("Only a published study can be withdrawn, and only once."), code="not_published"
            )
        study.withdrawn_at = timezone.now()
        study.withdrawal_pl, study.withdrawal_en = reason_pl.strip(), reason_en.strip()
        study.save(update_fields=["withdrawn_at", "withdrawal_pl", "withdrawal_en"])
        audit.record(by=by, action="efficiency.withdraw", subject=study, edition=study.edition)
    return study


def _locked(study: Study) -> Study:
    return (
        Study.objects.select_for_update(of=["self"])
        .defer("bundle")
        .select_related("edition")
        .get(pk=study.pk)
    )
