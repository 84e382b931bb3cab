"""The Dialogue Session of the current edition: prepared and held at its own dates, and moved with them."""

import csv
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils import timezone

from ratusz.apps.accounts import services as accounts
from ratusz.apps.accounts.models import Organisation, User
from ratusz.apps.cities.models import City
from ratusz.apps.dialogue import queries, services
from ratusz.apps.dialogue.models import Block, CityQuestion, Registration, Session, Stakeholder, Table
from ratusz.apps.dialogue.queries.registration import PHOTOS
from ratusz.apps.dialogue.services.seating.search import execute_search
from ratusz.apps.editions.models import Edition
from ratusz.demo import content, dates
from ratusz.demo.clock import standing_at
from ratusz.demo.services.people import ADMINISTRATOR, person


@cache
def participants() -> tuple[dict[str, str], ...]:
    """The invented people who come, in the order in which they registered."""
    with (content.DATA / "participants.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def notes() -> tuple[dict[str, str], ...]:
    """What was said at the tables."""
    with (content.DATA / "notes.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def plan() -> dict[str, Any]:
    """The session as the data file has it."""
    return content.read("session")


def at(day: date, hour: str) -> datetime:
    """The hour of the day on the clock of Warsaw."""
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(hour)))


def prepare(edition: Edition, day: date) -> Session:
    """Opens the session with its rooms, topics, day plan, tables and cities' questions, and publishes the agenda."""
    facts, by = plan(), person("organiser")
    with standing_at(dates.moment(day, facts["opened"])):
        session = services.open_session(by=by, edition=edition)
        texts = ("address", "accessibility_pl", "accessibility_en", "introduction_pl", "introduction_en")
        services.change_session(
            by=by, session=session,
            registration_opens_at=dates.moment(day, facts["registration"]["opens"], 9),
            registration_closes_at=dates.moment(day, facts["registration"]["closes"], 20),
            **{name: facts[name] for name in texts},
        )  # fmt: skip
        rooms = {
            one["key"]: services.save_room(
                by=by, session=session, order=order, **{k: v for k, v in one.items() if k != "key"}
            )
            for order, one in enumerate(facts["room"])
        }
        topics = {
            one["code"]: services.save_topic(by=by, session=session, order=order, **one)
            for order, one in enumerate(facts["topic"])
        }
        blocks = {one["key"]: _block(session, one, day, rooms, topics) for one in facts["block"]}
    with standing_at(dates.moment(day, facts["questions"])):
        questions = {
            (one["city"], one["number"]): services.save_city_question(
                by=person(one["person"]), session=session, city=City.objects.get(teryt=one["city"]),
                topic=topics[one["topic"]],
                **{k: v for k, v in one.items() if k not in ("person", "city", "topic")},
            )
            for one in facts["question"]
        }  # fmt: skip
    with standing_at(dates.moment(day, facts["agenda_published"])):
        for one in facts["table"]:
            _table(blocks[one["block"]], one, rooms, topics, questions)
        services.publish_agenda(by=by, session=session)
    return session


def _block(session: Session, one: dict[str, Any], day: date, rooms: dict, topics: dict) -> Block:
    by = person("organiser")
    plain = (
        "kind",
        "title_pl",
        "title_en",
        "summary_pl",
        "summary_en",
        "reading_pl",
        "reading_en",
        "professions",
    )
    block = services.save_block(
        by=by, session=session, room=rooms[one["room"]], topic=topics.get(one.get("topic", "")),
        city=City.objects.get(teryt=one["city"]) if "city" in one else None,
        starts_at=at(day, one["starts"]), ends_at=at(day, one["ends"]),
        **{name: one[name] for name in plain if name in one},
    )  # fmt: skip
    if "rounds" in one:
        services.save_rounds(by=by, block=block, **one["rounds"])
    return block


def _table(
    block: Block,
    one: dict[str, Any],
    rooms: dict,
    topics: dict,
    questions: dict[tuple[str, int], CityQuestion],
) -> Table:
    question = one.get("question")
    least, most = one["seats"]
    return services.save_table(
        by=person("organiser"), block=block, number=one["number"], room=rooms[one["room"]],
        topic=topics[one["topic"]], min_seats=least, max_seats=most,
        city_question=questions[question["city"], question["number"]] if question else None,
        question_pl=one.get("question_pl", ""), question_en=one.get("question_en", ""),
    )  # fmt: skip


def register(session: Session, day: date) -> None:
    """Lets everybody register on their own day; the organiser confirms where they come from."""
    by = person("organiser")
    with standing_at(dates.moment(day, plan()["registration"]["opens"], 9)):
        for stakeholder, places in plan()["quotas"].items():
            services.set_quota(by=by, session=session, stakeholder=stakeholder, places=places)
    organisations = _organisations()
    cities = {city.teryt: city for city in City.objects.all()}
    topics = {topic.code: topic for topic in queries.topics_of(session)}
    for one in participants():
        with standing_at(dates.moment(day, int(one["day"]), 11)):
            user = _user(one)
            organisation = organisations.get(one["organisation"])
            registration = services.register_person(
                by=user,
                session=session,
                stakeholder=one["stakeholder"],
                city=cities.get(one["city"]),
                profession=one["profession"],
                position=one["position"],
                languages=one["languages"].split("|"),
                organisation_name=organisation.name if organisation else "",
                nip=one["organisation"] if organisation else "",
            )
            services.choose_topics(
                by=user, registration=registration, topics=[topics[code] for code in one["topics"].split("|")]
            )
            if one["wish"]:
                wish = cities.get(one["wish"]) or organisations[one["wish"]]
                services.wish_meeting(by=user, registration=registration, wishes=[wish])
            if one["needs"]:
                services.set_needs(by=user, registration=registration, **_needs(one["needs"]))
            if one["photos"] == "yes":
                services.set_consents(by=user, registration=registration, given=[PHOTOS])
        if registration.verified_at is None:
            with standing_at(dates.moment(day, int(one["day"]), 15)):
                services.confirm_organisation(by=by, registration=registration)


def _organisations() -> dict[str, Organisation]:
    """The organisations of those who come, by NIP, made where they are missing."""
    admin = person(ADMINISTRATOR)
    for one in plan()["organisation"]:
        if not Organisation.objects.filter(nip=one["nip"]).exists():
            accounts.create_organisation(
                kind=one["kind"], name=one["name"], teryt="", nip=one["nip"], by=admin
            )
    return {one.nip: one for one in Organisation.objects.exclude(nip=None) if one.nip}


def _user(one: dict[str, str]) -> User:
    known = User.objects.filter(email=one["email"]).first()
    return known or accounts.create_person(
        email=one["email"], full_name=one["name"], by=person(ADMINISTRATOR)
    )


def _needs(word: str) -> dict[str, Any]:
    return {"diet": "wegetariańska"} if word == "diet" else {word: True}


def seat(session: Session, day: date) -> None:
    """Finds hosts for every table, searches for a plan and publishes it."""
    by = person("organiser")
    with standing_at(dates.moment(day, plan()["plan_published"], 10)):
        _hosts(session)
        found = services.make_plan(by=by, session=session, name="Plan stolików")
        services.set_settings(by=by, plan=found, seconds=2, seed=session.edition.year)
        services.search_plan(by=by, plan=found)
        execute_search(plan_id=found.pk)
        services.publish_plan(by=by, plan=found)


def _hosts(session: Session) -> None:
    """Officials of the same profession host a circle; experts and institutions the round tables."""
    by = person("organiser")
    free: dict[str, list[Registration]] = defaultdict(list)
    people = session.registrations.filter(state=Registration.State.REGISTERED).order_by("pk")
    marek = person("moderator")
    for one in sorted(people, key=lambda one: one.user_id != marek.pk):
        neutral = one.stakeholder in (Stakeholder.EXPERT, Stakeholder.INSTITUTION)
        free["neutral" if neutral else one.profession].append(one)
    personas = {user.pk for user in map(person, ("participant", "city", "gdynia"))}
    for table in (
        Table.objects.filter(block__session=session).select_related("block").order_by("block", "number")
    ):
        kind = table.block.professions[0] if table.block.is_circle else "neutral"
        host = next(one for one in free[kind] if one.user_id not in personas)
        free[kind].remove(host)
        services.set_hosts(by=by, table=table, hosts={host: "moderator"})


def gather(session: Session, day: date) -> None:
    """Notes most people at the desk on the morning of the day; those of the demo's sign-in page come later."""
    by = person("organiser")
    mine = [one["email"] for one in participants() if one["key"]]
    people = session.registrations.filter(state=Registration.State.REGISTERED).exclude(email__in=mine)
    now = timezone.now()
    for number, one in enumerate(people.order_by("pk")[: people.count() - plan()["no_shows"]]):
        with standing_at(min(at(day, "08:10") + timedelta(seconds=25 * number), now)):
            services.check_in(
                by=by, session=session, key=key_of(session, one.pk), way="code", code=one.code,
                desk=str(number % 2 + 1),
            )  # fmt: skip


def key_of(session: Session, part: object) -> UUID:
    """The key of a check-in or a note of the demo: the same in every load."""
    return uuid5(NAMESPACE_URL, f"demo/{session.edition.year}/{part}")


def hold(session: Session, day: date) -> None:
    """The day itself, as it was: those who came late, and what participants thought in the evening."""
    late = [one["email"] for one in participants() if one["key"]]
    with standing_at(at(day, "10:40")):
        for one in session.registrations.filter(email__in=late, check_in=None):
            services.check_in(
                by=person("organiser"), session=session, key=key_of(session, one.pk), way="name",
                registration=one.pk, desk="1",
            )  # fmt: skip
    _talk(session, day)
    came = session.registrations.filter(check_in__isnull=False).select_related("user").order_by("pk")
    with standing_at(at(day, "17:30")):
        for number, one in enumerate(came):
            if number % 3 and one.email not in late:
                services.give_feedback(
                    by=one.user,
                    session=session,
                    useful=3 + number % 3,
                    heard=5 - number % 2,
                    met=2 + number % 4,
                )


def _talk(session: Session, day: date) -> None:
    """What the hosts wrote and had confirmed at their tables, and the themes that the organiser made of it."""
    by = person("organiser")
    titles = {one["title_pl"]: one["key"] for one in plan()["block"]}
    tables = {
        (titles[table.block.title_pl], table.number): table
        for table in Table.objects.filter(block__session=session).select_related(
            "block__session__edition", "topic"
        )
    }
    for number, one in enumerate(notes()):
        table = tables[one["block"], int(one["table"])]
        turn = table.block.rounds.get(number=one["round"])
        host = table.hosts.select_related("registration__user").get().registration.user
        with standing_at(turn.ends_at - timedelta(minutes=5)):
            services.save_note(
                by=host, table=table, turn=turn, key=key_of(session, f"note {number}"), kind=one["kind"],
                role=one["role"], text=one["text"],
            )  # fmt: skip
    for record in queries.records_visible_to(by, session):
        host = record.table.hosts.select_related("registration__user").get().registration.user
        with standing_at(record.round.ends_at):
            points = "\n".join(note.text for note in record.standing_notes if note.kind == "recommendation")
            if points:
                services.save_cards(by=host, table=record.table, turn=record.round, harvest=points)
            services.confirm_record(by=host, table=record.table, turn=record.round)
    topics = {topic.code: topic for topic in queries.topics_of(session)}
    with standing_at(at(day, "16:45")):
        for one in plan()["theme"]:
            chosen = queries.notes_visible_to(by, session).filter(
                record__table__topic__code=one["topic"], record__table__block__kind=Block.Kind.ROUND_TABLES
            )
            services.save_theme(
                by=by, session=session, title_pl=one["title_pl"], title_en=one["title_en"],
                topic=topics[one["topic"]], notes=chosen.exclude(naming="suspected"),
            )  # fmt: skip
