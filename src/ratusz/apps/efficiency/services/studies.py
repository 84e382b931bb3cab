from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import require
from ratusz.apps.efficiency import queries, rules
from ratusz.apps.efficiency.models import Study

COPIED = (
    "name_pl", "name_en", "explanation_pl", "explanation_en", "returns", "orientation", "columns", "repetitions",
    "seed",
)  # fmt: skip
COLUMN_KEYS = ("code", "kind", "form", "reason_pl", "reason_en")


def start_study(*, edition: Edition, by: User) -> Study:
    """Begins the edition's next study with the choices of the last published one, here or in the edition before."""
    require(by, "efficiency.change_study", edition)
    model = queries.published(edition) or queries.published_before(edition)
    chosen = {name: getattr(model, name) for name in COPIED} if model else {}
    try:
        with transaction.atomic():
            study = Study.objects.create(edition=edition, **chosen)
            audit.record(by=by, action="efficiency.start_study", subject=study, edition=edition)
    except IntegrityError:
        raise DomainError(
            _("The edition has a study in work already."),
            next_step=_("Publish it or delete it first."),
            code="in_work",
        ) from None
    return study


def save_study(
    *,
    study: Study,
    name_pl: str,
    name_en: str,
    explanation_pl: str,
    explanation_en: str,
    returns: str,
    orientation: str,
    columns: list[dict[str, Any]],
    repetitions: int,
    seed: int,
    by: User,
) -> Study:
    """Saves what was chosen; a result of earlier choices is deleted, because it no longer belongs to them."""
    require(by, "efficiency.change_study", study.edition)
    if not name_pl.strip():
        raise DomainError(_("The study needs a name in Polish."), field="name_pl", code="no_name")
    if not rules.LEAST_REPETITIONS <= repetitions <= rules.MOST_REPETITIONS:
        raise DomainError(
            _("%(found)d repetitions: there may be %(least)d to %(most)d.")
            % {
                "found": repetitions,
                "least": rules.LEAST_REPETITIONS,
                "most": rules.MOST_REPETITIONS,
            },
            next_step=_("2,000 is a good number."),
            field="repetitions",
            code="repetitions",
        )
    if len(columns) > rules.MOST_COLUMNS:
        raise DomainError(
            _("%(count)d inputs and outputs are more than this method can tell cities apart by.")
            % {"count": len(columns)},
            next_step=_("Choose at most %(most)d; three or four are a good number.")
            % {"most": rules.MOST_COLUMNS},
            code="many_columns",
        )
    with transaction.atomic():
        study = _in_work(study)
        study.rows.all().delete()
        study.name_pl, study.name_en = name_pl.strip(), name_en.strip()
        study.explanation_pl, study.explanation_en = explanation_pl.strip(), explanation_en.strip()
        study.returns, study.orientation = Study.Returns(returns), Study.Orientation(orientation)
        study.columns = [{key: column[key] for key in COLUMN_KEYS} for column in columns]
        study.repetitions, study.seed = repetitions, seed
        study.state, study.summary, study.bundle, study.bundle_sha256 = Study.State.DRAFT, None, None, ""
        study.error, study.progress, study.changed_at = "", 0, timezone.now()
        study.save()
        audit.record(
            by=by, action="efficiency.save_study", subject=study, edition=study.edition,
            columns=[(c["code"], c["kind"], c["form"]) for c in study.columns],
            returns=returns, orientation=orientation,
        )  # fmt: skip
    return study


def discard_study(*, study: Study, by: User) -> None:
    """Deletes a study that was never published, with its result."""
    require(by, "efficiency.change_study", study.edition)
    with transaction.atomic():
        study = _in_work(study)
        audit.record(by=by, action="efficiency.discard_study", subject=study, edition=study.edition)
        study.delete()


def _in_work(study: Study) -> Study:
    """The study, locked; refused while it is computed and once it is published."""
    study = (
        Study.objects.select_for_update(of=["self"])
        .defer("bundle")
        .select_related("edition")
        .get(pk=study.pk)
    )
    if study.is_published:
        raise DomainError(
            _("This study is published: it can be withdrawn, never changed or deleted."),
            next_step=_("Start a new study; it will be the next publication."),
            code="published",
        )
    if study.is_active:
        raise DomainError(
            _("The study is being computed."), next_step=_("Wait until it ends, or stop it."), code="active"
        )
    return study
