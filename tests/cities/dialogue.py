"""A data dialogue at any moment: an edition with cities, figures, teams and objections."""

import io
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from ratusz.apps.accounts.models import Mandate, Organisation, User
from ratusz.apps.cities import services
from ratusz.apps.cities.documents import accepted
from ratusz.apps.cities.models import City, CityInEdition, Indicator, Objection, Source
from ratusz.apps.cities.services import Figure, Proposal
from ratusz.apps.editions.models import Edition, Phase, Role, RoleAssignment
from tests.editions.factories import make_user

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n%%EOF\n"
CITIES = ("lodz", "gdynia", "sopot", "krosno", "torun", "lublin")


def open_phase(edition: Edition, kind: str | None) -> None:
    """Only this phase is open; None: none."""
    now = timezone.now()
    edition.phases.all().delete()
    for one in Phase.Kind.values:
        days = (-1, 7) if one == kind else (30, 40)
        Phase.objects.create(
            edition=edition,
            kind=one,
            opens_at=now + timedelta(days=days[0]),
            closes_at=now + timedelta(days=days[1]),
        )
    edition._prefetched_objects_cache = {}


def take_part(edition: Edition) -> dict[str, City]:
    """Six cities in one class of the edition."""
    source = Source.objects.get(code="gus")
    for city in City.objects.filter(slug__in=CITIES):
        CityInEdition.objects.create(edition=edition, city=city)
    size_class = edition.size_classes.create(name_pl="Wszystkie", name_en="All")
    population = {p.city_id: p for p in source_populations(source)}
    for member in edition.cities.all():
        member.size_class, member.population = size_class, population[member.city_id]
        member.save()
    return {city.slug: city for city in City.objects.filter(slug__in=CITIES)}


def source_populations(source: Source):
    from ratusz.apps.cities.models import Population

    return Population.objects.filter(source=source)


def give_figures(indicator: Indicator, source: Source, values: dict[str, float], year: int = 2024) -> None:
    teryts = dict(City.objects.values_list("slug", "teryt"))
    services.store_figures(
        by=None, indicator=indicator, source=source,
        figures=[Figure(teryts[slug], year, value) for slug, value in values.items()],
    )  # fmt: skip


def make_team(edition: Edition, city: City, *, role: str = Role.CITY, mandate: bool = True, **fields) -> User:
    """A person of the city's team."""
    user = make_user(**fields)
    if role:
        RoleAssignment.objects.create(edition=edition, user=user, role=role)
    if mandate:
        office, _created = Organisation.objects.get_or_create(
            teryt=city.teryt, defaults={"kind": "local_government", "name": f"Urząd Miasta {city.name}"}
        )
        Mandate.objects.create(
            user=user, organisation=office, valid_from=timezone.localdate() - timedelta(days=9)
        )
    return User.objects.get(pk=user.pk)


def proposal(**fields) -> Proposal:
    return Proposal(
        **{
            "typed": "5,2", "year": 2024, "source_name": "Powiatowy Urząd Pracy, sprawozdanie MRPiPS-01",
            "source_url": "https://example.org/mrpips", "grounds": "W tabeli jest rok wcześniejszy.",
        } | fields
    )  # fmt: skip


def send(by, edition, city, indicator, *, document=None, sure=False, **fields) -> Objection:
    """An objection that waits."""
    return services.send_objection(
        by=by, edition=edition, city=city, indicator=indicator, proposal=proposal(**fields), version=0,
        document=document, sure=sure,
    )  # fmt: skip


def decide(by, objection, *, accept=True, reason_pl="Bo tak jest w źródle.", **fields) -> Objection:
    objection.refresh_from_db()
    return services.decide_objection(
        by=by, objection=objection, version=fields.pop("version", objection.version), accept=accept,
        reason_pl=reason_pl, **fields,
    )  # fmt: skip


def pdf(name: str = "dowod.pdf", data: bytes = PDF):
    return accepted(SimpleUploadedFile(name, data))


def png(width: int = 4, height: int = 4) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(buffer, "PNG")
    return buffer.getvalue()
