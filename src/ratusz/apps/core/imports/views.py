"""The screens of an import inside the organiser's panel: list, upload, one page per batch."""

import csv
from typing import Any

from django.contrib import messages as toasts
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView, View
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.imports import queries, services, targets, tasks
from ratusz.apps.core.imports.forms import PreviewForm, UploadForm
from ratusz.apps.core.imports.messages import words
from ratusz.apps.core.models import ImportBatch
from ratusz.apps.core.open_data import guarded

State = ImportBatch.State


class Echo:
    """A file that gives back what is written to it."""

    def write(self, value: str) -> str:
        return value


def kinds_to_see(request: HttpRequest) -> list[targets.Target]:
    """The kinds of import that the person may look at now."""
    return [kind for kind in targets.known() if kind.may_see(request.user, _key(kind.edition_now(request)))]


def kinds_to_make(request: HttpRequest) -> list[targets.Target]:
    """The kinds of import that the person may make now."""
    return [kind for kind in targets.known() if kind.may(request.user, _key(kind.edition_now(request)))]


def _key(edition: Any) -> int | None:
    return None if edition is None else edition.pk


class Seen:
    """Lets in those who may see a kind of import."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not kinds_to_see(request):
            raise NotAllowed(next_step=_("Ask the organiser of the edition for the role that you need."))
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def batch(self) -> ImportBatch:
        batches = queries.visible_to(self.request.user)  # type: ignore[attr-defined]
        return get_object_or_404(batches, pk=self.kwargs["pk"])  # type: ignore[attr-defined]


class ImportIndex(Seen, IndexView):
    """All imports, newest first."""

    model = ImportBatch
    page_title = _("Imports")
    header_icon = "upload"
    index_url_name, index_results_url_name = "imports", "imports_results"
    add_url_name = "import_upload"
    add_item_label = _("Import a file")
    any_permission_required = None
    search_backend_name = None
    search_fields = ["file_name"]
    list_filter = ["state"]
    paginate_by = 50
    default_ordering = "-id"
    list_export = [
        "id",
        "file_name",
        "target",
        "get_state_display",
        "by",
        "created_at",
        "applied_at",
        "undone_at",
    ]
    export_filename = "imports"
    columns = [
        TitleColumn(
            "file_name",
            label=_("File"),
            sort_key="file_name",
            get_url=lambda b: reverse("import_batch", args=[b.pk]),
        ),
        Column("state", label=_("State"), accessor="get_state_display", sort_key="state"),
        Column("by", label=_("Who")),
        DateColumn("created_at", label=_("Uploaded"), sort_key="created_at"),
        DateColumn("applied_at", label=_("Imported"), sort_key="applied_at"),
    ]

    def get_base_queryset(self) -> Any:
        return queries.visible_to(self.request.user).defer("report", "mapping", "decisions")


class ImportUpload(Seen, WagtailAdminTemplateMixin, FormView):
    """Takes a file and goes to its preview; a refused file says what it is."""

    template_name = "core/imports/upload.html"
    page_title = _("Import a file")
    header_icon = "upload"
    form_class = UploadForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "kinds": kinds_to_make(self.request)}

    def get_initial(self) -> dict[str, Any]:
        return {"target": self.request.GET["target"]} if "target" in self.request.GET else {}

    def form_valid(self, form: UploadForm) -> HttpResponse:
        kind, file = targets.target(form.cleaned_data["target"]), form.cleaned_data["file"]
        try:
            batch = services.upload(
                by=self.request.user, target=kind.key, file_name=file.name, data=file.read(),
                edition=kind.edition_now(self.request),
            )  # fmt: skip
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            return self.form_invalid(form)
        return redirect("import_batch", pk=batch.pk)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("imports"), "label": _("Imports")},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kinds = kinds_to_see(self.request)
        reason = ""
        if not kinds_to_make(self.request):
            try:
                kinds[0].require(self.request.user, _key(kinds[0].edition_now(self.request)))
            except DomainError as error:
                reason = str(error)
        return super().get_context_data(**kwargs) | {"closed": reason}


class ImportBatchPage(Seen, WagtailAdminTemplateMixin, TemplateView):
    """One import: its preview, then its progress, then its result."""

    template_name = "core/imports/batch.html"
    header_icon = "upload"
    form: PreviewForm | None = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.batch()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = batch = self.batch()
        action = request.POST.get("do", "")
        try:
            if action in {"check", "confirm"}:
                return self._preview(batch, action)
            if action == "discard":
                services.discard(by=request.user, batch=batch)
            elif action == "undo":
                services.undo(by=request.user, batch=batch)
                toasts.success(request, _("The import is undone: every figure is as it was before."))
            elif action == "reopen":
                services.reopen(by=request.user, batch=batch)
            elif action == "restart":
                services.restart(by=request.user, batch=batch, start=tasks.start)
        except DomainError as error:
            toasts.error(request, str(error))
        return redirect("import_batch", pk=batch.pk)

    def _preview(self, batch: ImportBatch, action: str) -> HttpResponse:
        """Keeps what was chosen; confirms only what the person has seen."""
        form = PreviewForm(self.request.POST, batch=batch)
        if not form.is_valid():
            self.form = form
            toasts.error(
                self.request, _("A field below is not right. Nothing was saved; what you chose is kept.")
            )
            return self.render_to_response(self.get_context_data())
        mapping, decisions = form.mapping(), form.decisions()
        seen = int(self.request.POST.get("revision") or 0)
        if seen == batch.revision and (
            _choices(mapping) != _choices(batch.mapping) or decisions != batch.decisions
        ):
            changed = _choices(mapping) != _choices(batch.mapping)
            batch = services.revise(by=self.request.user, batch=batch, mapping=mapping, decisions=decisions)
            seen = batch.revision
            if changed and action == "confirm":
                toasts.warning(
                    self.request, _("You changed the columns: look at the new preview, then confirm.")
                )
                action = "check"
        if action == "confirm":
            services.confirm(by=self.request.user, batch=batch, revision=seen, start=tasks.start)
        return redirect("import_batch", pk=batch.pk)

    def get_page_title(self) -> str:
        return self.object.file_name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("imports"), "label": _("Imports")},
            {"url": "", "label": self.object.file_name},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        batch, report = self.object, self.object.report
        kind = targets.target(batch.target)
        context = super().get_context_data(**kwargs)
        preview = batch.state == State.PREVIEW
        waiting = batch.state in {State.QUEUED, State.RUNNING}
        context |= {
            "batch": batch,
            "kind": kind,
            "counts": report["counts"],
            "notes": [words(code, data) for code, data in report["notes"]],
            "problems": [words(code, data) for code, data in report["problems"]],
            "findings": _findings(report),
            "may_change": kind.may(self.request.user, batch.edition_id),
            "form": self.form or (PreviewForm(batch=batch) if preview else None),
            "waiting": waiting,
            "interrupted": batch.state == State.RUNNING and not services.is_being_saved(batch),
        }
        return context


class ImportProgress(Seen, View):
    """The progress of a batch as a fragment; tells the page to load anew when it is over."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch = self.batch()
        waiting = batch.state in {State.QUEUED, State.RUNNING}
        interrupted = batch.state == State.RUNNING and not services.is_being_saved(batch)
        response = render(request, "core/imports/progress.html", {"batch": batch, "waiting": waiting})
        if not waiting or interrupted:
            response.headers["HX-Refresh"] = "true"
        return response


class RejectedRows(Seen, View):
    """The rows that are not imported, with the reason for each, as a file to correct and upload again."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch = self.batch()
        writer = csv.writer(Echo(), delimiter=";")
        rows = (writer.writerow([_harmless(cell) for cell in row]) for row in queries.rejected_rows(batch))
        name = batch.file_name.rpartition(".")[0] or batch.file_name
        response = StreamingHttpResponse(_with_mark(rows), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}-rejected.csv")
        return response


class SourceFile(Seen, View):
    """The uploaded file as it came."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch = self.batch()
        response = HttpResponse(bytes(batch.content.data), content_type="application/octet-stream")
        response.headers["Content-Disposition"] = content_disposition_header(True, batch.file_name)
        return response


def _with_mark(rows: Any) -> Any:
    yield "\ufeff"
    yield from rows


def _harmless(cell: str) -> str:
    """The cell as plain text to a spreadsheet; a negative number, or a lone sign, stays as it is."""
    number = cell.lstrip("+-").replace(",", ".").replace(".", "", 1).isdigit()
    return cell if number or len(cell) < 2 else guarded(cell)


def _choices(mapping: dict) -> tuple:
    """What a person can choose in a mapping, without the confidence of the guess."""
    return [(c["role"], c.get("year")) for c in mapping["columns"]], mapping["series"], mapping["options"]


def _findings(report: dict) -> list[dict[str, Any]]:
    """The row-level report, the gravest first; what many rows share is one line with their number."""
    found, told = [], set()
    for message in report["messages"]:
        key = (message["severity"], message["code"])
        times = report["times"][f"{message['severity']}:{message['code']}"]
        many = message["severity"] == targets.NOTE and times > 3
        if many and key in told:
            continue
        told.add(key)
        found.append(
            {**message, "text": words(message["code"], message["data"]), "times": times if many else 1}
        )
    return found
