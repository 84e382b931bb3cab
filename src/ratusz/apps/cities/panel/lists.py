"""Lists with search, filters, sorting and export, and the forms behind them."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, TitleColumn

from ratusz.apps.cities import queries, services
from ratusz.apps.cities.models import City, Correction, Indicator, Observation, Source
from ratusz.apps.cities.panel.forms import CityForm, CorrectionForm, IndicatorForm, SourceForm
from ratusz.apps.core.templatetags.formats import number
from ratusz.apps.core.text import fold
from ratusz.apps.editions.panel.base import FormScreen, ListScreen
from ratusz.apps.editions.queries import current_edition


class OfCities:
    """For organisers of the current edition, in any phase: the services know when each thing is allowed."""

    def allowed(self) -> bool:
        return queries.may_open_panel(self.request.user, current_edition(self.request))  # type: ignore[attr-defined]


class FiguresColumn(Column):
    """A number as the reader's language writes it."""

    def __init__(self, name: str, *, decimals: int = 0, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.decimals = decimals

    def get_value(self, instance: Any) -> str:
        value = super().get_value(instance)
        indicator = getattr(instance, "indicator", None)
        return number(value, indicator.decimals if indicator else self.decimals)


class PlainColumn(Column):
    """A year: a number without a mark of thousands."""

    def get_value(self, instance: Any) -> str:
        value = super().get_value(instance)
        return "–" if value is None else str(value)


class CityFilter(WagtailFilterSet):
    voivodeship = django_filters.ChoiceFilter(label=_("voivodeship"), choices=queries.voivodeships)

    class Meta:
        model = City
        fields = ["voivodeship", "kind", "county_rights"]


class CityIndex(OfCities, ListScreen):
    model = City
    page_title = _("Cities")
    header_icon = "site"
    index_url_name, index_results_url_name = "city_index", "city_results"
    add_url_name = "city_add"
    add_item_label = _("Add a city")
    default_ordering = "sort_key"
    search_fields = ["name"]
    filterset_class = CityFilter
    list_export = [
        "teryt",
        "name",
        "get_kind_display",
        "county_rights",
        "voivodeship",
        "people",
        "people_year",
        "area_km2",
        "lat",
        "lon",
    ]
    export_headings = {"get_kind_display": _("kind"), "people": _("people"), "people_year": _("year")}
    export_filename = "cities"
    columns = [
        TitleColumn(
            "name", label=_("Name"), sort_key="sort_key", get_url=lambda c: reverse("city_edit", args=[c.pk])
        ),
        Column("teryt", label=_("TERYT code"), sort_key="teryt"),
        Column("voivodeship", label=_("Voivodeship"), sort_key="voivodeship"),
        Column("kind", label=_("Kind"), accessor="get_kind_display", sort_key="kind"),
        BooleanColumn("county_rights", label=_("County rights"), sort_key="county_rights"),
        FiguresColumn("people", label=_("People"), sort_key="people"),
        PlainColumn("people_year", label=_("Year")),
    ]

    def get_base_queryset(self) -> Any:
        return queries.with_population(City.objects.filter(pk__in=queries.registry().values("pk")))

    def search_queryset(self, queryset: Any) -> Any:
        return queries.search(queryset, self.search_query or "")


class Change(OfCities, FormScreen):
    """Creates or changes one row through its service."""

    model: Any
    index: str
    title_of_index: Any
    title_of_new: Any

    @cached_property
    def object(self) -> Any:
        pk = self.kwargs.get("pk")
        return None if pk is None else get_object_or_404(self.rows(), pk=pk)

    def rows(self) -> Any:
        raise NotImplementedError

    def get_initial(self) -> dict[str, Any]:
        if self.object is None:
            return {}
        names = self.form_class.base_fields
        return {
            name: getattr(self.object, f"{name}_id", None) or getattr(self.object, name) for name in names
        }

    def get_page_title(self) -> Any:
        return self.title_of_new if self.object is None else str(self.object)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return self.crumbs((reverse(self.index), self.title_of_index), ("", self.get_page_title()))


class CityChange(Change):
    form_class = CityForm
    index, title_of_index, title_of_new = "city_index", _("Cities"), _("Add a city")
    header_icon = "site"

    def rows(self) -> Any:
        return queries.registry()

    def save(self, form: forms.Form) -> str:
        edition = current_edition(self.request)
        services.save_city(by=self.request.user, edition=edition, city=self.object, **form.cleaned_data)
        return reverse("city_index")


class SourceIndex(OfCities, ListScreen):
    model = Source
    page_title = _("Sources")
    header_icon = "link"
    index_url_name, index_results_url_name = "source_index", "source_results"
    add_url_name = "source_add"
    add_item_label = _("Add a source")
    default_ordering = "code"
    search_fields = ["code", "name_pl", "name_en", "publisher"]
    list_export = ["code", "name_pl", "name_en", "publisher", "url", "licence", "attribution"]
    export_filename = "sources"
    columns = [
        TitleColumn("name", label=_("Name"), get_url=lambda s: reverse("source_edit", args=[s.pk])),
        Column("code", label=_("Code"), sort_key="code"),
        Column("publisher", label=_("Publisher"), sort_key="publisher"),
        Column("licence", label=_("Licence")),
    ]

    def get_base_queryset(self) -> Any:
        return queries.sources_visible_to(self.request.user)


class SourceChange(Change):
    form_class = SourceForm
    index, title_of_index, title_of_new = "source_index", _("Sources"), _("Add a source")
    header_icon = "link"

    def rows(self) -> Any:
        return queries.sources_visible_to(self.request.user)

    def save(self, form: forms.Form) -> str:
        edition = current_edition(self.request)
        services.save_source(by=self.request.user, edition=edition, source=self.object, **form.cleaned_data)
        return reverse("source_index")


class IndicatorIndex(OfCities, ListScreen):
    model = Indicator
    page_title = _("Indicators")
    header_icon = "list-ul"
    index_url_name, index_results_url_name = "indicator_index", "indicator_results"
    add_url_name = "indicator_add"
    add_item_label = _("Add an indicator")
    default_ordering = "code"
    search_fields = ["code", "name_pl", "name_en"]
    list_filter = ["source", "direction"]
    list_export = [
        "code", "name_pl", "name_en", "definition_pl", "definition_en", "reason_pl", "reason_en", "unit_pl", "unit_en",
        "direction", "per_capita_base", "zero_means_missing", "source", "bdl_variable", "city_count", "newest_year",
    ]  # fmt: skip
    export_headings = {"city_count": _("cities"), "newest_year": _("newest year")}
    export_filename = "indicators"
    columns = [
        TitleColumn("name", label=_("Name"), get_url=lambda i: reverse("indicator_edit", args=[i.pk])),
        Column("code", label=_("Code"), sort_key="code"),
        Column("unit", label=_("Unit")),
        Column("direction", label=_("Direction"), accessor="get_direction_display", sort_key="direction"),
        FiguresColumn("city_count", label=_("Cities"), sort_key="city_count"),
        PlainColumn("newest_year", label=_("Newest year"), sort_key="newest_year"),
        Column("source", label=_("Source")),
    ]

    def get_base_queryset(self) -> Any:
        return queries.with_coverage(queries.indicators_visible_to(self.request.user))


class IndicatorChange(Change):
    form_class = IndicatorForm
    index, title_of_index, title_of_new = "indicator_index", _("Indicators"), _("Add an indicator")
    header_icon = "list-ul"

    def rows(self) -> Any:
        return queries.indicators_visible_to(self.request.user)

    def save(self, form: forms.Form) -> str:
        edition = current_edition(self.request)
        services.save_indicator(
            by=self.request.user, edition=edition, indicator=self.object, **form.cleaned_data
        )
        return reverse("indicator_index")


class ObservationFilter(WagtailFilterSet):
    indicator = django_filters.ModelChoiceFilter(
        label=_("indicator"), queryset=Indicator.objects.order_by("code")
    )
    year = django_filters.NumberFilter(label=_("year"))

    class Meta:
        model = Observation
        fields = ["indicator", "year", "source"]


class ObservationIndex(OfCities, ListScreen):
    model = Observation
    page_title = _("Figures")
    header_icon = "table"
    index_url_name, index_results_url_name = "observation_index", "observation_results"
    default_ordering = "indicator__code"
    search_fields = ["city__name"]
    filterset_class = ObservationFilter
    list_export = ["city.teryt", "city.name", "indicator.code", "year", "value", "flag", "source.code"]
    export_filename = "figures"
    columns = [
        TitleColumn(
            "city",
            label=_("City"),
            sort_key="city__sort_key",
            get_url=lambda o: reverse("observation_correct", args=[o.pk]),
        ),
        Column("indicator", label=_("Indicator"), sort_key="indicator__code"),
        PlainColumn("year", label=_("Year"), sort_key="year"),
        FiguresColumn("value", label=_("Value"), sort_key="value"),
        Column("flag", label=_("Flag")),
        Column("source", label=_("Source")),
        DateColumn("updated_at", label=_("Changed"), sort_key="updated_at"),
    ]

    def get_base_queryset(self) -> Any:
        return queries.observations_visible_to(self.request.user)

    def search_queryset(self, queryset: Any) -> Any:
        words = fold(self.search_query or "")
        rule = (
            Q(city__name_folded__contains=words)
            | Q(city__teryt__startswith=words)
            | Q(indicator__code__contains=words)
        )
        return queryset.filter(rule) if words else queryset


class ObservationCorrect(OfCities, FormScreen):
    """Corrects one figure; the old and the new value and the reason become public."""

    form_class = CorrectionForm
    header_icon = "edit"
    submit_label = _("Correct and publish the reason")
    success_text = _("Corrected. The old value, the new one and the reason stand on the indicator card.")

    @cached_property
    def observation(self) -> Observation:
        return get_object_or_404(queries.observations_visible_to(self.request.user), pk=self.kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "observation": self.observation}

    def save(self, form: forms.Form) -> str:
        edition = current_edition(self.request)
        services.correct_observation(
            by=self.request.user, edition=edition, observation=self.observation, **form.cleaned_data
        )
        return reverse("observation_index")

    def get_page_title(self) -> str:
        o = self.observation
        return (
            f"{o.city}, {o.indicator}, {o.year}: {number(o.value, o.indicator.decimals)} {o.indicator.unit}"
        )

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return self.crumbs((reverse("observation_index"), _("Figures")), ("", _("Correct a figure")))


class CorrectionIndex(OfCities, ListScreen):
    model = Correction
    page_title = _("Corrections")
    header_icon = "history"
    index_url_name, index_results_url_name = "correction_index", "correction_results"
    default_ordering = "-at"
    search_fields = ["observation__city__name", "observation__indicator__code", "reason_pl"]
    list_export = [
        "at", "observation.city.teryt", "observation.city.name", "observation.indicator.code", "observation.year",
        "old_value", "new_value", "reason_pl", "reason_en", "source.code", "by",
    ]  # fmt: skip
    export_filename = "corrections"
    columns = [
        DateColumn("at", label=_("When"), sort_key="at"),
        Column("city", label=_("City"), accessor="observation.city"),
        Column("indicator", label=_("Indicator"), accessor="observation.indicator"),
        PlainColumn("year", label=_("Year"), accessor="observation.year"),
        FiguresColumn("old_value", label=_("Old value"), decimals=2),
        FiguresColumn("new_value", label=_("New value"), decimals=2),
        Column("reason", label=_("Reason")),
        Column("by", label=_("Who")),
    ]

    def get_base_queryset(self) -> Any:
        return queries.corrections_visible_to(self.request.user)
