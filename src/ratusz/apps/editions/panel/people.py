"""People: the list, one person with roles and mandates."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn

from ratusz.apps.accounts import queries as accounts
from ratusz.apps.accounts import services as account_services
from ratusz.apps.accounts.models import Mandate, User
from ratusz.apps.core.errors import DomainError
from ratusz.apps.editions import queries, services
from ratusz.apps.editions.models import RoleAssignment
from ratusz.apps.editions.panel.base import FormScreen, Guarded, ListScreen, PageScreen
from ratusz.apps.editions.panel.forms import (
    EndMandateForm,
    HandOverForm,
    MandateForm,
    NewPersonForm,
    PersonForm,
    RoleForm,
)
from ratusz.apps.editions.permissions import may


class OfPeople(Guarded):
    """For those who manage people."""

    header_icon = "user"

    def allowed(self) -> bool:
        return self.request.user.has_perm(accounts.MANAGE)


def roles_shown(person: User) -> str:
    """The person's roles in the current edition, as the list shows them."""
    return ", ".join(str(one.get_role_display()) for one in person.current_roles)


def organisations_shown(person: User) -> str:
    """The organisations for which the person acts today."""
    return ", ".join(str(mandate.organisation) for mandate in person.current_mandates)


class PeopleIndex(OfPeople, ListScreen):
    model = User
    page_title = _("People")
    index_url_name, index_results_url_name = "person_index", "person_results"
    add_url_name = "person_add"
    add_item_label = _("Add a person")
    default_ordering = "full_name"
    search_fields = ["full_name", "email", "mandates__organisation__name"]
    list_export = [
        "full_name",
        "email",
        "language",
        "roles_shown",
        "organisations_shown",
        "date_joined",
        "last_login",
    ]
    export_headings = {"roles_shown": _("roles"), "organisations_shown": _("acts for")}
    export_filename = "people"
    columns = [
        TitleColumn("name", label=_("Name"), accessor=str, get_url=lambda one: reverse("person", args=[one.pk]),
                    sort_key="full_name"),
        Column("email", label=_("E-mail"), sort_key="email"),
        Column("roles", label=_("Roles in the current edition"), accessor=roles_shown),
        Column("organisations", label=_("Acts for"), accessor=organisations_shown),
        Column("last_login", label=_("Last sign-in"), sort_key="last_login"),
    ]  # fmt: skip

    def get_base_queryset(self) -> Any:
        edition = queries.current_edition(self.request)
        roles = RoleAssignment.objects.filter(edition=edition)
        mandates = accounts.mandates_on(timezone.localdate()).select_related("organisation")
        return accounts.people_visible_to(self.request.user).prefetch_related(
            Prefetch("edition_roles", roles, to_attr="current_roles"),
            Prefetch("mandates", mandates, to_attr="current_mandates"),
        )

    def search_queryset(self, queryset: Any) -> Any:
        return super().search_queryset(queryset).distinct() if self.is_searching else queryset

    def to_row_dict(self, item: User) -> dict[str, Any]:
        item.roles_shown, item.organisations_shown = roles_shown(item), organisations_shown(item)
        return super().to_row_dict(item)


class PersonCreate(OfPeople, FormScreen):
    form_class = NewPersonForm
    page_title = _("Add a person")
    submit_label = _("Add the person")

    @cached_property
    def edition(self) -> Any:
        edition = queries.current_edition(self.request)
        return edition if edition and may(self.request.user, "editions.assign_role", edition) else None

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"with_role": self.edition is not None}

    def get_initial(self) -> dict[str, Any]:
        return {"language": "pl"}

    @transaction.atomic
    def save(self, form: forms.Form) -> str:
        typed = dict(form.cleaned_data)
        role = typed.pop("role", "")
        person = account_services.create_person(by=self.request.user, **typed)
        if role:
            services.assign_role(edition=self.edition, user=person, role=role, by=self.request.user)
        return reverse("person", args=[person.pk])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return self.crumbs((reverse("person_index"), _("People")), ("", self.page_title))


class PersonScreen(OfPeople, PageScreen):
    """One person: details, roles, mandates; each form posts to this page with its own `do`."""

    template_name = "editions/panel/person.html"

    @cached_property
    def person(self) -> User:
        return get_object_or_404(accounts.people_visible_to(self.request.user), pk=self.kwargs["pk"])

    @cached_property
    def editions(self) -> Any:
        mine = [one.pk for one in queries.editions_at_work(self.request.user)
                if may(self.request.user, "editions.assign_role", one)]  # fmt: skip
        return queries.visible_to(self.request.user).filter(pk__in=mine)

    def form(self, do: str, mandate: Mandate | None = None) -> forms.Form:
        """The form that does `do`, bound when it is the one that was sent; one of each for every mandate."""
        key = f"{do}-{mandate.pk}" if mandate else do
        if key not in self.made:
            form, kwargs = self.kinds[do]
            sent = self.request.POST.get("do") == do and (
                not mandate or self.request.POST["mandate_id"] == str(mandate.pk)
            )
            self.made[key] = form(self.request.POST if sent else None, prefix=key, **kwargs)
        return self.made[key]

    @cached_property
    def made(self) -> dict[str, forms.Form]:
        return {}

    @cached_property
    def kinds(self) -> dict[str, tuple[type[forms.Form], dict[str, Any]]]:
        person, today = self.person, timezone.localdate()
        people = accounts.people_visible_to(self.request.user).exclude(pk=person.pk)
        return {
            "details": (
                PersonForm,
                {"initial": {"full_name": person.full_name, "language": person.language}},
            ),
            "role": (
                RoleForm,
                {"editions": self.editions, "initial": {"edition": queries.current_edition(self.request)}},
            ),
            "mandate": (MandateForm, {"initial": {"valid_from": today}}),
            "end": (EndMandateForm, {"initial": {"valid_to": today}}),
            "hand_over": (HandOverForm, {"people": people, "initial": {"on": today}}),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        do = request.POST.get("do", "")
        mandate = self.mandate() if "mandate_id" in request.POST else None
        form = self.form(do, mandate) if do in self.kinds else None
        try:
            if form is not None and not form.is_valid():
                return self.render_to_response(self.get_context_data())
            self.act(do, form, mandate)
        except DomainError as error:
            if form is None:
                messages.error(request, str(error))
                return redirect("person", pk=self.person.pk)
            form.add_error(error.field if error.field in form.fields else None, str(error))
            return self.render_to_response(self.get_context_data())
        messages.success(request, gettext_now("Saved."))
        return redirect("person", pk=self.person.pk)

    def act(self, do: str, form: forms.Form | None, mandate: Mandate | None) -> None:
        """Calls the service for the form that was sent."""
        by, person, typed = self.request.user, self.person, form.cleaned_data if form else {}
        if do == "details":
            account_services.change_person(person=person, by=by, **typed)
        elif do == "role":
            services.assign_role(user=person, by=by, **typed)
        elif do == "revoke":
            role = get_object_or_404(RoleAssignment, user=person, pk=self.request.POST.get("assignment"))
            services.revoke_role(edition=role.edition, user=person, role=role.role, by=by)
        elif do == "mandate":
            account_services.give_mandate(user=person, by=by, **typed)
        elif do == "end":
            account_services.end_mandate(mandate=mandate, on=typed["valid_to"], by=by)
        elif do == "hand_over":
            account_services.hand_over_mandate(mandate=mandate, by=by, **typed)

    def mandate(self) -> Mandate:
        visible = accounts.mandates_visible_to(self.request.user)
        return get_object_or_404(visible, user=self.person, pk=self.request.POST.get("mandate_id"))

    def get_page_title(self) -> str:
        return str(self.person)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("person_index"), "label": _("People")},
            {"url": "", "label": str(self.person)},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        roles = RoleAssignment.objects.filter(
            user=self.person, edition__in=queries.visible_to(self.request.user)
        )
        today = timezone.localdate()
        mandates = accounts.mandates_visible_to(self.request.user).filter(user=self.person)
        return super().get_context_data(
            **kwargs,
            person=self.person,
            roles=roles.select_related("edition"),
            mandates=[
                (
                    one,
                    [self.form("end", one), self.form("hand_over", one)]
                    if one.valid_to is None or one.valid_to >= today
                    else [],
                )
                for one in mandates
            ],
            forms={do: self.form(do) for do in ("role", "mandate", "details")},
        )
