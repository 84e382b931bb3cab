"""Editions with cities and figures, and studies in every state of their life."""

import datetime as dt
from typing import Any

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
from ratusz.apps.efficiency import services
from ratusz.apps.efficiency.models import Study

# code: Polish and English name, unit, direction, decimals
INDICATORS = {
    "money": ("Pieniądze", "Money", "zł", 1, 0),
    "nurseries": ("Żłobki", "Nurseries", "%", 1, 1),
    "paths": ("Drogi", "Paths", "km", 1, 1),
    "unemployed": ("Bezrobotni", "Unemployed", "%", -1, 1),
    "migration": ("Migracje", "Migration", "osoby", 1, 1),
}
NAMES = ("Łódź", "Kraków", "Gdynia", "Żory", "Sopot", "Opole", "Elbląg", "Ruda Śląska")


def column(code: str, kind: str, form: str = "plain") -> dict[str, str]:
    """A chosen column with its reasons."""
    return {"code": code, "kind": kind, "form": form, "reason_pl": f"Bo {code}.", "reason_en": f"For {code}."}


COLUMNS = [column("money", "input"), column("nurseries", "output"), column("paths", "output")]


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


def edition(
    year: int = 2026, *, current: bool = True, phases: tuple[str, ...] = tuple(Phase.Kind.values)
) -> Edition:
    """An edition in which the named phases are open now."""
    programme, _ = Programme.objects.get_or_create(
        slug="cities",
        defaults={"name_pl": "Miasta", "name_en": "Cities", "organiser": "Fundacja", "contact_email": "a@example.org"},
    )  # fmt: skip
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


def indicators() -> dict[str, Indicator]:
    """The indicators, once."""
    source, _ = Source.objects.get_or_create(
        code="gus",
        defaults={"name_pl": "Bank", "name_en": "Bank", "publisher": "GUS", "licence": "CC BY 4.0"},
    )
    found = {}
    for code, (name_pl, name_en, unit, direction, decimals) in INDICATORS.items():
        found[code], _ = Indicator.objects.get_or_create(
            code=code,
            defaults={
                "name_pl": name_pl, "name_en": name_en, "unit_pl": unit, "unit_en": unit, "direction": direction,
                "decimals": decimals, "source": source, "definition_pl": f"Definicja: {name_pl}.",
                "definition_en": f"Definition: {name_en}.", "reason_pl": "Powód.", "reason_en": "A reason.",
            },
        )  # fmt: skip
    return found


def cities(count: int) -> list[City]:
    """The first `count` cities of an invented registry."""
    rows = []
    for k in range(City.objects.count(), count):
        name = NAMES[k] if k < len(NAMES) else f"Miasto {k:04d}"
        rows.append(
            City(
                teryt=f"{2 * (k % 16 + 1):02d}{k // 16 % 99 + 1:02d}{k // 1584 + 1:02d}1",
                slug=f"{fold(name).replace(' ', '-')}-{k}", name=name, name_folded=fold(name),
                sort_key=polish_sort_key(name), kind="1", voivodeship=("łódzkie", "śląskie")[k % 2],
            )
        )  # fmt: skip
    City.objects.bulk_create(rows)
    return list(City.objects.order_by("pk")[:count])


def random_values(count: int, seed: int = 1) -> np.ndarray:
    """Plausible figures of `count` cities, (count, 5): some cities make more of their money than others."""
    rng = np.random.default_rng(seed)
    money = rng.uniform(1000, 3000, count)
    skill = rng.uniform(0.4, 1, (count, 2))
    return np.column_stack(
        [
            money,
            30 * (money / 1000) ** 0.5 * skill[:, 0],
            5 * (money / 1000) ** 0.5 * skill[:, 1],
            rng.uniform(2, 12, count),
            rng.normal(0, 4, count),
        ]
    ).round(2)


def figures(where: Edition, values: np.ndarray, *, year: int = 2024) -> list[City]:
    """Puts a city for each row of `values` (n, 5; NaN: not published) into the edition; two classes."""
    members = cities(len(values))
    small = SizeClass.objects.create(edition=where, name_pl="mniejsze", name_en="smaller", up_to=100_000)
    large = SizeClass.objects.create(edition=where, name_pl="większe", name_en="larger", over=100_000)
    measured = list(indicators().values())
    source = measured[0].source
    counts = [30_000 + 7_919 * k % 400_000 for k in range(len(members))]
    populations = [
        Population.objects.get_or_create(city=c, year=2024, source=source, defaults={"people": n})[0]
        for c, n in zip(members, counts, strict=True)
    ]
    CityInEdition.objects.bulk_create(
        CityInEdition(
            edition=where, city=c, population=p, size_class=small if p.people <= 100_000 else large,
            frozen_at=timezone.now(),
        )
        for c, p in zip(members, populations, strict=True)
    )  # fmt: skip
    Observation.objects.bulk_create(
        Observation(city=c, indicator=i, year=year, value=float(v), source=source)
        for c, row in zip(members, values, strict=True)
        for i, v in zip(measured, row, strict=True)
        if not np.isnan(v)
    )
    return members


def draft(where: Edition, **changes: Any) -> Study:
    """A study in work, with its choices saved."""
    by = organiser(where)
    chosen = {
        "name_pl": "Usługi z pieniędzy", "name_en": "Services from money", "explanation_pl": "Kto robi najwięcej?",
        "explanation_en": "Who does most?", "returns": "vrs", "orientation": "input", "columns": COLUMNS,
        "repetitions": 200, "seed": 7,
    } | changes  # fmt: skip
    return services.save_study(study=services.start_study(edition=where, by=by), by=by, **chosen)


def computed(where: Edition, **changes: Any) -> Study:
    """A computed study that is not published."""
    study = services.request_run(study=draft(where, **changes), by=organiser(where))
    study = services.execute_run(study_id=study.pk)
    assert study.state == Study.State.COMPUTED, study.error
    return study


def published(where: Edition, note: str = "", **changes: Any) -> Study:
    """A published study."""
    return services.publish_study(study=computed(where, **changes), note_pl=note, by=organiser(where))
