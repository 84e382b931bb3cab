"""The method: edited, checked, locked."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ratusz.apps.cities import queries as cities
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.panel.stage import NoteForm, sent
from ratusz.apps.editions.permissions import may, require
from ratusz.apps.ranking import checklist, feasibility, queries, rules, services
from ratusz.apps.ranking.editor import Sketch, StepsForm, act, built, looked_at, proposals
from ratusz.apps.ranking.editor.screen import panels, scheme_cards, tables_of_registry
from ratusz.apps.ranking.forms import MethodFileForm
from ratusz.apps.ranking.models import Method
from ratusz.apps.ranking.views.organiser.stage import stage
from ratusz.engines import composite


@require_POST
@stage.for_organisers
def start_draft(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Begins the next version."""
    services.start_draft(edition=edition, by=request.user)
    return redirect(stage.at(edition, "edit_method"))


def _existing_draft(request: HttpRequest, edition: Edition) -> Method:
    draft = queries.draft_of(request.user, edition)
    if draft is None:
        raise DomainError(_("The edition has no draft of a method."), next_step=_("Start a new version."))
    return draft


@require_http_methods(["GET", "HEAD", "POST"])
@stage.for_organisers
def edit_method(request: HttpRequest, edition: Edition) -> HttpResponse:
    """The editor: the tree beside the steps. Each button of the tree posts the whole; htmx swaps the tree alone."""
    require(request.user, "ranking.change_method", edition)
    draft = _existing_draft(request, edition)
    screen = Screen(request, edition, draft)
    if request.method != "POST":
        return screen.whole()
    command = request.POST.get("act") or "save"
    if command == "save":
        method = built(screen.sketch, screen.form)
        if method is not None and _save(
            request, draft, screen.form, method.to_toml(), seen=request.POST.get("seen")
        ):
            return redirect(stage.at(edition, "check"))
        screen.show_errors = True
        return screen.whole()
    if command == "check":
        return screen.check()
    return screen.act(command)


class Screen:
    """One look at the editor: the sketch and the form as posted, or as the draft has them."""

    def __init__(self, request: HttpRequest, edition: Edition, draft: Method) -> None:
        self.request, self.edition, self.draft = request, edition, draft
        self.registry = {i.code: i for i in cities.indicators_visible_to(request.user)}
        self.show_errors = False
        self.said = ""
        self.offer: proposals.Offer | None = None
        names = (draft.name_pl, draft.name_en)
        self.base_text = draft.toml
        if request.method == "POST":
            self.base_text = request.POST.get("base", draft.toml).replace("\r\n", "\n")
            self.sketch = Sketch.posted(request.POST, self.registry)
        base = self._base()
        if request.method != "POST":
            self.sketch = Sketch.of(base, self.registry)
        self.form = StepsForm(request.POST if request.method == "POST" else None, base=base, names=names)

    def _base(self) -> composite.Method | None:
        for text in (self.base_text, self.draft.toml):
            try:
                return composite.Method.from_toml(text) if text.strip() else None
            except composite.EngineError:
                self.base_text = self.draft.toml
        return None

    def act(self, command: str) -> HttpResponse:
        """Changes the tree, or proposes weights, and says what happened."""
        name, _colon, rest = command.partition(":")
        key, _colon, way = rest.partition(":")
        parent = self.sketch.by_key.get(key)
        if (
            name in ("propose", "adopt")
            and parent is not None
            and parent.is_group
            and self.sketch.children(parent)
        ):
            method, _assumed = looked_at(self.sketch, self.form)
            offer = proposals.offered(self.sketch, parent, method, self.edition, self.request.POST)
            if name == "adopt":
                self.said = proposals.adopted(self.sketch, offer, way)
            else:
                self.offer = offer
                self.said = _("Proposed weights for “%(name)s” stand below the tree.") % {"name": offer.name}
        else:
            self.said = act(self.sketch, command, self.request.POST)
        if not self.request.htmx:
            return self.whole()
        answer = render(self.request, "ranking/admin/editor/tree.html", self.context())
        answer["HX-Trigger"] = "method-changed"
        return answer

    def check(self) -> HttpResponse:
        """The feasibility check of what stands on the screen, saved or not."""
        method, assumed = looked_at(self.sketch, self.form)
        found = feasibility.looked_into(method, self.edition) if method is not None else None
        context = {"found": found, "assumed": assumed, "checked": True}
        if self.request.htmx:
            return render(self.request, "ranking/admin/editor/feasibility.html", context)
        return self.whole(**context)

    def context(self) -> dict[str, Any]:
        """What the tree needs."""
        return {
            "sketch": self.sketch,
            "tree": self.sketch.tree(),
            "groups": [(n.key, self.sketch.name_of(n)) for n in self.sketch.nodes if n.is_group],
            "palette": tables_of_registry(self.edition, self.sketch),
            "schemes": scheme_cards(self.sketch.scheme),
            "offer": self.offer,
            "said": self.said,
            "show_errors": self.show_errors,
            "year": str(self.edition.year),
            "posted": self.request.POST,
            "means": [("", _("as in the whole method")), *self.form.fields["mean"].choices],
            "columns": [
                (c, str(i.name)) for c, i in sorted(self.registry.items(), key=lambda p: str(p[1].name))
            ],
        }

    def whole(self, **more: Any) -> HttpResponse:
        """The whole page."""
        draft = self.draft
        return stage.show(
            self.request, self.edition, "editor/page",
            _("Method, version %(version)s (draft)") % {"version": draft.version},
            draft=draft, form=self.form, base_text=self.base_text, panels=panels(self.form, self.show_errors),
            seen=self.request.POST.get("seen") or draft.changed_at.isoformat(),
            names=queries.city_names(self.edition), **self.context(), **more,
        )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@stage.for_organisers
def edit_file(request: HttpRequest, edition: Edition) -> HttpResponse:
    """The method as a file: upload or type."""
    require(request.user, "ranking.change_method", edition)
    draft = _existing_draft(request, edition)
    initial = {"name_pl": draft.name_pl, "name_en": draft.name_en, "toml": draft.toml}
    form = MethodFileForm(*sent(request, files=True), initial=initial, edition=edition)
    if (
        request.method == "POST"
        and form.is_valid()
        and _save(request, draft, form, form.cleaned_data["toml"])
    ):
        return redirect(stage.at(edition, "check"))
    return stage.show(
        request, edition, "edit_file", _("Method file, version %(version)s (draft)") % {"version": draft.version},
        form=form, draft=draft,
    )  # fmt: skip


def _save(
    request: HttpRequest, draft: Method, form: forms.Form, toml: str, *, seen: str | None = None
) -> bool:
    try:
        services.save_draft(
            method=draft, name_pl=form.cleaned_data["name_pl"], name_en=form.cleaned_data["name_en"], toml=toml,
            seen=None if request.POST.get("overwrite") else seen, by=request.user,
        )  # fmt: skip
    except NotAllowed:
        raise
    except DomainError as error:
        form.changed_meanwhile = error.code == "changed_meanwhile"
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    messages.success(request, _("The draft is saved."))
    return True


@require_safe
@stage.for_organisers
def check(request: HttpRequest, edition: Edition) -> HttpResponse:
    """What the draft (or the locked method) meets in the figures, and what is missing before the lock."""
    method = queries.draft_of(request.user, edition) or queries.locked_method(edition)
    if method is None:
        raise DomainError(_("The edition has no method yet."), next_step=_("Start a new version."))
    is_draft = method.state == Method.State.DRAFT
    items = checklist.items(method, request.user) if is_draft else None
    found = None
    if method.toml:
        found = feasibility.looked_into(rules.read_method(method.toml), edition)
    return stage.show(
        request, edition, "check", _("Check of version %(version)s") % {"version": method.version},
        method=method,
        checklist=items,
        found=found,
        checked=True,
        may_lock=is_draft and all(item.done for item in items or ()),
        may_change=is_draft and may(request.user, "ranking.change_method", edition),
        can_compare=queries.methods_to_compare(request.user, edition).count() > 1,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@stage.for_organisers
def lock(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Asks for the public note and locks."""
    require(request.user, "ranking.lock_method", edition)
    draft = _existing_draft(request, edition)
    found = rules.check_method(draft.toml, edition)
    form = NoteForm(
        *sent(request), required=draft.version > 1,
        help_text=_("What changed since the version before, and why: everybody reads it on the method page.")
        if draft.version > 1 else _("Version 1 needs none."),
    )  # fmt: skip

    def act(**note: str) -> Method:
        return services.lock_method(method=draft, by=request.user, **note)

    version = {"version": draft.version}
    return stage.with_note(
        request, edition, "lock", _("Lock version %(version)s") % version,
        form=form, act=act, done=_("Version %(version)s is locked.") % version, draft=draft, check=found,
    )  # fmt: skip


@require_POST
@stage.for_organisers
def discard_draft(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Deletes the draft."""
    services.discard_draft(method=_existing_draft(request, edition), by=request.user)
    messages.success(request, _("The draft is deleted."))
    return redirect(stage.at(edition, "overview"))
