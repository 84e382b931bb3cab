from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.lifeline import StoppedError, is_alive, lifeline, progress_into
from ratusz.apps.editions.permissions import require
from ratusz.apps.ranking import rules, tasks
from ratusz.apps.ranking.engine_messages import explain
from ratusz.apps.ranking.models import Method, Run
from ratusz.apps.ranking.services.freeze import freeze_result
from ratusz.engines import composite

# The first half of the key of PostgreSQL's advisory locks: "rank" in ASCII.
LOCK_SPACE = 0x72616E6B

INTERRUPTED = gettext_noop("The worker stopped during the run. Nothing was saved: start it again.")
STOPPED = gettext_noop("An organiser stopped the run. Nothing was saved: start it again.")
BROKEN = gettext_noop("The run failed unexpectedly. Nothing was saved; the server's log tells the cause.")


def request_run(*, method: Method, by: User, seed: int | None = None, variants: int | None = None) -> Run:
    """Queues a run of the locked method; a second one in the edition waits until the first has ended."""
    edition = method.edition
    require(by, "ranking.run", edition)
    mark_stale_runs()
    if method.state != Method.State.LOCKED:
        raise DomainError(
            _("Only a locked method can be run."),
            next_step=_("Lock the method first: so nobody can tune it to the result."),
            code="not_locked",
        )
    chosen = rules.read_method(method.toml).uncertainty
    try:
        with transaction.atomic():
            run = Run.objects.create(
                method=method, edition=edition, requested_by=by,
                seed=chosen.seed if seed is None else seed, variants=chosen.runs if variants is None else variants,
            )  # fmt: skip
            audit.record(by=by, action="ranking.request_run", subject=run, edition=edition, seed=run.seed)
            tasks.execute_run.defer(run_id=run.pk)
    except IntegrityError:
        raise DomainError(
            _("A run of this edition is already waiting or running."),
            next_step=_("Wait until it ends, or stop it."),
            code="already_running",
        ) from None
    return run


def stop_run(*, run: Run, by: User) -> Run:
    """Stops a waiting or running run; the worker notices at its next step and saves nothing."""
    require(by, "ranking.run", run.edition)
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=run.pk)
        if not run.is_active:
            raise DomainError(_("This run has already ended."), code="not_active")
        _end(run, Run.State.INTERRUPTED, STOPPED)
        audit.record(by=by, action="ranking.stop_run", subject=run, edition=run.edition)
    return run


def mark_stale_runs() -> int:
    """Marks as interrupted every running run whose worker is gone; the number of them."""
    with transaction.atomic():
        running = Run.objects.select_for_update(skip_locked=True).filter(state=Run.State.RUNNING)
        gone = 0
        for run in running:
            if not is_alive(LOCK_SPACE, run.pk):
                _end(run, Run.State.INTERRUPTED, INTERRUPTED)
                audit.record(by=None, action="ranking.run_interrupted", subject=run, edition=run.edition)
                gone += 1
    return gone


def execute_run(*, run_id: int) -> Run:
    """Computes a queued run and saves its ranking in one transaction; a run that is not queued is left alone."""
    with lifeline(LOCK_SPACE, run_id):
        started = timezone.now()
        claimed = Run.objects.filter(pk=run_id, state=Run.State.QUEUED)
        if not claimed.update(state=Run.State.RUNNING, started_at=started, progress=0):
            return Run.objects.get(pk=run_id)
        run = Run.objects.select_related("method", "edition", "requested_by").get(pk=run_id)
        try:
            _compute(run)
        except StoppedError:
            pass
        except composite.EngineError as error:
            _fail(run, explain(error))
        except DomainError as error:
            _fail(run, str(error))
        except Exception:
            _fail(run, BROKEN)
            raise
    run.refresh_from_db()
    return run


def _compute(run: Run) -> None:
    method = rules.read_method(run.method.toml)
    figures = rules.figures_for(method, run.edition)
    running = Run.objects.filter(pk=run.pk, state=Run.State.RUNNING)
    result = composite.rank(
        figures.table, method, runs=run.variants, seed=run.seed, progress=progress_into(running)
    )
    bundle = composite.write_bundle(figures.table, result)
    with transaction.atomic():
        locked = Run.objects.select_for_update().get(pk=run.pk)
        if locked.state != Run.State.RUNNING:
            raise StoppedError
        ranking = freeze_result(run=run, method=method, figures=figures, result=result, bundle=bundle)
        locked.progress = 1
        locked.input_hash = result.provenance.input_hash
        _end(locked, Run.State.DONE, "")
        audit.record(
            by=run.requested_by, action="ranking.run_done", subject=ranking, edition=run.edition,
            input_hash=locked.input_hash, seed=run.seed,
        )  # fmt: skip


def _fail(run: Run, error: str) -> None:
    with transaction.atomic():
        locked = Run.objects.select_for_update().get(pk=run.pk)
        if locked.state == Run.State.RUNNING:
            _end(locked, Run.State.FAILED, error)
            audit.record(by=None, action="ranking.run_failed", subject=run, edition=run.edition, error=error)


def _end(run: Run, state: str, error: str) -> None:
    run.state, run.error, run.finished_at = state, error, timezone.now()
    run.save()
