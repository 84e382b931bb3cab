"""The studies of efficiency: chosen, computed by the engine and published, each at its own date."""

from datetime import date, datetime

from django.utils import timezone

from ratusz.apps.core.errors import DomainError
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import may
from ratusz.apps.efficiency import queries, services
from ratusz.apps.efficiency.models import Study
from ratusz.demo import content, dates
from ratusz.demo.clock import standing_at
from ratusz.demo.services.people import person

COMPUTED, PUBLISHED = -120, -97  # days from the session
MOVED_PL = (
    "Edycja pokazowa została przesunięta w czasie: do etapu, w którym badanie nie jest jeszcze opublikowane."
)
MOVED_EN = "The demo edition was moved in time, to a phase in which the study is not published yet."
AGAIN_PL = "Edycja pokazowa została przesunięta w czasie, a badanie opublikowane ponownie."
AGAIN_EN = "The demo edition was moved in time, and the study published again."


def belongs_to(year: int) -> bool:
    """True for the editions that have a study."""
    return year in content.read("efficiency")["years"]


def compute(edition: Edition, session: date) -> Study:
    """Computes the study of the data file now, without waiting for a worker; raises the reason when that fails."""
    by = person("organiser")
    chosen = {
        key: value for key, value in content.read("efficiency").items() if key not in ("years", "column")
    }
    columns = [{"form": Study.Form.PLAIN.value} | column for column in content.read("efficiency")["column"]]
    with standing_at(dates.moment(session, COMPUTED)):
        study = queries.in_work(by, edition) or services.start_study(edition=edition, by=by)
        study = services.save_study(study=study, columns=columns, by=by, **chosen)
        study = services.request_run(study=study, by=by)
        study = services.execute_run(study_id=study.pk)
    if study.state != Study.State.COMPUTED:
        raise DomainError(study.error)
    return study


def published_at(session: date) -> datetime:
    """When the study of an edition is published."""
    return dates.moment(session, PUBLISHED)


def publish(edition: Edition, session: date) -> Study:
    """Publishes the computed study, computing one if there is none."""
    by = person("organiser")
    study = queries.in_work(by, edition)
    if study is None or study.state != Study.State.COMPUTED:
        study = compute(edition, session)
    again = edition.studies.filter(number__isnull=False).exists()
    with standing_at(published_at(session)):
        return services.publish_study(
            study=study, by=by, note_pl=AGAIN_PL if again else "", note_en=AGAIN_EN if again else ""
        )


def withdraw(edition: Edition) -> None:
    """Withdraws the study that counts; what is published cannot be made unpublished, not even here."""
    by = person("organiser")
    moment = timezone.now()
    if not may(by, "efficiency.publish", edition):
        moment = dates.moment(edition.session_date, content.read("editions")["today"][dates.LIVE])
    with standing_at(moment):
        services.withdraw_study(
            study=queries.published(edition), reason_pl=MOVED_PL, reason_en=MOVED_EN, by=by
        )


def keep_in_step(edition: Edition, session: date, *, before: bool) -> None:
    """Withdraws or publishes the study as the new dates ask; `before` the calendar moves, or after it."""
    counts, due = queries.published(edition) is not None, published_at(session) <= timezone.now()
    if before and counts and not due:
        withdraw(edition)
    elif not before and due and not counts:
        publish(edition, session)
