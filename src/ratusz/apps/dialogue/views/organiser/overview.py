"""The entrance: what the session of an edition consists of, on one screen."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.dialogue import queries, services
from ratusz.apps.dialogue.forms.session import SessionForm
from ratusz.apps.dialogue.queries.overview import parts
from ratusz.apps.dialogue.views.organiser.stage import for_organisers, stage
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.panel.stage import sent
from ratusz.apps.editions.permissions import may

entrance = stage.entrance()


@require_http_methods(["GET", "HEAD", "POST"])
@stage.for_organisers
def overview(request: HttpRequest, edition: Edition) -> HttpResponse:
    """The session on one screen; where there is none yet, a button opens it."""
    if request.method == "POST":
        services.open_session(by=request.user, edition=edition)
        messages.success(request, _("The Dialogue Session is open for work."))
        return redirect(stage.at(edition, "overview"))
    session = queries.session_of(edition)
    return stage.show(
        request, edition, "overview", _("Dialogue Session %(year)s") % {"year": edition.year},
        session=session,
        parts=parts(session) if session else [],
        may_change=may(request.user, "dialogue.change_session", edition),
        other_editions=stage.other_editions(request.user, edition),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def change_session(request: HttpRequest, edition: Edition, session) -> HttpResponse:
    """The form of the session: place, access, and when registration is open."""
    form = SessionForm(*sent(request), instance=session)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_session(by=request.user, session=session, **form.cleaned_data)
        except NotAllowed:
            raise
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect(stage.at(edition, "overview"))
    return stage.show(request, edition, "session", _("Place and registration"), form=form)
