"""The rankings: locked, computed by the engine and published, each at its own date."""

from datetime import date, datetime

from django.utils import timezone

from ratusz.apps.core.errors import DomainError
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import may
from ratusz.apps.ranking import queries, services
from ratusz.apps.ranking.models import Method, RankedCity, Ranking, Run
from ratusz.demo import content, dates
from ratusz.demo.clock import standing_at
from ratusz.demo.services.people import person

LOCKED, COMPUTED, PUBLISHED = -140, -125, -99  # days from the session
IN_THE_MORNING = 8  # o'clock: an hour before the news of it
MOVED_PL = (
    "Edycja pokazowa została przesunięta w czasie: do etapu, w którym ranking nie jest jeszcze opublikowany."
)
MOVED_EN = "The demo edition was moved in time, to a phase in which the ranking is not published yet."
AGAIN_PL = "Edycja pokazowa została przesunięta w czasie, a ranking opublikowany ponownie."
AGAIN_EN = "The demo edition was moved in time, and the ranking published again."


def lock_method(edition: Edition, session: date) -> Method:
    """Locks the method of the edition's data file."""
    by = person("organiser")
    with standing_at(dates.moment(session, LOCKED)):
        draft = services.start_draft(edition=edition, by=by)
        services.save_draft(
            method=draft, name_pl=f"Ranking {edition.year}", name_en=f"Ranking {edition.year}",
            toml=content.method(edition.year), by=by,
        )  # fmt: skip
        return services.lock_method(method=draft, by=by)


def compute(edition: Edition, session: date) -> Ranking:
    """Runs the locked method now, without waiting for a worker; raises the reason when the run fails."""
    with standing_at(dates.moment(session, COMPUTED)):
        run = services.request_run(method=queries.locked_method(edition), by=person("organiser"))
        run = services.execute_run(run_id=run.pk)
    if run.state != Run.State.DONE:
        raise DomainError(run.error)
    return Ranking.objects.get(run=run)


def published_at(session: date) -> datetime:
    """When the ranking of an edition is published."""
    return dates.moment(session, PUBLISHED, IN_THE_MORNING)


def publish(edition: Edition, session: date) -> Ranking:
    """Publishes the newest result of the locked method, computing one if there is none."""
    result = waiting(edition) or compute(edition, session)
    again = edition.rankings.filter(number__isnull=False).exists()
    with standing_at(published_at(session)):
        return services.publish_ranking(
            ranking=result, by=person("organiser"),
            note_pl=AGAIN_PL if again else "", note_en=AGAIN_EN if again else "",
        )  # fmt: skip


def withdraw(edition: Edition) -> None:
    """Withdraws the ranking that counts; what is published cannot be made unpublished, not even here."""
    by = person("organiser")
    moment = timezone.now()
    if not may(by, "ranking.publish", edition):
        moment = dates.moment(edition.session_date, content.read("editions")["today"][dates.LIVE])
    with standing_at(moment):
        services.withdraw_ranking(
            ranking=queries.published(edition), reason_pl=MOVED_PL, reason_en=MOVED_EN, by=by
        )


def waiting(edition: Edition) -> Ranking | None:
    """The newest result of the locked method that is not published."""
    return (
        queries.result_to_look_at(person("organiser"), edition)
        .filter(method=queries.locked_method(edition))
        .first()
    )


def leaders(ranking: Ranking, places: int = 1) -> list[list[RankedCity]]:
    """The first cities of each size class, smallest class first."""
    rows = ranking.rows.filter(class_rank__lte=places).order_by("size_class", "class_rank", "sort_key")
    found: dict[int, list[RankedCity]] = {}
    for row in rows:
        found.setdefault(row.size_class, []).append(row)
    return [found[number][:places] for number in sorted(found)]
