"""Makes the site that every installation starts with, and keeps a page for each edition."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Model
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Locale, Page, Site

from ratusz.apps.editions.models import Edition, Role, RoleAssignment
from ratusz.apps.website.models import (
    AccessibilityPage,
    EditionIndexPage,
    EditionPage,
    HomePage,
    NewsIndexPage,
    PrivacyPage,
    SitePage,
)

ORGANISERS = "Organisers"
PAGE_PERMISSIONS = ("add", "change", "publish", "lock", "unlock")
PICTURE_PERMISSIONS = ("add", "change", "choose")


@dataclass(frozen=True)
class Start:
    """A page that the site starts with: title, address and texts by language."""

    kind: type[SitePage]
    title: dict[str, str]
    slug: dict[str, str]
    texts: dict[str, dict[str, str]] = field(default_factory=dict)


HOME = Start(
    HomePage,
    title={"pl": "Miasta Przyszłości", "en": "Cities of the Future"},
    slug={"pl": "pl", "en": "en"},
    texts={
        "headline": {"pl": "Miasta rozmawiają. Potem działają.", "en": "Cities talk. Then they act."},
        "lead": {
            "pl": "Jeden dzień bez paneli i przemówień: kręgi zawodowe, okrągłe stoły, rekomendacje. "
            "I rok, w którym miasta mówią, co z nich wynikło.",
            "en": "One day without panels or speeches: professional circles, round tables, recommendations. "
            "And a year in which the cities say what came of them.",
        },
    },
)
START = (
    Start(
        EditionIndexPage,
        title={"pl": "Edycje", "en": "Editions"},
        slug={"pl": "edycje", "en": "editions"},
        texts={
            "lead": {
                "pl": "Każda edycja zostaje otwarta: sesja, ranking, laureaci i partnerzy.",
                "en": "Every edition stays open: its session, its ranking, its laureates and its partners.",
            }
        },
    ),
    Start(
        NewsIndexPage,
        title={"pl": "Aktualności", "en": "News"},
        slug={"pl": "aktualnosci", "en": "news"},
    ),
    Start(
        AccessibilityPage,
        title={"pl": "Deklaracja dostępności", "en": "Accessibility statement"},
        slug={"pl": "deklaracja-dostepnosci", "en": "accessibility"},
    ),
    Start(
        PrivacyPage,
        title={"pl": "Prywatność", "en": "Privacy"},
        slug={"pl": "prywatnosc", "en": "privacy"},
    ),
)


@transaction.atomic
def ensure_site() -> HomePage:
    """Makes what is missing of the site (languages, home pages, fixed pages, rights); changes no text that is there."""
    languages = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in languages}
    root = Page.get_first_root_node() or Page.add_root(
        instance=Page(title="Root", slug="root", locale=locales["pl"])
    )
    home = in_all_languages(HOME, root, locales)
    ensure_default_site(home)
    for start in START:
        in_all_languages(start, home, locales)
    ensure_rights(root)
    ensure_edition_pages()
    return home


def in_all_languages(start: Start, parent: Page, locales: dict[str, Locale]) -> SitePage:
    """The Polish page of this kind below the parent, made if missing, with its translations."""
    page = start.kind.objects.child_of(parent).filter(locale=locales["pl"]).first()
    if page is None:
        page = start.kind(locale=locales["pl"], **texts_of(start, "pl"))
        parent.add_child(instance=page)
        page.save_revision().publish()
        page.refresh_from_db()
    for code, locale in locales.items():
        if code != "pl" and not page.has_translation(locale):
            copy = page.copy_for_translation(locale, copy_parents=True).specific
            for name, value in texts_of(start, code).items():
                setattr(copy, name, value)
            copy.save_revision().publish()
    return page


def texts_of(start: Start, code: str) -> dict[str, str]:
    """The fields of a starting page in one language."""
    texts = {name: by_language[code] for name, by_language in start.texts.items()}
    return texts | {"title": start.title[code], "draft_title": start.title[code], "slug": start.slug[code]}


def ensure_default_site(home: HomePage) -> None:
    """Points the one Wagtail site to our home page at the address of the settings."""
    address = urlsplit(settings.BASE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    wanted = {"hostname": address.hostname or "localhost", "port": port}
    if not HomePage.objects.filter(pk=site.root_page_id).exists():
        wanted["root_page_id"] = home.pk
    if not site.site_name:
        wanted["site_name"] = home.title
    if any(getattr(site, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(site, name, value)
        site.save()
    # Wagtail's own first page, which welcomes a developer.
    for page in Page.objects.filter(depth=2, content_type__app_label="wagtailcore", numchild=0):
        page.delete()


def ensure_rights(root: Page) -> None:
    """Gives the group of organisers the right to write pages and to upload pictures."""
    group, _made = Group.objects.get_or_create(name=ORGANISERS)
    group.user_set.set(
        RoleAssignment.objects.filter(role=Role.ORGANISER).values_list("user", flat=True).distinct()
    )
    group.permissions.add(
        *Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin"),
        *Permission.objects.filter(
            content_type__app_label="simple_translation", codename="submit_translation"
        ),
        *Permission.objects.filter(content_type__app_label="website", codename="change_organiserprofile"),
    )
    for permission in permissions("wagtailcore", "page", PAGE_PERMISSIONS):
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    collection = Collection.get_first_root_node() or Collection.add_root(name="Root")
    for app, model in (("wagtailimages", "image"), ("wagtaildocs", "document")):
        for permission in permissions(app, model, PICTURE_PERMISSIONS):
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=collection, permission=permission
            )


def permissions(app: str, model: str, verbs: tuple[str, ...]) -> list[Model]:
    """Django's permissions of these verbs on a model."""
    codes = [f"{verb}_{model}" for verb in verbs]
    return list(Permission.objects.filter(content_type__app_label=app, codename__in=codes))


@transaction.atomic
def ensure_edition_pages() -> None:
    """Gives every edition a page in each language, named as the edition is."""
    index = EditionIndexPage.objects.filter(locale__language_code="pl", alias_of=None).first()
    if index is None:
        return
    locales = {locale.language_code: locale for locale in Locale.objects.all()}
    there = {
        (page.edition_id, page.locale_id): page
        for page in EditionPage.objects.select_related("edition").defer("body")
    }
    for edition in Edition.objects.all():
        titles = {"pl": edition.name_pl, "en": edition.name_en or edition.name_pl}
        if any((edition.pk, locale.pk) not in there for locale in locales.values()):
            add_edition_page(index, edition, titles, locales)
        for code, locale in locales.items():
            page = there.get((edition.pk, locale.pk))
            if page is not None and page.title != titles.get(code, page.title):
                page.title = page.draft_title = titles[code]
                page.save_revision().publish()


def add_edition_page(
    index: EditionIndexPage, edition: Edition, titles: dict[str, str], locales: dict[str, Locale]
) -> None:
    """Adds the pages of one edition; two programmes of the same year tell themselves apart by the programme."""
    slug = str(edition.year)
    if EditionPage.objects.child_of(index).filter(slug=slug).exclude(edition=edition).exists():
        slug = f"{edition.year}-{edition.programme.slug}"
    page = EditionPage.objects.child_of(index).filter(edition=edition).first()
    if page is None:
        page = EditionPage(edition=edition, title=titles["pl"], slug=slug, locale=locales["pl"])
        index.add_child(instance=page)
        page.save_revision().publish()
        page.refresh_from_db()
    for code, locale in locales.items():
        if code != "pl" and not page.has_translation(locale):
            copy = page.copy_for_translation(locale, copy_parents=True).specific
            copy.title = copy.draft_title = titles.get(code, page.title)
            copy.save_revision().publish()
