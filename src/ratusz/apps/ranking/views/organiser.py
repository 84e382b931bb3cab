"""The organiser's screens of the ranking, inside Wagtail's panel: method, runs, results."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.editions import queries as editions
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import may, require
from ratusz.apps.ranking import queries, rules, services
from ratusz.apps.ranking.forms import MethodFileForm, MethodForm, NoteForm, form_data
from ratusz.apps.ranking.models import Method, Ranking, Run

RUNS_SHOWN = 20


def at(edition: Edition, name: str, *args: Any) -> str:
    """The address of an organiser's screen in the edition."""
    return reverse(f"ranking_admin:{name}", args=[edition.year, *args])


def for_organisers(view: Callable) -> Callable:
    """Gives the view its edition; who may not see unpublished results may not see these screens."""

    @wraps(view)
    def guarded(request: HttpRequest, year: int, **kwargs: Any) -> HttpResponse:
        edition = editions.visible_to(request.user).filter(year=year).order_by("-is_current", "pk").first()
        if edition is None:
            raise Http404(_("There is no edition %(year)s.") % {"year": year})
        require(request.user, "ranking.view_unpublished", edition)
        try:
            return view(request, edition, **kwargs)
        except NotAllowed:
            raise
        except DomainError as error:
            messages.error(request, str(error))
            return redirect(at(edition, "overview"))

    return guarded


def show(request: HttpRequest, edition: Edition, template: str, title: str, **context: Any) -> HttpResponse:
    """The screen in Wagtail's shell, with the way back."""
    crumbs = [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": at(edition, "overview"), "label": _("Ranking %(year)s") % {"year": edition.year}},
    ]
    if template != "overview":
        crumbs.append({"url": "", "label": title})
    context |= {
        "edition": edition,
        "year": str(edition.year),
        "header_title": title,
        "page_title": title,
        "header_icon": "order",
        "breadcrumbs_items": crumbs,
    }
    return render(request, f"ranking/admin/{template}.html", context)


@require_safe
def entrance(request: HttpRequest) -> HttpResponse:
    """Leads to the ranking of the current edition, or to the newest edition in which the person may work."""
    current = editions.current_edition(request)
    found = [current] if current else []
    found += list(editions.visible_to(request.user).order_by("-year"))
    for edition in found:
        if may(request.user, "ranking.view_unpublished", edition):
            return redirect(at(edition, "overview"))
    raise NotAllowed


@require_safe
@for_organisers
def overview(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Everything of the edition's ranking on one screen: versions, runs, results."""
    services.mark_stale_runs()
    draft = queries.draft_of(request.user, edition)
    locked = queries.locked_method(edition)
    actions = {"change": "change_method", "lock": "lock_method", "run": "run", "publish": "publish"}
    rights = {
        f"may_{name}": may(request.user, f"ranking.{action}", edition) for name, action in actions.items()
    }
    runs = list(
        queries.runs_visible_to(request.user).filter(edition=edition).select_related("ranking").defer(
            "ranking__bundle", "ranking__pairs", "ranking__summary"
        )[:RUNS_SHOWN]
    )  # fmt: skip
    return show(
        request, edition, "overview", _("Ranking %(year)s") % {"year": edition.year},
        draft=draft,
        locked=locked,
        methods=queries.methods_visible_to(request.user).filter(edition=edition).order_by("-version"),
        runs=runs,
        active=next((run for run in runs if run.is_active), None),
        results=queries.result_to_look_at(request.user, edition),
        publications=queries.visible_to(request.user)
        .filter(edition=edition, published_at__isnull=False)
        .order_by("-number"),
        other_editions=[
            e
            for e in editions.visible_to(request.user).exclude(pk=edition.pk).order_by("-year")
            if may(request.user, "ranking.view_unpublished", e)
        ],
        **rights,
    )  # fmt: skip


def _sent(request: HttpRequest, *, files: bool = False) -> tuple:
    """What was posted, also where every field was left empty; nothing for a first look at the form."""
    if request.method != "POST":
        return (None, None) if files else (None,)
    return (request.POST, request.FILES) if files else (request.POST,)


# The method


@require_POST
@for_organisers
def start_draft(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Begins the next version."""
    services.start_draft(edition=edition, by=request.user)
    return redirect(at(edition, "edit_method"))


def _existing_draft(request: HttpRequest, edition: Edition) -> Method:
    draft = queries.draft_of(request.user, edition)
    if draft is None:
        raise DomainError(_("The edition has no draft of a method."), next_step=_("Start a new version."))
    return draft


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def edit_method(request: HttpRequest, edition: Edition) -> HttpResponse:
    """The method as a form; a file that says more than the form can is edited as a file."""
    require(request.user, "ranking.change_method", edition)
    draft = _existing_draft(request, edition)
    initial = form_data(draft)
    if initial is None and request.method != "POST":
        messages.info(request, _("This method says more than the form can show: edit it as a file."))
        return redirect(at(edition, "edit_file"))
    form = MethodForm(*_sent(request), initial=initial, edition=edition)
    if request.method == "POST" and form.is_valid() and _save(request, draft, form, form.method.to_toml()):
        return redirect(at(edition, "check"))
    return show(
        request, edition, "edit_method", _("Method, version %(version)s (draft)") % {"version": draft.version},
        form=form, draft=draft,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def edit_file(request: HttpRequest, edition: Edition) -> HttpResponse:
    """The method as a file: upload or type."""
    require(request.user, "ranking.change_method", edition)
    draft = _existing_draft(request, edition)
    initial = {"name_pl": draft.name_pl, "name_en": draft.name_en, "toml": draft.toml}
    form = MethodFileForm(*_sent(request, files=True), initial=initial, edition=edition)
    if (
        request.method == "POST"
        and form.is_valid()
        and _save(request, draft, form, form.cleaned_data["toml"])
    ):
        return redirect(at(edition, "check"))
    return show(
        request, edition, "edit_file", _("Method file, version %(version)s (draft)") % {"version": draft.version},
        form=form, draft=draft,
    )  # fmt: skip


def _save(request: HttpRequest, draft: Method, form: forms.Form, toml: str) -> bool:
    try:
        services.save_draft(
            method=draft, name_pl=form.cleaned_data["name_pl"], name_en=form.cleaned_data["name_en"], toml=toml,
            by=request.user,
        )  # fmt: skip
    except NotAllowed:
        raise
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    messages.success(request, _("The draft is saved."))
    return True


@require_safe
@for_organisers
def check(request: HttpRequest, edition: Edition) -> HttpResponse:
    """What the draft (or the locked method) would meet: problems, coverage, cities left out."""
    method = queries.draft_of(request.user, edition) or queries.locked_method(edition)
    if method is None:
        raise DomainError(_("The edition has no method yet."), next_step=_("Start a new version."))
    return show(
        request, edition, "check", _("Check of version %(version)s") % {"version": method.version},
        method=method,
        check=rules.check_method(method.toml, edition),
        may_lock=method.state == Method.State.DRAFT and may(request.user, "ranking.lock_method", edition),
        may_change=method.state == Method.State.DRAFT and may(request.user, "ranking.change_method", edition),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def lock(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Asks for the public note and locks."""
    require(request.user, "ranking.lock_method", edition)
    draft = _existing_draft(request, edition)
    found = rules.check_method(draft.toml, edition)
    form = NoteForm(
        *_sent(request), required=draft.version > 1,
        help_text=_("What changed since the version before, and why: everybody reads it on the method page.")
        if draft.version > 1 else _("Version 1 needs none."),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            services.lock_method(method=draft, **form.cleaned_data, by=request.user)
        except NotAllowed:
            raise
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Version %(version)s is locked.") % {"version": draft.version})
            return redirect(at(edition, "overview"))
    return show(
        request, edition, "lock", _("Lock version %(version)s") % {"version": draft.version},
        form=form, draft=draft, check=found,
    )  # fmt: skip


@require_POST
@for_organisers
def discard_draft(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Deletes the draft."""
    services.discard_draft(method=_existing_draft(request, edition), by=request.user)
    messages.success(request, _("The draft is deleted."))
    return redirect(at(edition, "overview"))


# Runs


@require_POST
@for_organisers
def request_run(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Queues a run of the locked method and leads to its progress."""
    locked = queries.locked_method(edition)
    if locked is None:
        raise DomainError(_("The edition has no locked method."), next_step=_("Lock the method first."))
    started = services.request_run(method=locked, by=request.user)
    return redirect(at(edition, "run", started.pk))


def _run(request: HttpRequest, edition: Edition, pk: int) -> Run:
    found = queries.runs_visible_to(request.user).filter(edition=edition, pk=pk).first()
    if found is None:
        raise Http404(_("There is no such run."))
    return found


@require_safe
@for_organisers
def run(request: HttpRequest, edition: Edition, pk: int) -> HttpResponse:
    """The progress of a run; htmx asks for the state alone every second."""
    services.mark_stale_runs()
    found = _run(request, edition, pk)
    ranking = queries.visible_to(request.user).filter(run=found).first()
    context = {
        "run": found,
        "ranking": ranking,
        "error": _(found.error) if found.error else "",
        "may_run": may(request.user, "ranking.run", edition),
        "may_publish": may(request.user, "ranking.publish", edition),
    }
    if request.htmx:
        return render(request, "ranking/admin/run_state.html", context | {"year": str(edition.year)})
    return show(request, edition, "run", _("Run no. %(pk)s") % {"pk": found.pk}, **context)


@require_POST
@for_organisers
def stop_run(request: HttpRequest, edition: Edition, pk: int) -> HttpResponse:
    """Stops a run."""
    services.stop_run(run=_run(request, edition, pk), by=request.user)
    messages.success(request, _("The run is stopped."))
    return redirect(at(edition, "run", pk))


# Results


def _result(request: HttpRequest, edition: Edition, pk: int) -> Ranking:
    found = queries.visible_to(request.user).filter(edition=edition, pk=pk).first()
    if found is None:
        raise Http404(_("There is no such result."))
    return found


def _with_note(
    request: HttpRequest, edition: Edition, template: str, title: str, form: NoteForm, act: Callable[..., Ranking],
    done: str, ranking: Ranking,
) -> HttpResponse:  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            act(**form.cleaned_data)
        except NotAllowed:
            raise
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, done)
            return redirect(at(edition, "overview"))
    return show(request, edition, template, title, form=form, ranking=ranking)


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def publish(request: HttpRequest, edition: Edition, pk: int) -> HttpResponse:
    """Asks for the public note and publishes."""
    require(request.user, "ranking.publish", edition)
    ranking = _result(request, edition, pk)
    again = queries.visible_to(request.user).filter(edition=edition, published_at__isnull=False).exists()
    form = NoteForm(
        *_sent(request), required=again,
        help_text=_("What was corrected since the publication before, and why: it stands above the ranking.")
        if again else _("The first publication needs none."),
    )  # fmt: skip

    def act(**note: str) -> Ranking:
        return services.publish_ranking(ranking=ranking, by=request.user, **note)

    return _with_note(
        request,
        edition,
        "publish",
        _("Publish the ranking"),
        form,
        act,
        _("The ranking is published."),
        ranking,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def withdraw(request: HttpRequest, edition: Edition, pk: int) -> HttpResponse:
    """Asks for the reason and withdraws."""
    require(request.user, "ranking.publish", edition)
    ranking = _result(request, edition, pk)
    form = NoteForm(*_sent(request), required=True, help_text=_("Why it no longer counts."))

    def act(note_pl: str, note_en: str) -> Ranking:
        return services.withdraw_ranking(
            ranking=ranking, reason_pl=note_pl, reason_en=note_en, by=request.user
        )

    return _with_note(
        request,
        edition,
        "withdraw",
        _("Withdraw the ranking"),
        form,
        act,
        _("The ranking is withdrawn."),
        ranking,
    )


@require_POST
@for_organisers
def discard_result(request: HttpRequest, edition: Edition, pk: int) -> HttpResponse:
    """Deletes a result that was not published."""
    services.discard_result(ranking=_result(request, edition, pk), by=request.user)
    messages.success(request, _("The result is deleted."))
    return redirect(at(edition, "overview"))
