"""The organiser's screens of the study of efficiency, inside Wagtail's panel."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ratusz.apps.cities import queries as cities
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.panel.stage import NoteForm, Stage, sent
from ratusz.apps.editions.permissions import may, require
from ratusz.apps.efficiency import queries, rules, services
from ratusz.apps.efficiency.forms import StudyForm
from ratusz.apps.efficiency.models import Study
from ratusz.apps.efficiency.pictures import choice

stage = Stage("efficiency", gettext_lazy("Efficiency %(year)s"), "resubmit")
entrance = stage.entrance()


def _rights(request: HttpRequest, edition: Edition) -> dict[str, bool]:
    actions = {"change": "change_study", "run": "run", "publish": "publish"}
    return {
        f"may_{name}": may(request.user, f"efficiency.{action}", edition) for name, action in actions.items()
    }


@require_safe
@stage.for_organisers
def overview(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Everything of the edition's study on one screen: the one in work with its check, and what is published."""
    services.mark_stale_runs()
    study = queries.in_work(request.user, edition)
    return stage.show(
        request, edition, "overview", _("Efficiency %(year)s") % {"year": edition.year},
        study=study,
        inputs=_names(study, Study.Kind.INPUT),
        outputs=_names(study, Study.Kind.OUTPUT),
        error=_(study.error) if study and study.error else "",
        check=rules.check_study(study) if study and not study.is_active else None,
        publications=queries.visible_to(request.user)
        .filter(edition=edition, published_at__isnull=False)
        .order_by("-number"),
        other_editions=stage.other_editions(request.user, edition),
        **_rights(request, edition),
    )  # fmt: skip


def _names(study: Study | None, kind: str) -> str:
    """The names of the study's inputs or outputs, in their order."""
    chosen = [c["code"] for c in study.columns if c["kind"] == kind] if study else []
    names = cities.indicators_visible_to(None).filter(code__in=chosen).in_bulk(field_name="code")
    return ", ".join(str(names[code].name) for code in chosen if code in names)


def _study(request: HttpRequest, edition: Edition) -> Study:
    study = queries.in_work(request.user, edition)
    if study is None:
        raise DomainError(_("The edition has no study in work."), next_step=_("Start a new study."))
    return study


# What is asked


@require_POST
@stage.for_organisers
def start(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Begins the next study."""
    services.start_study(edition=edition, by=request.user)
    return redirect(stage.at(edition, "edit"))


@require_http_methods(["GET", "HEAD", "POST"])
@stage.for_organisers
def edit(request: HttpRequest, edition: Edition) -> HttpResponse:
    """The choices of the study."""
    require(request.user, "efficiency.change_study", edition)
    study = _study(request, edition)
    form = StudyForm(*sent(request), study=study)
    if request.method == "POST" and form.is_valid() and _save(request, study, form):
        return redirect(stage.at(edition, "overview"))
    return stage.show(
        request, edition, "edit", _("What the study asks"),
        form=form,
        study=study,
        check=rules.check_study(form.sketch(edition) if form.is_bound else study),
        pictures={value: choice(value) for value in (*Study.Returns.values, *Study.Orientation.values)},
    )  # fmt: skip


def _save(request: HttpRequest, study: Study, form: StudyForm) -> bool:
    data = form.cleaned_data
    try:
        services.save_study(
            study=study, columns=form.columns(), by=request.user,
            **{name: data[name] for name in StudyForm.base_fields},
        )  # fmt: skip
    except NotAllowed:
        raise
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    messages.success(request, _("The study is saved."))
    return True


@require_POST
@stage.for_organisers
def check(request: HttpRequest, edition: Edition) -> HttpResponse:
    """What the choices as typed so far would meet, for htmx; nothing is saved."""
    require(request.user, "efficiency.change_study", edition)
    form = StudyForm(request.POST, study=_study(request, edition))
    form.is_valid()
    context = {"check": rules.check_study(form.sketch(edition)), "year": str(edition.year)}
    return render(request, "efficiency/admin/check.html", context)


@require_POST
@stage.for_organisers
def discard(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Deletes the study in work."""
    services.discard_study(study=_study(request, edition), by=request.user)
    messages.success(request, _("The study is deleted."))
    return redirect(stage.at(edition, "overview"))


# The computation


@require_POST
@stage.for_organisers
def run(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Queues the computation; the overview shows its progress."""
    services.request_run(study=_study(request, edition), by=request.user)
    return redirect(stage.at(edition, "overview"))


@require_safe
@stage.for_organisers
def state(request: HttpRequest, edition: Edition) -> HttpResponse:
    """The progress of the computation, which htmx asks for every second; at the end the whole screen."""
    services.mark_stale_runs()
    study = _study(request, edition)
    if not study.is_active:
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    context = {"study": study, "year": str(edition.year), **_rights(request, edition)}
    return render(request, "efficiency/admin/state.html", context)


@require_POST
@stage.for_organisers
def stop(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Stops the computation."""
    services.stop_run(study=_study(request, edition), by=request.user)
    messages.success(request, _("The computation is stopped."))
    return redirect(stage.at(edition, "overview"))


# Publications


@require_http_methods(["GET", "HEAD", "POST"])
@stage.for_organisers
def publish(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Asks for the public note and publishes."""
    require(request.user, "efficiency.publish", edition)
    study = _study(request, edition)
    if study.state != Study.State.COMPUTED:
        raise DomainError(_("The study has no result to publish."), next_step=_("Compute it first."))
    again = queries.visible_to(request.user).filter(edition=edition, published_at__isnull=False).exists()
    form = NoteForm(
        *sent(request), required=again,
        help_text=_("What was corrected since the publication before, and why: it stands above the study.")
        if again else _("The first publication needs none."),
    )  # fmt: skip

    def act(**note: str) -> Study:
        return services.publish_study(study=study, by=request.user, **note)

    title, done = _("Publish the study"), _("The study is published.")
    return stage.with_note(request, edition, "publish", title, form=form, act=act, done=done, study=study)


@require_http_methods(["GET", "HEAD", "POST"])
@stage.for_organisers
def withdraw(request: HttpRequest, edition: Edition, number: int) -> HttpResponse:
    """Asks for the reason and withdraws."""
    require(request.user, "efficiency.publish", edition)
    study = queries.visible_to(request.user).filter(edition=edition, number=number).first()
    if study is None:
        raise Http404(_("There is no such publication."))
    form = NoteForm(*sent(request), required=True, help_text=_("Why it no longer counts."))

    def act(note_pl: str, note_en: str) -> Study:
        return services.withdraw_study(study=study, reason_pl=note_pl, reason_en=note_en, by=request.user)

    title, done = _("Withdraw the study"), _("The study is withdrawn.")
    return stage.with_note(request, edition, "withdraw", title, form=form, act=act, done=done, study=study)
