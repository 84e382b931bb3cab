"""The kinds of pages. Each is written once per language; an alias shows the Polish page and says so."""

from datetime import date

from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from ratusz.apps.core.text import fold
from ratusz.apps.editions.models import Edition
from ratusz.apps.website.blocks import BodyBlock

NEWS_ON_A_PAGE = 12


class SitePage(Page):
    """What every page of the site has: a folded text to search in, and an honest language mark."""

    folded = models.TextField(editable=False, blank=True, default="")

    class Meta:
        abstract = True

    def full_clean(self, *args, **kwargs) -> None:
        self.folded = self.folded_text()
        super().full_clean(*args, **kwargs)

    def folded_text(self) -> str:
        """Everything a reader sees on the page, folded: "Łódź" is found as "lodz"."""
        parts = (getattr(self, name, "") for name in ("title", "headline", "lead", "body", "author"))
        return fold(" ".join(strip_tags(str(part)) for part in parts))

    @property
    def untranslated(self) -> bool:
        """True for a page that stands in the tree of one language with the text of another."""
        return self.alias_of_id is not None and self.alias_of.locale_id != self.locale_id

    @property
    def text_language(self) -> str:
        """The language the page's text is really in."""
        return (self.alias_of if self.untranslated else self).locale.language_code

    @property
    def summary(self) -> str:
        """One or two sentences for search results, feeds and cards."""
        return self.search_description or getattr(self, "lead", "") or ""

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        return super().get_context(request, *args, **kwargs) | {"canonical_url": self.get_full_url(request)}


class HomePage(SitePage):
    """The front page of the current edition."""

    headline = models.CharField(_("headline"), max_length=120)
    lead = models.TextField(_("lead"), max_length=400)

    template = "website/home.html"
    content_panels = [*Page.content_panels, FieldPanel("headline"), FieldPanel("lead")]
    parent_page_types = ["wagtailcore.Page"]

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        from ratusz.apps.website.queries import front_page

        return super().get_context(request, *args, **kwargs) | front_page(self, request)


class NewsIndexPage(SitePage):
    """The news: newest first, with search, pages and feeds."""

    lead = models.TextField(_("lead"), max_length=400, blank=True)

    template = "website/news_index.html"
    content_panels = [*Page.content_panels, FieldPanel("lead")]
    parent_page_types = ["website.HomePage"]
    subpage_types = ["website.NewsPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("list of news")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        from ratusz.apps.website.queries import news, of_words

        query = request.GET.get("q", "").strip()[:100]
        found = of_words(news(self.locale), query)
        pages = Paginator(found, NEWS_ON_A_PAGE)
        return super().get_context(request, *args, **kwargs) | {
            "query": query,
            "results": pages.get_page(request.GET.get("page")),
        }


class NewsPage(SitePage):
    """One piece of news."""

    date = models.DateField(_("date"), default=date.today, db_index=True)
    lead = models.TextField(_("lead"), max_length=500)
    picture = models.ForeignKey(
        "website.Picture", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )
    author = models.CharField(_("author"), max_length=120, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    template = "website/news.html"
    content_panels = [
        *Page.content_panels,
        MultiFieldPanel([FieldPanel("date"), FieldPanel("author")], heading=_("Date and author")),
        FieldPanel("lead"),
        FieldPanel("picture"),
        FieldPanel("body"),
    ]
    search_fields = [*Page.search_fields, index.FilterField("date")]
    parent_page_types = ["website.NewsIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("news")
        verbose_name_plural = _("news")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        from ratusz.apps.website.queries import news

        others = news(self.locale).exclude(pk=self.pk)
        return super().get_context(request, *args, **kwargs) | {"list_page": self.get_parent(), "others": others[:3]}


class StandardPage(SitePage):
    """A page of text, such as "About the programme" or the regulations."""

    lead = models.TextField(_("lead"), max_length=500, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)
    in_footer = models.BooleanField(_("link in the footer"), default=False)

    template = "website/standard.html"
    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    promote_panels = [*Page.promote_panels, FieldPanel("in_footer")]
    parent_page_types = ["website.HomePage", "website.StandardPage"]

    class Meta:
        verbose_name = _("page of text")
        verbose_name_plural = _("pages of text")


class EditionIndexPage(SitePage):
    """All editions, the newest first: old ones stay open for ever."""

    lead = models.TextField(_("lead"), max_length=400, blank=True)

    template = "website/edition_index.html"
    content_panels = [*Page.content_panels, FieldPanel("lead")]
    parent_page_types = ["website.HomePage"]
    subpage_types = ["website.EditionPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("list of editions")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        pages = EditionPage.objects.child_of(self).live().select_related("edition").order_by("-edition__year")
        return super().get_context(request, *args, **kwargs) | {"editions": pages}


class EditionPage(SitePage):
    """One edition: its session, its laureates, its partners, its ranking."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="pages", verbose_name=_("edition"))
    lead = models.TextField(_("lead"), max_length=500, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    template = "website/edition.html"
    content_panels = [*Page.content_panels, FieldPanel("edition"), FieldPanel("lead"), FieldPanel("body")]
    parent_page_types = ["website.EditionIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("edition page")
        verbose_name_plural = _("edition pages")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        from ratusz.apps.website.queries import edition_facts

        return super().get_context(request, *args, **kwargs) | edition_facts(self.edition, request)


class AccessibilityPage(SitePage):
    """The accessibility declaration in the structure that Polish law asks for, written from the profile."""

    body = StreamField(BodyBlock(), verbose_name=_("additional text"), blank=True)

    template = "website/accessibility.html"
    content_panels = [*Page.content_panels, FieldPanel("body")]
    parent_page_types = ["website.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("accessibility declaration")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        from ratusz.apps.website.queries import profile

        return super().get_context(request, *args, **kwargs) | {
            "profile": profile(request),
            "site_published_on": self.get_site().root_page.first_published_at or timezone.now(),
        }


class PrivacyPage(SitePage):
    """The information clause of Article 13 GDPR, written from the profile."""

    body = StreamField(BodyBlock(), verbose_name=_("additional text"), blank=True)

    template = "website/privacy.html"
    content_panels = [*Page.content_panels, FieldPanel("body")]
    parent_page_types = ["website.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("privacy notice")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        from ratusz.apps.website.queries import profile

        return super().get_context(request, *args, **kwargs) | {"profile": profile(request)}
