"""The organiser's screens of partners and patrons, inside Wagtail's shell."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from ratusz.apps.editions import queries as editions
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.panel.base import FormScreen, ListScreen
from ratusz.apps.editions.permissions import may
from ratusz.apps.partners import queries, services
from ratusz.apps.partners.forms import ConfirmForm, PartnerForm, PartnershipForm
from ratusz.apps.partners.models import Partner, Partnership

ACTION = "partners.change"


def editions_of(user: Any, action: str = ACTION) -> QuerySet[Edition]:
    """The editions in which the person may do it, newest first."""
    known = editions.visible_to(user)
    return known.filter(pk__in=[one.pk for one in known if may(user, action, one)])


def may_open(user: Any) -> bool:
    """True for those who may change partners in some edition."""
    return editions_of(user).exists()


class OfPartners:
    """The screens of partners: for those who may change them in some edition."""

    request: Any
    header_icon = "group"

    def allowed(self) -> bool:
        return may_open(self.request.user)

    @cached_property
    def edition(self) -> Edition:
        """The edition in which the person acts: the current one where possible."""
        mine = editions_of(self.request.user)
        return mine.filter(is_current=True).first() or mine.first()


class PartnershipIndex(OfPartners, ListScreen):
    model = Partnership
    page_title = _("Partners and patrons")
    index_url_name, index_results_url_name = "partnership_index", "partnership_results"
    add_url_name = "partnership_add"
    add_item_label = _("Add to an edition")
    default_ordering = ("-edition__year", "kind", "order")
    search_fields = ["partner__name_pl", "partner__name_en"]
    list_filter = ["edition", "kind", "approval"]
    list_export = [
        "edition.year", "partner.name_pl", "partner.name_en", "get_kind_display", "get_approval_display",
        "partner.url", "notice_days", "requested_on",
    ]  # fmt: skip
    export_headings = {
        "edition.year": _("edition"), "partner.name_pl": _("name (Polish)"), "partner.name_en": _("name (English)"),
        "get_kind_display": _("role"), "get_approval_display": _("materials"), "partner.url": _("website"),
    }  # fmt: skip
    export_filename = "partners"
    columns = [
        TitleColumn("partner", label=_("Organisation"), sort_key="partner__name_pl",
                    get_url=lambda one: reverse("partnership_edit", args=[one.pk])),
        Column("edition", label=_("Edition"), sort_key="edition__year"),
        Column("kind", label=_("Role"), accessor="get_kind_display", sort_key="kind"),
        Column("approval", label=_("Materials"), accessor="get_approval_display", sort_key="approval"),
        Column("deadline", label=_("Patronage: ask by")),
    ]  # fmt: skip

    def get_base_queryset(self) -> Any:
        return queries.visible_to(self.request.user).filter(edition__in=editions_of(self.request.user))

    @cached_property
    def header_buttons(self) -> list:
        return [
            self.add_button,
            HeaderButton(_("Organisations"), url=reverse("partner_index"), icon_name="list-ul"),
        ]


class PartnerIndex(OfPartners, ListScreen):
    model = Partner
    page_title = _("Partner organisations")
    index_url_name, index_results_url_name = "partner_index", "partner_results"
    add_url_name = "partner_add"
    add_item_label = _("Add an organisation")
    default_ordering = "name_pl"
    search_fields = ["name_pl", "name_en"]
    list_export = ["name_pl", "name_en", "about_pl", "about_en", "url", "alt_pl", "alt_en"]
    export_filename = "partner-organisations"
    columns = [
        TitleColumn("name", label=_("Name"), sort_key="name_pl",
                    get_url=lambda one: reverse("partner_edit", args=[one.pk])),
        Column("url", label=_("Website")),
        Column("alt", label=_("What the logo shows")),
    ]  # fmt: skip

    def get_base_queryset(self) -> Any:
        return queries.partners_visible_to(self.request.user)


class PartnerScreen(OfPartners, FormScreen):
    """Adds or changes an organisation."""

    form_class = PartnerForm

    @cached_property
    def partner(self) -> Partner | None:
        known = queries.partners_visible_to(self.request.user)
        return get_object_or_404(known, pk=self.kwargs["pk"]) if "pk" in self.kwargs else None

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.partner}

    def save(self, form: forms.ModelForm) -> str:
        services.save_partner(
            by=self.request.user, edition=self.edition, partner=self.partner,
            **form.cleaned_data | {"logo": self.request.FILES.get("logo")},
        )  # fmt: skip
        return reverse("partner_index")

    def get_page_title(self) -> Any:
        return self.partner.name if self.partner else _("Add an organisation")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return self.crumbs(
            (reverse("partner_index"), _("Partner organisations")), ("", self.get_page_title())
        )

    @cached_property
    def header_buttons(self) -> list:
        if self.partner is None:
            return []
        url = reverse("partner_remove", args=[self.partner.pk])
        return [HeaderButton(_("Remove"), url=url, icon_name="bin")]


class PartnerRemove(PartnerScreen):
    """Asks once more before an organisation is deleted."""

    form_class = ConfirmForm
    submit_label = _("Remove for good")
    success_text = _("Removed.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {name: value for name, value in super().get_form_kwargs().items() if name != "instance"}

    def save(self, form: forms.Form) -> str:
        services.remove_partner(by=self.request.user, edition=self.edition, partner=self.partner)
        return reverse("partner_index")

    def get_page_title(self) -> Any:
        return _("Remove: %(name)s") % {"name": self.partner}

    header_buttons: list = []


class PartnershipScreen(OfPartners, FormScreen):
    """Adds an organisation to an edition or changes what it is there."""

    form_class = PartnershipForm

    @cached_property
    def partnership(self) -> Partnership | None:
        known = queries.visible_to(self.request.user).filter(edition__in=editions_of(self.request.user))
        return get_object_or_404(known, pk=self.kwargs["pk"]) if "pk" in self.kwargs else None

    def get_initial(self) -> dict[str, Any]:
        return {} if self.partnership else {"edition": self.edition}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "instance": self.partnership,
            "editions": editions_of(self.request.user),
            "partners": queries.partners_visible_to(self.request.user),
        }

    def save(self, form: forms.ModelForm) -> str:
        services.save_partnership(by=self.request.user, partnership=self.partnership, **form.cleaned_data)
        return reverse("partnership_index")

    def get_page_title(self) -> Any:
        return self.partnership or _("Add to an edition")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return self.crumbs(
            (reverse("partnership_index"), _("Partners and patrons")), ("", self.get_page_title())
        )

    @cached_property
    def header_buttons(self) -> list:
        if self.partnership is None:
            return [HeaderButton(_("New organisation"), url=reverse("partner_add"), icon_name="plus")]
        url = reverse("partnership_remove", args=[self.partnership.pk])
        return [HeaderButton(_("Remove"), url=url, icon_name="bin")]


class PartnershipRemove(PartnershipScreen):
    """Asks once more before an organisation is taken out of an edition."""

    form_class = ConfirmForm
    submit_label = _("Take out of the edition")
    success_text = _("Removed.")

    def get_form_kwargs(self) -> dict[str, Any]:
        mine = {"instance", "editions", "partners"}
        return {name: value for name, value in super().get_form_kwargs().items() if name not in mine}

    def save(self, form: forms.Form) -> str:
        services.remove_partnership(by=self.request.user, partnership=self.partnership)
        return reverse("partnership_index")

    def get_page_title(self) -> Any:
        return _("Remove: %(name)s") % {"name": self.partnership}

    header_buttons: list = []
