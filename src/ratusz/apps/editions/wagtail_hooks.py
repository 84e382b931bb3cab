"""The organiser's panel: the addresses of the spine's screens and one menu in the order of the edition."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from ratusz.apps.accounts.queries import MANAGE
from ratusz.apps.core.mail_queue import VIEW as VIEW_MAIL
from ratusz.apps.editions.panel import audit, editions, home, mail, organisations, people
from ratusz.apps.editions.permissions import may
from ratusz.apps.editions.queries import current_edition

# Wagtail's own items: what serves the news is kept at its place in the edition, the rest is not for organisers.
PLACES = {"explorer": 600, "images": 610, "documents": 620, "snippets": 630}
HIDDEN = {"reports", "help", "forms"}
SETTINGS_HIDDEN = {"users", "groups", "workflows", "workflow-tasks"}


@hooks.register("register_admin_urls")
def urls_of_the_panel() -> list[URLPattern]:
    def of_list(prefix: str, view: Any, name: str) -> list[URLPattern]:
        return [
            path(f"{prefix}/", view.as_view(), name=f"{name}_index"),
            path(f"{prefix}/results/", view.as_view(results_only=True), name=f"{name}_results"),
        ]

    return [
        *of_list("editions", editions.EditionIndex, "edition"),
        path("editions/programme/", editions.ProgrammeScreen.as_view(), name="programme"),
        path("editions/add/", editions.EditionCreate.as_view(), name="edition_add"),
        path("editions/<int:pk>/", editions.EditionCalendar.as_view(), name="edition_calendar"),
        path("editions/<int:pk>/edit/", editions.EditionChange.as_view(), name="edition_edit"),
        path("editions/<int:pk>/current/", editions.SetCurrent.as_view(), name="edition_set_current"),
        *of_list("people", people.PeopleIndex, "person"),
        path("people/add/", people.PersonCreate.as_view(), name="person_add"),
        path("people/<int:pk>/", people.PersonScreen.as_view(), name="person"),
        *of_list("organisations", organisations.OrganisationIndex, "organisation"),
        path("organisations/add/", organisations.OrganisationCreate.as_view(), name="organisation_add"),
        path("organisations/<int:pk>/", organisations.OrganisationChange.as_view(), name="organisation_edit"),
        *of_list("consent-texts", organisations.ConsentTextIndex, "consent_text"),
        path("consent-texts/add/", organisations.ConsentTextCreate.as_view(), name="consent_text_add"),
        *of_list("mail", mail.MailIndex, "mail"),
        path("mail/<int:pk>/", mail.MailScreen.as_view(), name="mail_screen"),
        *of_list("audit", audit.AuditIndex, "audit"),
    ]


class EditionMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return editions.may_open_one(request.user)


class PeopleMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MANAGE)


class PeopleMenu(SubmenuMenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MANAGE)


class MailMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(VIEW_MAIL)


class AuditMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return audit.may_read(request.user)


@hooks.register("register_admin_menu_item")
def edition_item() -> MenuItem:
    return EditionMenuItem(
        _("Edition"), reverse("edition_index"), "edition", icon_name="calendar-alt", order=100
    )


@hooks.register("register_admin_menu_item")
def people_item() -> MenuItem:
    items = [
        PeopleMenuItem(_("People"), reverse("person_index"), "people-list", icon_name="user", order=1),
        PeopleMenuItem(
            _("Organisations"), reverse("organisation_index"), "organisations", icon_name="group", order=2
        ),
        PeopleMenuItem(
            _("Consent texts"), reverse("consent_text_index"), "consents", icon_name="doc-full", order=3
        ),
    ]
    return PeopleMenu(_("People"), Menu(items=items), name="people", icon_name="group", order=700)


@hooks.register("register_admin_menu_item")
def mail_item() -> MenuItem:
    return MailMenuItem(_("Mails"), reverse("mail_index"), "mail", icon_name="mail", order=800)


@hooks.register("register_admin_menu_item")
def audit_item() -> MenuItem:
    return AuditMenuItem(_("Audit log"), reverse("audit_index"), "audit", icon_name="history", order=900)


@hooks.register("construct_main_menu")
def in_the_order_of_the_edition(request: HttpRequest, items: list[MenuItem]) -> None:
    """Puts Wagtail's items into the river and hides what an edition does not need."""
    superuser = request.user.is_superuser
    items[:] = [one for one in items if one.name not in HIDDEN and (superuser or one.name != "settings")]
    for one in items:
        one.order = PLACES.get(one.name, one.order)
    items.sort(key=lambda one: one.order)


@hooks.register("construct_settings_menu")
def without_a_second_door(request: HttpRequest, items: list[MenuItem]) -> None:
    """People, roles and rights are given under People, where each change is written into the log."""
    items[:] = [one for one in items if one.name not in SETTINGS_HIDDEN]


@hooks.register("construct_homepage_panels")
def begin_with_the_edition(request: HttpRequest, panels: list[Any]) -> None:
    """Puts the current edition before everything else."""
    if edition := current_edition(request):
        panels.append(home.EditionPanel(edition, may(request.user, "editions.change_edition", edition)))


@hooks.register("construct_homepage_summary_items", order=1000)  # after Wagtail has put its counts there
def without_counts(request: HttpRequest, items: list[Any]) -> None:
    """How many pages and images there are tells nobody what to do next."""
    items.clear()
