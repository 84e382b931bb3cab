from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.models import AuditEntry
from ratusz.apps.editions.models import Role
from ratusz.apps.partners import queries, services
from ratusz.apps.partners.models import Partner, Partnership
from tests.editions.conftest import signed_in
from tests.editions.factories import make_edition, make_user
from tests.partners.test_logos import GOOD, svg


def logo() -> ContentFile:
    return ContentFile(GOOD.encode(), "logo.svg")


def test_logo_needs_a_text(edition, organiser) -> None:
    with pytest.raises(DomainError) as caught:
        services.save_partner(by=organiser, edition=edition, name_pl="Tory", logo=logo())
    assert (caught.value.field, caught.value.code) == ("alt_pl", "alt_missing")
    assert not Partner.objects.exists()


def test_logo_is_public_once_approved(client: Client, edition, organiser) -> None:
    partner = services.save_partner(
        by=organiser, edition=edition, name_pl="Tory", alt_pl="Znak Torów", logo=logo()
    )
    row = services.save_partnership(by=organiser, edition=edition, partner=partner, kind="partner")
    page = client.get("/pl/edycje/2026/").content.decode()
    assert 'class="logo-name">Tory' in page
    assert "Znak Torów" not in page
    services.save_partnership(by=organiser, edition=edition, partnership=row, approval="approved")
    assert 'alt="Znak Torów"' in client.get("/pl/edycje/2026/").content.decode()
    served = client.get(partner.logo.url)
    assert "default-src 'none'" in served["Content-Security-Policy"]


def test_new_logo_must_be_approved_again(edition, organiser) -> None:
    partner = services.save_partner(by=organiser, edition=edition, name_pl="Tory", alt_pl="Tory", logo=logo())
    row = services.save_partnership(by=organiser, edition=edition, partner=partner, approval="approved")
    services.save_partner(by=organiser, edition=edition, partner=partner, name_en="Tracks")
    row.refresh_from_db()
    assert row.approval == "approved"
    services.save_partner(by=organiser, edition=edition, partner=partner, logo=logo())
    row.refresh_from_db()
    assert row.approval == "sent"


def test_groups_are_in_order_and_empty_ones_left_out(edition, organiser) -> None:
    for order, (name, kind) in enumerate(
        [("Z", "patron"), ("B", "substantive"), ("A", "substantive")], start=1
    ):
        partner = services.save_partner(by=organiser, edition=edition, name_pl=name)
        services.save_partnership(by=organiser, edition=edition, partner=partner, kind=kind, order=order)
    groups = queries.public_groups(edition)
    assert [(g.kind, [row.partner.name_pl for row in g.partnerships]) for g in groups] == [
        ("substantive", ["B", "A"]), ("patron", ["Z"]),
    ]  # fmt: skip


def test_late_patronage_is_a_warning_that_can_be_overruled(edition, organiser) -> None:
    partner = services.save_partner(by=organiser, edition=edition, name_pl="Urząd")
    fields = {"partner": partner, "kind": "patron", "notice_days": 30, "requested_on": date(2027, 2, 28)}
    with pytest.raises(DomainError, match=r"12.*30") as caught:
        services.save_partnership(by=organiser, edition=edition, **fields)
    assert caught.value.code == "patronage_late"
    row = services.save_partnership(by=organiser, edition=edition, late_is_known=True, **fields)
    assert row.deadline == date(2027, 2, 10)
    assert services.save_partnership(
        by=organiser, edition=edition, partnership=row, requested_on=date(2027, 2, 10)
    )


def test_notice_belongs_to_patrons_alone(edition, organiser) -> None:
    partner = services.save_partner(by=organiser, edition=edition, name_pl="Tory")
    row = services.save_partnership(
        by=organiser, edition=edition, partner=partner, kind="partner", notice_days=30
    )
    assert row.notice_days is None


def test_only_organisers_of_the_edition_may(edition, organiser) -> None:
    partner = services.save_partner(by=organiser, edition=edition, name_pl="Tory")
    row = services.save_partnership(by=organiser, edition=edition, partner=partner)
    other = make_edition(2027, current=False)
    for person in (make_user(Role.PROVIDER, edition=edition), make_user(Role.ORGANISER, edition=other), None):
        with pytest.raises(NotAllowed):
            services.save_partner(by=person, edition=edition, name_pl="Inny")
        with pytest.raises(NotAllowed):
            services.remove_partnership(by=person, partnership=row)
    with pytest.raises(NotAllowed):
        services.save_partnership(by=make_user(Role.ORGANISER, edition=other), edition=other, partnership=row)


def test_partner_of_an_edition_stays(edition, organiser) -> None:
    partner = services.save_partner(by=organiser, edition=edition, name_pl="Tory")
    row = services.save_partnership(by=organiser, edition=edition, partner=partner)
    with pytest.raises(DomainError, match="2026"):
        services.remove_partner(by=organiser, edition=edition, partner=partner)
    services.remove_partnership(by=organiser, partnership=row)
    services.remove_partner(by=organiser, edition=edition, partner=partner)
    assert not Partner.objects.exists()
    actions = list(AuditEntry.objects.filter(action__startswith="partners.").values_list("action", flat=True))
    assert actions == [
        "partners.remove_partner",
        "partners.remove_partnership",
        "partners.add_partnership",
        "partners.add_partner",
    ]


@pytest.fixture
def at_work(organiser, settings) -> Client:
    settings.DEMO = True
    return signed_in(organiser)


def test_screens_open_for_organisers_alone(at_work: Client, client: Client, edition, settings) -> None:
    for address in (
        "/admin/partners/",
        "/admin/partners/add/",
        "/admin/partner-organisations/",
        "/admin/partner-organisations/add/",
    ):
        assert at_work.get(address).status_code == 200, address
        assert client.get(address).status_code == 302
        assert signed_in(make_user(Role.PROVIDER, edition=edition)).get(address).status_code in {302, 403}


def test_screen_says_at_the_field_what_is_wrong_with_the_logo(at_work: Client, edition) -> None:
    bad = {"name_pl": "Tory", "alt_pl": "Tory", "logo": ContentFile(svg("<script/>"), "logo.svg")}
    page = at_work.post("/admin/partner-organisations/add/", bad).content.decode()
    assert "&lt;script&gt;" in page
    assert 'value="Tory"' in page
    assert not Partner.objects.exists()
    at_work.post("/admin/partner-organisations/add/", bad | {"logo": logo()})
    partner = Partner.objects.get()
    assert partner.logo.name.endswith(".svg")
    at_work.post(
        "/admin/partners/add/",
        {"edition": edition.pk, "partner": partner.pk, "kind": "partner", "order": 1, "approval": "approved"},
    )
    row = Partnership.objects.get()
    assert at_work.get(f"/admin/partners/{row.pk}/").status_code == 200
    at_work.post(f"/admin/partners/{row.pk}/remove/")
    assert not Partnership.objects.exists()
    at_work.post(f"/admin/partner-organisations/{partner.pk}/", {"name_pl": "Szyny", "alt_pl": "Tory"})
    partner.refresh_from_db()
    assert (partner.name_pl, bool(partner.logo)) == ("Szyny", True)
