"""The audit log: every write, by edition, person, action and day."""

from typing import Any

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column

from ratusz.apps.accounts.models import User
from ratusz.apps.core.audit import words_for
from ratusz.apps.core.models import AuditEntry
from ratusz.apps.core.templatetags.formats import moment
from ratusz.apps.editions import queries
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.panel.base import ListScreen
from ratusz.apps.editions.permissions import may


def actor_shown(entry: AuditEntry) -> str:
    """Who did it; the system itself where there is no person."""
    return str(entry.actor) if entry.actor else str(_("the system"))


def details_shown(entry: AuditEntry) -> str:
    """The details in one line."""
    return "; ".join(f"{name}: {value}" for name, value in entry.data.items() if value not in (None, "", {}))


class AuditFilter(WagtailFilterSet):
    edition = django_filters.ChoiceFilter(label=_("Edition"), field_name="edition_id", choices=list)
    person = django_filters.CharFilter(label=_("Person (name or e-mail)"), method="by_person")
    action = django_filters.ChoiceFilter(label=_("What"), choices=list)
    at = django_filters.DateFromToRangeFilter(label=_("Day"), widget=DateRangePickerWidget)

    class Meta:
        model = AuditEntry
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        editions = queries.visible_to(self.request.user)
        self.filters["edition"].extra["choices"] = [(one.pk, str(one)) for one in editions]
        actions = (
            queries.audit_visible_to(self.request.user).order_by().values_list("action", flat=True).distinct()
        )
        words = sorted((words_for(action), action) for action in actions)
        self.filters["action"].extra["choices"] = [(action, word) for word, action in words]

    def by_person(self, entries: Any, name: str, value: str) -> Any:
        return entries.filter(Q(actor__full_name__icontains=value) | Q(actor__email__icontains=value))


class AuditIndex(ListScreen):
    model = AuditEntry
    page_title = _("Audit log")
    header_icon = "history"
    index_url_name, index_results_url_name = "audit_index", "audit_results"
    default_ordering = "-id"
    filterset_class = AuditFilter
    search_fields = ["action", "subject_label", "subject_type", "actor__full_name", "actor__email"]
    list_export = [
        "at",
        "actor_shown",
        "action",
        "subject_type",
        "subject_id",
        "subject_label",
        "edition_id",
        "details",
    ]
    export_headings = {"actor_shown": _("who"), "edition_id": _("edition"), "details": _("details")}
    export_filename = "audit-log"
    columns = [
        Column("at", label=_("When"), accessor=lambda entry: moment(entry.at), sort_key="id"),
        Column("actor", label=_("Who"), accessor=actor_shown),
        Column("action", label=_("What"), accessor=lambda entry: words_for(entry.action), sort_key="action"),
        Column("thing", label=_("Thing"), accessor="shown"),
        Column("details", label=_("Details"), accessor=details_shown),
    ]

    def allowed(self) -> bool:
        return may_read(self.request.user)

    def get_base_queryset(self) -> Any:
        return queries.audit_visible_to(self.request.user)

    def get_table(self, object_list: Any) -> Any:
        """Names the people whom entries tell of; the entries themselves carry a number only."""
        object_list = list(object_list)
        numbers = {entry.subject_id for entry in object_list if entry.subject_type == "accounts.User"}
        people = {str(one.pk): str(one) for one in User.objects.filter(pk__in=numbers)}
        for entry in object_list:
            entry.shown = entry.subject_label
            if entry.subject_type == "accounts.User":
                entry.shown = people.get(entry.subject_id, entry.subject_label)
        return super().get_table(object_list)

    def to_row_dict(self, item: AuditEntry) -> dict[str, Any]:
        item.actor_shown, item.details = actor_shown(item), details_shown(item)
        return super().to_row_dict(item)


def may_read(user: Any) -> bool:
    """True for an administrator and for whoever may read the log of some edition."""
    if user.is_superuser:
        return True
    mine = Edition.objects.filter(roles__user=user).distinct()
    return any(may(user, "core.view_audit", one) for one in mine)
