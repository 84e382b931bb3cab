import io
from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from ratusz.apps.accounts.models import User
from ratusz.apps.cities.models import City
from ratusz.apps.core.text import fold, polish_sort_key
from ratusz.apps.editions.models import Edition, Phase, Role
from ratusz.apps.website import services
from ratusz.apps.website.models import NewsPage, Picture
from tests.editions.factories import make_edition, make_user


@pytest.fixture
def edition(db: None) -> Edition:
    return make_edition(
        open_phases=(Phase.Kind.CALL,),
        session_date=date(2027, 3, 12),
        venue_pl="Łódź, EC1",
        venue_en="Łódź, EC1",
    )


@pytest.fixture
def organiser(edition: Edition) -> User:
    return make_user(Role.ORGANISER, edition=edition)


@pytest.fixture
def lodz(db: None) -> City:
    return make_city("Łódź", "1061011", "łódzkie")


def make_city(name: str, teryt: str, voivodeship: str) -> City:
    return City.objects.create(
        teryt=teryt, slug=fold(name), name=name, name_folded=fold(name), sort_key=polish_sort_key(name), kind="1",
        voivodeship=voivodeship, lat=51.77, lon=19.45,
    )  # fmt: skip


@pytest.fixture
def picture(db: None) -> Picture:
    buffer = io.BytesIO()
    Image.new("RGB", (1400, 900), (44, 91, 116)).save(buffer, "PNG")
    return Picture.objects.create(
        title="stół", file=ContentFile(buffer.getvalue(), "table.png"), alt_pl="Okrągły stół", alt_en="A round table",
        width=1400, height=900,
    )  # fmt: skip


@pytest.fixture
def translated(organiser: User, picture: Picture) -> NewsPage:
    return make_news(
        organiser,
        "Miasta spotkały się w Łodzi",
        picture=picture,
        english={
            "title": "Cities met in Łódź",
            "lead": "Sixty-six of them.",
            "body": [("paragraph", "<p>Text.</p>")],
        },
    )


@pytest.fixture
def polish_only(organiser: User) -> NewsPage:
    return make_news(organiser, "Nabór trwa", day=2)


def make_news(by: User, title: str, *, day: int = 1, **fields) -> NewsPage:
    return services.publish_news(
        by=by,
        date=date(2026, 11, day),
        title=title,
        lead="Zgłoszenia do końca miesiąca.",
        body=[
            ("heading", {"text": "Święto miast", "level": "h2"}),
            ("paragraph", "<p>Żółte tramwaje &amp; <b>ulice</b>.</p>"),
            ("quote", {"text": "Rozmawiajmy.", "who": "Ewa Nowak"}),
        ],
        **fields,
    )


@pytest.fixture
def past(edition: Edition) -> Edition:
    return make_edition(2025, current=False)


@pytest.fixture
def laureate(edition: Edition, organiser: User, lodz: City):
    return services.save_laureate(
        by=organiser, edition=edition, award="main", subject="city", city=lodz, citation_pl="Za odwagę.",
        citation_en="For courage.", public_from=timezone.now() - timedelta(minutes=1),
    )  # fmt: skip
