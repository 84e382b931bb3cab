"""Organisations and consent texts."""

from typing import Any

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn

from ratusz.apps.accounts import queries, services
from ratusz.apps.accounts.models import ConsentText, Organisation
from ratusz.apps.editions.panel.base import FormScreen, ListScreen
from ratusz.apps.editions.panel.forms import ConsentTextForm, OrganisationForm
from ratusz.apps.editions.panel.people import OfPeople


class OrganisationIndex(OfPeople, ListScreen):
    model = Organisation
    page_title = _("Organisations")
    header_icon = "group"
    index_url_name, index_results_url_name = "organisation_index", "organisation_results"
    add_url_name = "organisation_add"
    add_item_label = _("Add an organisation")
    default_ordering = "name"
    search_fields = ["name", "teryt", "nip"]
    list_filter = ["kind"]
    list_export = ["name", "get_kind_display", "teryt", "nip", "website"]
    export_headings = {"get_kind_display": _("type")}
    export_filename = "organisations"
    columns = [
        TitleColumn("name", label=_("Name"), sort_key="name",
                    get_url=lambda one: reverse("organisation_edit", args=[one.pk])),
        Column("kind", label=_("Type"), accessor="get_kind_display", sort_key="kind"),
        Column("teryt", label=_("TERYT code"), sort_key="teryt"),
        Column("nip", label=_("NIP"), sort_key="nip"),
    ]  # fmt: skip

    def get_base_queryset(self) -> Any:
        return queries.organisations_visible_to(self.request.user)


class OrganisationCreate(OfPeople, FormScreen):
    form_class = OrganisationForm
    page_title = _("Add an organisation")
    header_icon = "group"
    submit_label = _("Add the organisation")

    def save(self, form: forms.Form) -> str:
        services.create_organisation(by=self.request.user, **form.cleaned_data)
        return reverse("organisation_index")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return self.crumbs((reverse("organisation_index"), _("Organisations")), ("", self.page_title))


class OrganisationChange(OfPeople, FormScreen):
    form_class = OrganisationForm
    header_icon = "group"

    @cached_property
    def organisation(self) -> Organisation:
        return get_object_or_404(queries.organisations_visible_to(self.request.user), pk=self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.organisation, name) or "" for name in OrganisationForm.base_fields}

    def save(self, form: forms.Form) -> str:
        services.change_organisation(
            organisation=self.organisation, by=self.request.user, **form.cleaned_data
        )
        return reverse("organisation_index")

    def get_page_title(self) -> str:
        return str(self.organisation)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return self.crumbs((reverse("organisation_index"), _("Organisations")), ("", self.organisation.name))


class ConsentTextIndex(OfPeople, ListScreen):
    model = ConsentText
    page_title = _("Consent texts")
    header_icon = "doc-full"
    index_url_name, index_results_url_name = "consent_text_index", "consent_text_results"
    add_url_name = "consent_text_add"
    add_item_label = _("Publish a text")
    default_ordering = "purpose"
    search_fields = ["purpose", "title_pl", "title_en"]
    list_export = ["purpose", "version", "title_pl", "title_en", "text_pl", "text_en", "published_at"]
    export_filename = "consent-texts"
    columns = [
        TitleColumn("purpose", label=_("Purpose"), sort_key="purpose",
                    get_url=lambda one: f"{reverse('consent_text_add')}?from={one.pk}"),
        Column("version", label=_("Version")),
        Column("title", label=_("Title")),
        Column("published_at", label=_("Published"), sort_key="published_at"),
    ]  # fmt: skip

    def get_base_queryset(self) -> Any:
        return queries.texts()


class ConsentTextCreate(OfPeople, FormScreen):
    """Publishes the next version of a text; the earlier words stay for those who agreed to them."""

    form_class = ConsentTextForm
    page_title = _("Publish a text")
    header_icon = "doc-full"
    submit_label = _("Publish")

    def get_initial(self) -> dict[str, Any]:
        source = self.request.GET.get("from", "")
        text = queries.texts().filter(pk=source).first() if source.isdecimal() else None
        return {name: getattr(text, name) for name in ConsentTextForm.base_fields} if text else {}

    def save(self, form: forms.Form) -> str:
        services.publish_consent_text(by=self.request.user, **form.cleaned_data)
        return reverse("consent_text_index")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return self.crumbs((reverse("consent_text_index"), _("Consent texts")), ("", self.page_title))
