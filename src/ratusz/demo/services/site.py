"""Pages, pictures, news, partners and laureates."""

from collections import Counter
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.utils import timezone
from wagtail.models import Locale

from ratusz.apps.cities.models import City
from ratusz.apps.editions.models import Edition
from ratusz.apps.partners import services as partners
from ratusz.apps.partners.models import Partner, Partnership
from ratusz.apps.ranking import queries as rankings
from ratusz.apps.ranking.models import RankedCity, Ranking
from ratusz.apps.website import services as website
from ratusz.apps.website.models import (
    DistinctionTitle,
    EditionPage,
    HomePage,
    Laureate,
    NewsPage,
    OrganiserProfile,
    Picture,
    StandardPage,
)
from ratusz.demo import content, dates
from ratusz.demo.clock import standing_at
from ratusz.demo.services.people import ADMINISTRATOR, organisation_of, person
from ratusz.demo.services.rank import leaders

CREDIT = "Ratusz, Apache-2.0"
AWARDED_AT = 16  # o'clock on the day of the session
JUDGED, INVITED = -3, -130  # days from the session
NOTICE_DAYS = 30


def load_frame() -> None:
    """Fills in the organiser's profile, the pictures and the pages of text."""
    profile = OrganiserProfile.load()
    for name, value in content.read("editions")["profile"].items():
        setattr(profile, name, value)
    profile.save()
    for name, texts in content.read("pictures").items():
        path = content.DATA / "pictures" / f"{name}.png"
        Picture.objects.create(
            title=name, file=ImageFile(path.open("rb"), name=path.name), credit=CREDIT,
            uploaded_by_user=person(ADMINISTRATOR), **texts,
        )  # fmt: skip
    home = HomePage.objects.get(locale__language_code="pl")
    for page in content.read("pages")["page"]:
        _add_page(home, page)


def _add_page(home: HomePage, texts: dict[str, Any]) -> None:
    by = person(ADMINISTRATOR)
    page = StandardPage(locale=home.locale, in_footer=texts["in_footer"], owner=by, **_in("pl", texts))
    page.show_in_menus = not texts["in_footer"]
    home.add_child(instance=page)
    page.save_revision(user=by).publish(user=by)
    page.refresh_from_db()
    english = page.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True).specific
    for name, value in _in("en", texts).items():
        setattr(english, name, value)
    english.save_revision(user=by).publish(user=by)


def _in(language: str, texts: dict[str, Any], names: dict[str, str] | None = None) -> dict[str, Any]:
    """The fields of a page in one language, with the names of leaders filled in."""
    fields = {name: texts[f"{name}_{language}"] for name in ("slug", "title", "lead", "body")}
    if names:
        fields |= {name: fields[name].format(**names) for name in ("title", "lead", "body")}
    return fields | {"body": content.blocks(fields["body"]), "draft_title": fields["title"]}


def load_partners(edition: Edition, session: date) -> None:
    """Enters the partners of the edition, each with a logo that it has approved."""
    by = person("organiser")
    for order, one in enumerate(content.read("partners")["partner"], 1):
        if edition.year not in one["years"]:
            continue
        partner = Partner.objects.filter(name_pl=one["name_pl"]).first()
        if partner is None:
            path = content.DATA / "logos" / f"{one['key']}.svg"
            partner = partners.save_partner(
                by=by, edition=edition, logo=ContentFile(path.read_bytes(), name=path.name),
                organisation=organisation_of(one),
                **{name: one[name] for name in ("name_pl", "name_en", "alt_pl", "alt_en")},
            )  # fmt: skip
        patron = one["kind"] == Partnership.Kind.PATRON
        partners.save_partnership(
            by=by, edition=edition, partner=partner, kind=one["kind"], order=order,
            approval=Partnership.Approval.APPROVED,
            notice_days=NOTICE_DAYS if patron else None,
            requested_on=session + timedelta(days=INVITED) if patron else None,
        )  # fmt: skip


def load_edition_page(edition: Edition, facts: dict[str, Any]) -> None:
    """Writes the lead of the edition's page in both languages."""
    for page in EditionPage.objects.filter(edition=edition).select_related("locale"):
        page.lead = facts[f"lead_{page.locale.language_code}"]
        page.save_revision(user=person("organiser")).publish(user=person("organiser"))


def tell_news(edition: Edition, session: date) -> None:
    """Makes exactly the news of the edition public whose day has come, each under its own date."""
    ranking = rankings.published(edition)
    names = leaders_by_class(ranking) if ranking else None
    for texts in content.news(edition.year):
        moment = dates.opening(session, texts["phase"], texts["day"])
        due = moment <= timezone.now() and (names is not None or not texts.get("needs_ranking"))
        page = NewsPage.objects.filter(slug=texts["slug_pl"], locale__language_code="pl").first()
        if page is not None:
            _move_news(page, moment, due)
        elif due:
            with standing_at(moment):
                _publish(texts, moment, names)


def leaders_by_class(ranking: Ranking) -> dict[str, str]:
    """The names of the leaders of the three size classes, for the news."""
    return dict(zip(("small", "medium", "large"), (rows[0].name for rows in leaders(ranking)), strict=True))


def _publish(texts: dict[str, Any], moment: datetime, names: dict[str, str] | None) -> None:
    polish = _in("pl", texts, names if texts.get("needs_ranking") else None)
    del polish["draft_title"]
    english = _in("en", texts, names if texts.get("needs_ranking") else None)
    website.publish_news(
        by=person("organiser"), date=timezone.localtime(moment).date(),
        picture=Picture.objects.get(title=texts["picture"]), english=english, **polish,
    )  # fmt: skip


def _move_news(page: NewsPage, moment: datetime, due: bool) -> None:
    """Gives a piece of news and its translation another date; takes it back when its day has not come."""
    by, day = person("organiser"), timezone.localtime(moment).date()
    for each in NewsPage.objects.filter(translation_key=page.translation_key):
        if not due:
            if each.live:
                each.unpublish(user=by)
        elif not each.live or each.date != day:
            each.date = day
            if each.alias_of_id is None:
                each.save_revision(user=by).publish(user=by)
            else:
                each.save()


def give_awards(edition: Edition, session: date) -> None:
    """Enters the laureates that follow from the ranking and the honorary award; public on the day of the session."""
    by = person("secretary")
    public_from = dates.moment(session, 0, AWARDED_AT)
    if laureates := list(edition.laureates.all()):
        for laureate in laureates:
            if laureate.public_from != public_from:
                website.save_laureate(by=by, edition=edition, laureate=laureate, public_from=public_from)
        return
    ranking = rankings.published(edition)
    if ranking is None or timezone.now() < dates.moment(session, JUDGED):
        return
    with standing_at(dates.moment(session, JUDGED)):
        _give_awards(edition, ranking, public_from)


def _give_awards(edition: Edition, ranking: Ranking, public_from: datetime) -> None:
    by = person("secretary")
    catalogue = {one["pillar"]: (one, _title(edition, one)) for one in content.read("laureates")["title"]}
    distinctions: Counter[str] = Counter()
    mains: set[str] = set()
    classes = edition.size_classes.order_by("over")
    for size_class, rows in zip(classes, leaders(ranking, places=3), strict=True):
        used: set[str] = set()
        for place, row in enumerate(rows):
            pillar = strongest_pillar(row, ranking, used | (mains if place == 0 else set()))
            used.add(pillar)
            texts, title = catalogue[pillar]
            if place == 0:
                mains.add(pillar)
                citation = {"citation_pl": texts["main_pl"], "citation_en": texts["main_en"]}
            else:
                wording = distinctions[pillar]  # a pillar returns in another class only, so three are enough
                distinctions[pillar] += 1
                citation = {
                    f"citation_{code}": texts[f"distinction_{code}"][wording] for code in ("pl", "en")
                }
            website.save_laureate(
                by=by, edition=edition, size_class=size_class, city=row.city, title=title,
                award=Laureate.Award.DISTINCTION if place else Laureate.Award.MAIN, order=max(place, 1),
                subject=Laureate.Subject.CITY, public_from=public_from, **citation,
            )  # fmt: skip
    for one in content.read("laureates")["honorary"]:
        if one["year"] == edition.year:
            fields = {key: value for key, value in one.items() if key not in {"year", "city"}}
            website.save_laureate(
                by=by, edition=edition, award=Laureate.Award.HONORARY, subject=Laureate.Subject.PERSON,
                city=City.objects.get(teryt=one["city"]), public_from=public_from, **fields,
            )  # fmt: skip


def _title(edition: Edition, one: dict[str, str]) -> DistinctionTitle:
    found = DistinctionTitle.objects.filter(name_pl=one["name_pl"]).first()
    return found or website.save_title(
        by=person("secretary"), edition=edition, name_pl=one["name_pl"], name_en=one["name_en"]
    )


def strongest_pillar(row: RankedCity, ranking: Ranking, used: AbstractSet[str] = frozenset()) -> str:
    """The pillar in which the city stands highest within its class, but for those used already.

    The heavier one where two are even.
    """
    rivals = list(ranking.rows.filter(size_class=row.size_class, rank__isnull=False))
    shares = {pillar["code"]: pillar["share"] for pillar in ranking.summary["pillars"]}

    def standing(code: str) -> tuple[int, float]:
        ahead = sum(rival.pillars[code] > row.pillars[code] for rival in rivals)
        return ahead, -shares[code]

    return min((code for code in row.pillars if code not in used), key=standing)
