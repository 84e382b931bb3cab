from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.lifeline import StoppedError, is_alive, lifeline, progress_into
from ratusz.apps.editions.permissions import require
from ratusz.apps.efficiency import rules, tasks
from ratusz.apps.efficiency.models import Study
from ratusz.apps.efficiency.services.freeze import compute, freeze_result
from ratusz.engines.contracts import EngineError

# The first half of the key of PostgreSQL's advisory locks: "effi" in ASCII.
LOCK_SPACE = 0x65666669

INTERRUPTED = gettext_noop("The worker stopped during the computation. Nothing was saved: start it again.")
STOPPED = gettext_noop("An organiser stopped the computation. Nothing was saved: start it again.")
BROKEN = gettext_noop(
    "The computation failed unexpectedly. Nothing was saved; the server's log tells the cause."
)


def request_run(*, study: Study, by: User) -> Study:
    """Queues the computation of a study whose choices and figures are sound; an earlier result is deleted."""
    require(by, "efficiency.run", study.edition)
    mark_stale_runs()
    rules.require_sound(study)
    with transaction.atomic():
        study = _locked(study.pk)
        if study.is_published:
            raise DomainError(_("This study is published: it never changes."), code="published")
        if study.is_active:
            raise DomainError(
                _("The study is already waiting or being computed."),
                next_step=_("Wait until it ends, or stop it."),
                code="already_running",
            )
        study.rows.all().delete()
        study.state, study.summary, study.bundle, study.bundle_sha256 = Study.State.QUEUED, None, None, ""
        study.progress, study.error = 0, ""
        study.requested_at, study.requested_by = timezone.now(), by
        study.started_at = study.finished_at = None
        study.save()
        audit.record(
            by=by, action="efficiency.request_run", subject=study, edition=study.edition, seed=study.seed
        )
        tasks.execute_run.defer(study_id=study.pk)
    return study


def stop_run(*, study: Study, by: User) -> Study:
    """Stops a waiting or running computation; the worker notices at its next step and saves nothing."""
    require(by, "efficiency.run", study.edition)
    with transaction.atomic():
        study = _locked(study.pk)
        if not study.is_active:
            raise DomainError(_("The computation has already ended."), code="not_active")
        _end(study, STOPPED)
        audit.record(by=by, action="efficiency.stop_run", subject=study, edition=study.edition)
    return study


def mark_stale_runs() -> int:
    """Gives back as drafts the studies whose worker is gone; the number of them."""
    with transaction.atomic():
        running = Study.objects.select_for_update(skip_locked=True).filter(state=Study.State.RUNNING)
        gone = 0
        for study in running:
            if not is_alive(LOCK_SPACE, study.pk):
                _end(study, INTERRUPTED)
                audit.record(
                    by=None, action="efficiency.run_interrupted", subject=study, edition=study.edition
                )
                gone += 1
    return gone


def execute_run(*, study_id: int) -> Study:
    """Computes a queued study and saves its result in one transaction; one that is not queued is left alone."""
    with lifeline(LOCK_SPACE, study_id):
        claimed = Study.objects.filter(pk=study_id, state=Study.State.QUEUED)
        if claimed.update(state=Study.State.RUNNING, started_at=timezone.now(), progress=0):
            study = Study.objects.select_related("edition", "requested_by").get(pk=study_id)
            try:
                _compute(study)
            except StoppedError:
                pass
            except EngineError as error:
                _fail(study, str(rules.explain(error)))
            except DomainError as error:
                _fail(study, str(error))
            except Exception:
                _fail(study, BROKEN)
                raise
    return Study.objects.select_related("edition").get(pk=study_id)


def _compute(study: Study) -> None:
    figures = rules.require_sound(study)
    result = compute(
        study, figures, progress=progress_into(Study.objects.filter(pk=study.pk, state=Study.State.RUNNING))
    )
    with transaction.atomic():
        locked = _locked(study.pk)
        if locked.state != Study.State.RUNNING:
            raise StoppedError
        locked.computations += 1
        freeze_result(locked, figures, result)
        locked.state, locked.progress = Study.State.COMPUTED, 1
        locked.finished_at = timezone.now()
        locked.save()
        audit.record(
            by=study.requested_by, action="efficiency.run_done", subject=locked, edition=locked.edition,
            input_hash=result.scores.provenance.input_hash, seed=study.seed, bundle=locked.bundle_sha256,
        )  # fmt: skip


def _locked(pk: int) -> Study:
    return Study.objects.select_for_update(of=["self"]).select_related("edition").get(pk=pk)


def _fail(study: Study, error: str) -> None:
    with transaction.atomic():
        locked = _locked(study.pk)
        if locked.state == Study.State.RUNNING:
            _end(locked, error)
            audit.record(
                by=None, action="efficiency.run_failed", subject=study, edition=study.edition, error=error
            )


def _end(study: Study, error: str) -> None:
    study.state, study.error, study.progress, study.finished_at = (
        Study.State.DRAFT, error, 0, timezone.now(),
    )  # fmt: skip
    study.save()
