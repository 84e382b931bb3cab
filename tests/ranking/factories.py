"""Editions with cities, figures, a locked method and a published ranking, as large as a test or a benchmark wants."""

import datetime as dt
from collections.abc import Sequence

import numpy as np
from allauth.mfa.models import Authenticator
from django.utils import timezone

from ratusz.apps.accounts.models import User
from ratusz.apps.cities.models import (
    City,
    CityInEdition,
    Indicator,
    Observation,
    Population,
    SizeClass,
    Source,
)
from ratusz.apps.core.text import fold, polish_sort_key
from ratusz.apps.editions.models import Edition, Phase, Programme, Role, RoleAssignment
from ratusz.apps.ranking import services
from ratusz.apps.ranking.models import Method, Ranking

METHOD = """\
name = "Miasta Przyszłości / Cities of the Future"

[data]
class = "class"

[uncertainty]
runs = 200
seed = 7
normalisation = ["min-max", "rank"]

[[aggregate]]
code = "index"

[[aggregate]]
code = "economy"
parent = "index"
name = "Gospodarka / Economy"
weight = 60

[[aggregate]]
code = "people"
parent = "index"
name = "Mieszkańcy / People"
weight = 40

[[indicator]]
code = "wage"
parent = "economy"
weight = 50

[[indicator]]
code = "unemployed"
parent = "economy"
direction = -1
weight = 50

[[indicator]]
code = "turnout"
parent = "people"
weight = 70

[[indicator]]
code = "nurseries"
parent = "people"
weight = 30
"""

INDICATORS = {
    "wage": ("Wynagrodzenie", "Wage", "zł", "PLN", 1, 0),
    "unemployed": ("Bezrobotni", "Unemployed", "%", "%", -1, 1),
    "turnout": ("Frekwencja", "Turnout", "%", "%", 1, 1),
    "nurseries": ("Żłobki", "Nurseries", "%", "%", 1, 1),
}

NAMES = (
    "Łódź",
    "Kraków",
    "Gdynia",
    "Żory",
    "Sopot",
    "Opole",
    "Elbląg",
    "Ruda Śląska",
    "Zielona Góra",
    "Świnoujście",
)


def person(email: str, edition: Edition | None = None, *roles: str, superuser: bool = False) -> User:
    """A person with roles in an edition."""
    make = User.objects.create_superuser if superuser else User.objects.create_user
    user = make(email, full_name=email.split("@", maxsplit=1)[0])
    # Organisers and jurors reach no page without a second factor.
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
    for role in roles:
        RoleAssignment.objects.create(edition=edition, user=user, role=role)
    return user


def organiser(edition: Edition, email: str = "organiser@example.org") -> User:
    """An organiser of the edition."""
    user = User.objects.filter(email=email).first() or person(email)
    RoleAssignment.objects.get_or_create(edition=edition, user=user, role=Role.ORGANISER)
    return user


def edition(year: int = 2026, *, current: bool = True, phases: Sequence[str] = Phase.Kind.values) -> Edition:
    """An edition in which the named phases are open now."""
    programme, _ = Programme.objects.get_or_create(
        slug="cities",
        defaults={
            "name_pl": "Miasta",
            "name_en": "Cities",
            "organiser": "Fundacja",
            "contact_email": "a@example.org",
        },
    )
    found = Edition.objects.create(
        programme=programme, year=year, name_pl=f"Miasta {year}", name_en=f"Cities {year}", is_current=current
    )
    now = timezone.now()
    for kind in phases:
        Phase.objects.create(
            edition=found,
            kind=kind,
            opens_at=now - dt.timedelta(days=1),
            closes_at=now + dt.timedelta(days=1),
        )
    return found


def indicators() -> list[Indicator]:
    """The four indicators of the method, once."""
    source, _ = Source.objects.get_or_create(
        code="gus",
        defaults={
            "name_pl": "Bank Danych Lokalnych",
            "name_en": "Local Data Bank",
            "publisher": "GUS",
            "licence": "CC BY 4.0",
        },
    )
    found = []
    for code, (name_pl, name_en, unit_pl, unit_en, direction, decimals) in INDICATORS.items():
        found.append(
            Indicator.objects.get_or_create(
                code=code,
                defaults={
                    "name_pl": name_pl,
                    "name_en": name_en,
                    "unit_pl": unit_pl,
                    "unit_en": unit_en,
                    "direction": direction,
                    "decimals": decimals,
                    "source": source,
                    "definition_pl": f"Definicja: {name_pl}.",
                    "definition_en": f"Definition: {name_en}.",
                    "reason_pl": f"Powód: {name_pl}.",
                    "reason_en": f"Reason: {name_en}.",
                },
            )[0]
        )
    return found


def cities(count: int) -> list[City]:
    """The first `count` cities of an invented registry."""
    have = City.objects.count()
    rows = []
    for k in range(have, count):
        name = NAMES[k] if k < len(NAMES) else f"Miasto {k:04d}"
        rows.append(
            City(
                teryt=f"{2 * (k % 16 + 1):02d}{k // 16 % 99 + 1:02d}{k // 1584 + 1:02d}1",
                slug=f"{fold(name).replace(' ', '-')}-{k}",
                name=name,
                name_folded=fold(name),
                sort_key=polish_sort_key(name),
                kind="1",
                voivodeship=("łódzkie", "śląskie", "pomorskie", "mazowieckie")[k % 4],
                area_km2=20 + k % 300,
                lat=49.5 + k * 0.37 % 5,
                lon=15 + k * 0.83 % 8.5,
            )
        )
    City.objects.bulk_create(rows)
    return list(City.objects.order_by("pk")[:count])


def figures(
    where: Edition,
    values: np.ndarray,
    *,
    people: Sequence[int] | None = None,
    year: int = 2024,
    classes: bool = True,
) -> list[City]:
    """Puts a city for each row of `values` (n, 4; NaN: not published) into the edition; two classes, cut at 100,000."""
    members = cities(len(values))
    small = large = None
    if classes:
        small = SizeClass.objects.create(
            edition=where, name_pl="do 100 tys.", name_en="up to 100,000", up_to=100_000
        )
        large = SizeClass.objects.create(
            edition=where, name_pl="ponad 100 tys.", name_en="over 100,000", over=100_000
        )
    measured = indicators()
    source = measured[0].source
    counts = people or [30_000 + 7_919 * k % 400_000 for k in range(len(members))]
    Population.objects.bulk_create(
        (
            Population(city=c, year=year, source=source, people=n)
            for c, n in zip(members, counts, strict=True)
        ),
        ignore_conflicts=True,
    )
    found = {p.city_id: p for p in Population.objects.filter(year=year, source=source)}
    populations = [found[c.pk] for c in members]
    CityInEdition.objects.bulk_create(
        CityInEdition(
            edition=where,
            city=c,
            population=p,
            size_class=(small if p.people <= 100_000 else large),
            frozen_at=timezone.now(),
        )
        for c, p in zip(members, populations, strict=True)
    )
    Observation.objects.bulk_create(
        (
            Observation(city=c, indicator=i, year=year, value=float(v), source=source)
            for c, row in zip(members, values, strict=True)
            for i, v in zip(measured, row, strict=True)
            if not np.isnan(v)
        ),
        batch_size=2000,
        ignore_conflicts=True,
    )
    return members


def random_values(count: int, seed: int = 1) -> np.ndarray:
    """Plausible figures of `count` cities, (count, 4)."""
    rng = np.random.default_rng(seed)
    return np.column_stack(
        [
            rng.normal(7000, 900, count),
            rng.gamma(4, 1.2, count),
            rng.normal(66, 5, count),
            rng.normal(30, 9, count),
        ]
    ).round(2)


def locked(where: Edition, toml: str = METHOD) -> Method:
    """A locked method of the edition."""
    by = organiser(where)
    draft = services.start_draft(edition=where, by=by)
    services.save_draft(
        method=draft, name_pl="Miasta Przyszłości", name_en="Cities of the Future", toml=toml, by=by
    )
    return services.lock_method(
        method=draft, note_pl="Zmiana próbna." if draft.version > 1 else "", note_en="A trial change.", by=by
    )


def result(where: Edition, *, variants: int | None = None, method: Method | None = None) -> Ranking:
    """A computed, unpublished ranking of the edition by its locked method."""
    by = organiser(where)
    chosen = method or where.methods.filter(state=Method.State.LOCKED).first() or locked(where)
    run = services.request_run(method=chosen, variants=variants, by=by)
    run = services.execute_run(run_id=run.pk)
    assert run.state == run.State.DONE, run.error
    return run.ranking


def published_ranking(
    count: int = 66,
    *,
    year: int = 2026,
    variants: int = 200,
    values: np.ndarray | None = None,
    current: bool = True,
) -> Ranking:
    """A published ranking of `count` invented cities: what tests of pages and benchmarks start from."""
    where = Edition.objects.filter(year=year).first() or edition(year, current=current)
    figures(where, random_values(count) if values is None else values)
    ranking = result(where, variants=variants)
    return services.publish_ranking(ranking=ranking, by=organiser(where))


def published_ranking_of_all_gminas(*, variants: int = 50) -> Ranking:
    """A published ranking of 2,477 units, as many as Poland has gminas."""
    return published_ranking(2477, variants=variants)
