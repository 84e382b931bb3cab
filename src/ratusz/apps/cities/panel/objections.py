"""The queue of objections, and the one screen on which an organiser decides."""

from typing import Any

import django_filters
from django import forms
from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn

from ratusz.apps.cities import consequences, queries, services
from ratusz.apps.cities.models import City, Indicator, Objection, Source
from ratusz.apps.cities.panel.forms import NumberField
from ratusz.apps.cities.panel.lists import OfCities, PlainColumn
from ratusz.apps.cities.plausibility import doubts
from ratusz.apps.cities.templatetags.figures import published
from ratusz.apps.cities.views.pictures import class_picture, picture_of
from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.spelling import spelled
from ratusz.apps.core.text import fold
from ratusz.apps.editions.panel.base import ListScreen, PageScreen, say
from ratusz.apps.editions.permissions import may
from ratusz.apps.editions.queries import current_edition

State = Objection.State
SENT = [choice for choice in State.choices if choice[0] != State.DRAFT]


class PublishedColumn(Column):
    """A figure as its source gives it."""

    def get_value(self, instance: Any) -> str:
        return published(super().get_value(instance), instance.indicator)


class ObjectionFilter(WagtailFilterSet):
    state = django_filters.ChoiceFilter(label=_("state"), choices=SENT)
    city = django_filters.ModelChoiceFilter(label=_("city"), queryset=City.objects.none())
    indicator = django_filters.ModelChoiceFilter(label=_("indicator"), queryset=Indicator.objects.none())

    class Meta:
        model = Objection
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        edition = current_edition(self.request)
        sent = (
            queries.objections_visible_to(self.request.user, edition) if edition else Objection.objects.none()
        )
        cities = queries.visible_to(self.request.user).filter(pk__in=sent.values("city"))
        indicators = queries.indicators_visible_to(self.request.user).filter(pk__in=sent.values("indicator"))
        self.filters["city"].queryset = cities
        self.filters["indicator"].queryset = indicators


class ObjectionIndex(OfCities, ListScreen):
    """Every objection that was sent in the edition, those that wait first."""

    model = Objection
    page_title = _("Objections")
    header_icon = "comment"
    index_url_name, index_results_url_name = "objection_index", "objection_results"
    results_template_name = "cities/panel/objections_results.html"
    default_ordering = "-sent_at"
    search_fields = ["city__name", "indicator__code", "source_name"]
    filterset_class = ObjectionFilter
    list_export = [
        "pk", "get_state_display", "city.teryt", "city.name", "indicator.code", "old_value", "old_year", "value",
        "year", "source_name", "source_url", "grounds", "sent_at", "decided_at", "accepted_value",
        "reason_pl", "reason_en",
    ]  # fmt: skip
    export_headings = {
        "pk": _("number"), "get_state_display": _("state"), "accepted_value": _("accepted value"),
    }  # fmt: skip
    export_filename = "objections"
    columns = [
        TitleColumn(
            "city",
            label=_("City"),
            sort_key="city__sort_key",
            get_url=lambda o: reverse("objection", args=[o.pk]),
        ),
        Column("indicator", label=_("Indicator"), sort_key="indicator__code"),
        PublishedColumn("old_value", label=_("Stands"), sort_key="old_value"),
        PublishedColumn("value", label=_("Proposed"), sort_key="value"),
        PlainColumn("year", label=_("Year"), sort_key="year"),
        Column("state", label=_("State"), accessor="get_state_display", sort_key="state"),
        DateColumn("sent_at", label=pgettext_lazy("objection", "Sent"), sort_key="sent_at"),
        DateColumn("decided_at", label=_("Decided"), sort_key="decided_at"),
    ]

    def get_base_queryset(self) -> Any:
        edition = current_edition(self.request)
        if edition is None:
            return Objection.objects.none()
        sent = queries.objections_visible_to(self.request.user, edition).filter(sent_at__isnull=False)
        return sent.annotate(accepted_value=F("correction__new_value"))

    def search_queryset(self, queryset: Any) -> Any:
        return queries.search_objections(queryset, fold(self.search_query or ""))

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        counts = queries.counts_by_state(self.get_base_queryset())
        context["counts"] = [(state, label, counts.get(state, 0)) for state, label in SENT]
        return context


class DecisionForm(forms.Form):
    """The organiser's decision; nothing is chosen beforehand."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        choices=[
            ("accept", _("Accept: the figure is changed, and the correction is public")),
            ("reject", _("Reject: the figure stays, and the rejection is public with its reason")),
        ],
    )
    value = NumberField(
        label=_("Value"),
        required=False,
        help_text=_("Change it to accept the objection in part, with another value than the proposed one."),
    )
    source = forms.ModelChoiceField(
        Source.objects.none(),
        label=_("Source of the new value"),
        required=False,
        empty_label=_("the source that the city names"),
        help_text=_("Choose a source of the list where the value was checked there."),
    )
    reason_pl = forms.CharField(
        label=_("Reason (Polish)"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "One or two sentences; public on the indicator card and the page of the city. Name no person."
        ),
    )
    reason_en = forms.CharField(
        label=_("Reason (English)"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Without it English readers see the Polish reason, marked as Polish."),
    )
    knows_consequences = forms.BooleanField(label=_("I know what follows from a change now"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, localize=False)

    def __init__(self, *args: Any, asks_consequences: bool, sources: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = sources
        if not asks_consequences:
            del self.fields["knows_consequences"]


class ObjectionScreen(OfCities, PageScreen):
    """One objection: both figures side by side, what is known of them, and the decision."""

    template_name = "cities/panel/objection.html"
    header_icon = "comment"
    form: DecisionForm | None = None

    @cached_property
    def objection(self) -> Objection:
        found = queries.objections_visible_to(self.request.user, current_edition(self.request))
        return get_object_or_404(found.filter(sent_at__isnull=False), pk=self.kwargs["pk"])

    @cached_property
    def after(self) -> list[Any]:
        return consequences.of(self.objection.edition)

    def blank_form(self, sent: Any = None) -> DecisionForm:
        one = self.objection
        initial = {"value": spelled(one.value), "version": one.version}
        return DecisionForm(
            sent,
            initial=initial,
            asks_consequences=bool(self.after),
            sources=queries.sources_visible_to(None),
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form = self.blank_form(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            accept = data.pop("decision") == "accept"
            try:
                services.decide_objection(by=request.user, objection=self.objection, accept=accept, **data)
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, str(error))
                self._show_anew(error)
            else:
                messages.success(request, _("Decided. The decision is public, and the city has a mail."))
                return redirect("objection_index")
        return self.render_to_response(self.get_context_data())

    def _show_anew(self, error: DomainError) -> None:
        """After a change by the city the organiser reads the new text before deciding on it."""
        if error.code in {"changed_meanwhile", "not_waiting"}:
            del self.__dict__["objection"]
            if error.code == "not_waiting":  # then the page has no form that could say it
                say(self.request, error)
            self.form.data = self.form.data.copy()
            self.form.data["version"] = str(self.objection.version)

    def get_page_title(self) -> str:
        return str(
            _("Objection no. %(number)s: %(city)s")
            % {"number": self.objection.pk, "city": self.objection.city}
        )

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("objection_index"), "label": _("Objections")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one, user = self.objection, self.request.user
        figure = queries.own_figures(one.edition, one.city, [one.indicator])[0]
        value = one.correction.new_value if one.correction else one.value
        would_be = figure.standing_of(value)
        compared = value * figure.per_capita if figure.per_capita is not None else None
        context = {
            "objection": one,
            "indicator": one.indicator,
            "figure": figure,
            "picture": class_picture(figure, one.city),
            "after_standing": would_be,
            "after_compared": compared,
            "after_picture": picture_of(figure, would_be, compared, one.city),
            "doubts": doubts(one.value, figure.context(one.old_value)),
            "history": queries.history_of_figure(one.city, one.indicator),
            "others": queries.objections_visible_to(user, one.edition)
            .filter(indicator=one.indicator, sent_at__isnull=False)
            .exclude(pk=one.pk),
            "consequences": self.after,
            "may_decide": may(user, "cities.decide_objection", one.edition),
            "form": self.form or self.blank_form(),
        }
        return super().get_context_data(**kwargs) | context
