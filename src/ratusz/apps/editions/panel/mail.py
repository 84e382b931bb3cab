"""The mails: what waits, went out or failed, why, and a way to send one again."""

from typing import Any

import django_filters
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn

from ratusz.apps.core import mail_queue
from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.models import Mail
from ratusz.apps.core.templatetags.formats import moment
from ratusz.apps.editions.panel.base import ListScreen, PageScreen, say


class MailFilter(WagtailFilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=Mail.State.choices)
    created_at = django_filters.DateFromToRangeFilter(label=_("Day"), widget=DateRangePickerWidget)

    class Meta:
        model = Mail
        fields: list[str] = []


class MailIndex(ListScreen):
    model = Mail
    page_title = _("Mails")
    header_icon = "mail"
    index_url_name, index_results_url_name = "mail_index", "mail_results"
    results_template_name = "editions/panel/mail_results.html"
    default_ordering = "-id"
    filterset_class = MailFilter
    search_fields = ["to", "subject", "error"]
    list_export = ["created_at", "to", "subject", "state", "tries", "sent_at", "error"]
    export_filename = "mails"
    columns = [
        TitleColumn(
            "subject", label=_("Subject"), get_url=lambda mail: reverse("mail_screen", args=[mail.pk])
        ),
        Column("to", label=_("To"), sort_key="to"),
        Column("created_at", label=_("When"), accessor=lambda mail: moment(mail.created_at), sort_key="id"),
        Column("state", label=_("State"), accessor="get_state_display", sort_key="state"),
        Column("error", label=_("Error"), accessor=lambda mail: Truncator(mail.error).chars(90)),
    ]

    def allowed(self) -> bool:
        return self.request.user.has_perm(mail_queue.VIEW)

    def get_base_queryset(self) -> Any:
        return mail_queue.visible_to(self.request.user)


class MailScreen(PageScreen):
    """One mail: to whom, when, what went wrong; its text unless it carries a code."""

    template_name = "editions/panel/mail.html"
    header_icon = "mail"

    @cached_property
    def mail(self) -> Mail:
        return get_object_or_404(mail_queue.visible_to(self.request.user), pk=self.kwargs["pk"])

    def allowed(self) -> bool:
        return self.request.user.has_perm(mail_queue.VIEW)

    def get_page_title(self) -> str:
        return str(self.mail)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("mail_index"), "label": _("Mails")},
            {"url": "", "label": str(self.mail)},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, mail=self.mail)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Sends the mail again."""
        try:
            mail_queue.send_again(mail=self.mail, by=request.user)
        except DomainError as error:
            say(request, error)
        return redirect("mail_screen", pk=pk)
