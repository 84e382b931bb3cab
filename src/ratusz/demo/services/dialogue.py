"""The data dialogue of the current edition: lived at its own dates, and moved with them."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from ratusz.apps.cities import queries, services
from ratusz.apps.cities.documents import accepted
from ratusz.apps.cities.models import City, CityReview, Correction, Indicator, Objection
from ratusz.apps.editions.models import Edition, Phase
from ratusz.demo import content, dates
from ratusz.demo.clock import standing_at
from ratusz.demo.services.people import person

WAITS_IN = {Phase.Kind.VERIFY, Phase.Kind.RANK}


def slips() -> dict[tuple[str, str, int], float]:
    """Figures that come in wrong, so that a correction has something to put right."""
    return {(one["teryt"], one["indicator"], one["year"]): one["value"] for one in _plan()["slip"]}


def hold(edition: Edition, session: date) -> None:
    """Invites the cities, and lets them look, object and confirm; the organiser decides."""
    plan = _plan()
    with standing_at(_day(session, plan["invited"])):
        services.invite_cities(by=person("organiser"), edition=edition)
    people = {one["city"]: one["person"] for one in plan["objection"]}
    for slug, day in plan["looked"].items():
        with standing_at(_day(session, day)):
            services.note_look(by=person(people[slug]), edition=edition, city=City.objects.get(slug=slug))
    for one in plan["objection"]:
        if "decided" in one:
            _decide(_send(one, edition, session), one, session)
    for slug, day in plan["confirmed"].items():
        city = City.objects.get(slug=slug)
        with standing_at(_day(session, day)):
            seen = queries.fingerprint(queries.own_figures(edition, city))
            services.confirm_figures(by=person(people[slug]), edition=edition, city=city, seen=seen)


def keep_in_step(edition: Edition, session: date, phase: str) -> None:
    """Dates the decisions anew within the window, where that is not ahead; objections wait only while one decides."""
    waiting = [one for one in _plan()["objection"] if "decided" not in one]
    for one in waiting:
        standing = _found(one, edition).filter(state=Objection.State.WAITING).first()
        if phase in WAITS_IN and standing is None:
            _send(one, edition, session)
        elif phase not in WAITS_IN and standing is not None:
            with standing_at(_day(session, one["sent"] + 1)):
                services.withdraw_objection(by=person(one["person"]), objection=standing)
    if _day(session, max(_plan()["confirmed"].values())) <= timezone.now():
        _date_anew(edition, session)


def _date_anew(edition: Edition, session: date) -> None:
    """The demo alone can turn back the clock of what was decided: no service dates a decision."""
    plan = _plan()
    for one in plan["objection"]:
        sent = _day(session, one["sent"])
        if "decided" not in one:
            _found(one, edition).filter(state=Objection.State.WAITING).update(sent_at=sent, changed_at=sent)
            continue
        decided = _found(one, edition).filter(state__in=Objection.DECIDED)
        at = _day(session, one["decided"])
        Correction.objects.filter(objection__in=decided).update(at=at)
        decided.update(sent_at=sent, changed_at=at, decided_at=at)
    reviews = CityReview.objects.filter(edition=edition)
    reviews.filter(invited_at__isnull=False).update(invited_at=_day(session, plan["invited"]))
    for field in ("looked", "confirmed"):
        for slug, day in plan[field].items():
            known = reviews.filter(city__slug=slug, **{f"{field}_at__isnull": False})
            known.update(**{f"{field}_at": _day(session, day)})


def _plan() -> dict[str, Any]:
    return content.read("dialogue")


def _day(session: date, day: int) -> datetime:
    """Nine in the morning of a day of the window; its first day has an hour more."""
    return dates.opening(session, Phase.Kind.VERIFY.value, day) + timedelta(hours=day == 0)


def _found(one: dict[str, Any], edition: Edition) -> Any:
    return Objection.objects.filter(
        edition=edition,
        city__slug=one["city"],
        indicator__code=one["indicator"],
        source_name=one["source_name"],
    )


def _send(one: dict[str, Any], edition: Edition, session: date) -> Objection:
    names = ("typed", "year", "source_name", "source_url", "grounds")
    document = None
    if picture := one.get("document"):
        data = (content.DATA / "pictures" / f"{picture}.png").read_bytes()
        document = accepted(ContentFile(data, name="tabela-bdl.png"))
    with standing_at(_day(session, one["sent"])):
        return services.send_objection(
            by=person(one["person"]), edition=edition, city=City.objects.get(slug=one["city"]),
            indicator=Indicator.objects.get(code=one["indicator"]), document=document, version=0,
            proposal=services.Proposal(**{name: one[name] for name in names}),
        )  # fmt: skip


def _decide(objection: Objection, one: dict[str, Any], session: date) -> None:
    sources = {source.code: source for source in queries.sources_visible_to(None)}
    with standing_at(_day(session, one["decided"])):
        services.decide_objection(
            by=person("organiser"), objection=objection, version=objection.version, accept=one["accept"],
            source=sources.get(one.get("source", "")), reason_pl=one["reason_pl"], reason_en=one["reason_en"],
        )  # fmt: skip
