"""The organiser's screens of laureates and of the titles they hold, inside Wagtail's shell."""

from typing import Any

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from ratusz.apps.cities.queries import visible_to as cities_visible_to
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.panel.base import FormScreen, ListScreen
from ratusz.apps.partners.forms import ConfirmForm
from ratusz.apps.partners.panel import editions_of
from ratusz.apps.website import queries
from ratusz.apps.website.forms import LaureateForm, TitleForm
from ratusz.apps.website.models import DistinctionTitle, Laureate
from ratusz.apps.website.services import laureates as services

ACTION = "website.change_laureates"


def may_open(user: Any) -> bool:
    """True for those who may change laureates in some edition."""
    return editions_of(user, ACTION).exists()


class OfLaureates:
    """The screens of laureates: for those who may change them in some edition."""

    request: Any
    header_icon = "crosshairs"

    def allowed(self) -> bool:
        return may_open(self.request.user)

    @cached_property
    def edition(self) -> Edition:
        """The edition in which the person acts: the current one where possible."""
        mine = editions_of(self.request.user, ACTION)
        return mine.filter(is_current=True).first() or mine.first()


class LaureateIndex(OfLaureates, ListScreen):
    model = Laureate
    page_title = _("Laureates")
    index_url_name, index_results_url_name = "laureate_index", "laureate_results"
    add_url_name = "laureate_add"
    add_item_label = _("Add a laureate")
    default_ordering = ("-edition__year", "award", "order")
    search_fields = ["city__name", "person_name", "citation_pl", "citation_en"]
    list_filter = ["edition", "award", "subject"]
    list_export = [
        "edition.year", "get_award_display", "size_class.name_pl", "order", "city.name", "person_name", "office_pl",
        "title.name_pl", "citation_pl", "citation_en", "collected_by", "public_from",
    ]  # fmt: skip
    export_headings = {
        "edition.year": _("edition"), "get_award_display": _("award"), "size_class.name_pl": _("size class"),
        "city.name": _("city"), "title.name_pl": _("title"),
    }  # fmt: skip
    export_filename = "laureates"
    columns = [
        TitleColumn("diploma_name", label=_("On the diploma"),
                    get_url=lambda one: reverse("laureate_edit", args=[one.pk])),
        Column("award", label=_("Award"), accessor="get_award_display", sort_key="award"),
        Column("size_class", label=_("Class"), sort_key="size_class__over"),
        Column("city", label=_("City"), sort_key="city__sort_key"),
        Column("edition", label=_("Edition"), sort_key="edition__year"),
        DateColumn("public_from", label=_("Public from"), sort_key="public_from"),
    ]  # fmt: skip

    def get_base_queryset(self) -> Any:
        mine = editions_of(self.request.user, ACTION)
        return queries.laureates_visible_to(self.request.user).filter(edition__in=mine)

    @cached_property
    def header_buttons(self) -> list:
        return [
            self.add_button,
            HeaderButton(_("Catalogue of titles"), url=reverse("title_index"), icon_name="list-ul"),
        ]


class LaureateScreen(OfLaureates, FormScreen):
    """Adds or changes a laureate."""

    form_class = LaureateForm

    @cached_property
    def laureate(self) -> Laureate | None:
        mine = editions_of(self.request.user, ACTION)
        known = queries.laureates_visible_to(self.request.user).filter(edition__in=mine)
        return get_object_or_404(known, pk=self.kwargs["pk"]) if "pk" in self.kwargs else None

    def get_initial(self) -> dict[str, Any]:
        return {} if self.laureate else {"edition": self.edition, "order": None}

    def get_form_kwargs(self) -> dict[str, Any]:
        editions = editions_of(self.request.user, ACTION)
        return super().get_form_kwargs() | {
            "instance": self.laureate,
            "editions": editions,
            "classes": queries.classes_of(editions),
            "cities": cities_visible_to(self.request.user),
        }

    def save(self, form: forms.ModelForm) -> str:
        fields = form.cleaned_data
        if fields["order"] is None:
            del fields["order"]
        services.save_laureate(by=self.request.user, laureate=self.laureate, **fields)
        return reverse("laureate_index")

    def get_page_title(self) -> Any:
        return self.laureate or _("Add a laureate")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return self.crumbs((reverse("laureate_index"), _("Laureates")), ("", self.get_page_title()))

    @cached_property
    def header_buttons(self) -> list:
        if self.laureate is None:
            return []
        url = reverse("laureate_remove", args=[self.laureate.pk])
        return [HeaderButton(_("Remove"), url=url, icon_name="bin")]


class LaureateRemove(LaureateScreen):
    """Asks once more before an award is taken back."""

    form_class = ConfirmForm
    submit_label = _("Take the award back")
    success_text = _("Removed.")

    def get_form_kwargs(self) -> dict[str, Any]:
        mine = {"instance", "editions", "classes", "cities"}
        return {name: value for name, value in super().get_form_kwargs().items() if name not in mine}

    def save(self, form: forms.Form) -> str:
        services.remove_laureate(by=self.request.user, laureate=self.laureate)
        return reverse("laureate_index")

    def get_page_title(self) -> Any:
        return _("Remove: %(name)s") % {"name": self.laureate}

    header_buttons: list = []


class TitleIndex(OfLaureates, ListScreen):
    model = DistinctionTitle
    page_title = _("Catalogue of titles")
    index_url_name, index_results_url_name = "title_index", "title_results"
    add_url_name = "title_add"
    add_item_label = _("Add a title")
    default_ordering = "name_pl"
    search_fields = ["name_pl", "name_en"]
    list_export = ["name_pl", "name_en"]
    export_filename = "titles"
    columns = [
        TitleColumn("name_pl", label=_("Title (Polish)"), sort_key="name_pl",
                    get_url=lambda one: reverse("title_edit", args=[one.pk])),
        Column("name_en", label=_("Title (English)"), sort_key="name_en"),
    ]  # fmt: skip

    def get_base_queryset(self) -> Any:
        return queries.titles_visible_to(self.request.user)


class TitleScreen(OfLaureates, FormScreen):
    """Adds a title to the catalogue or words it anew."""

    form_class = TitleForm

    @cached_property
    def title(self) -> DistinctionTitle | None:
        known = queries.titles_visible_to(self.request.user)
        return get_object_or_404(known, pk=self.kwargs["pk"]) if "pk" in self.kwargs else None

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.title}

    def save(self, form: forms.ModelForm) -> str:
        services.save_title(by=self.request.user, edition=self.edition, title=self.title, **form.cleaned_data)
        return reverse("title_index")

    def get_page_title(self) -> Any:
        return self.title or _("Add a title")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return self.crumbs((reverse("title_index"), _("Catalogue of titles")), ("", self.get_page_title()))

    @cached_property
    def header_buttons(self) -> list:
        if self.title is None:
            return []
        return [HeaderButton(_("Remove"), url=reverse("title_remove", args=[self.title.pk]), icon_name="bin")]


class TitleRemove(TitleScreen):
    """Asks once more before a title is taken out of the catalogue."""

    form_class = ConfirmForm
    submit_label = _("Remove for good")
    success_text = _("Removed.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {name: value for name, value in super().get_form_kwargs().items() if name != "instance"}

    def save(self, form: forms.Form) -> str:
        services.remove_title(by=self.request.user, edition=self.edition, title=self.title)
        return reverse("title_index")

    def get_page_title(self) -> Any:
        return _("Remove: %(name)s") % {"name": self.title}

    header_buttons: list = []
