"""The debate in the organiser's panel: conversations, their statements, and the moderator's queue."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ratusz.apps.debate import queries, services
from ratusz.apps.debate.forms import ConversationForm, SeedForm
from ratusz.apps.debate.models import Conversation, Statement
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.panel.acts import written
from ratusz.apps.editions.panel.stage import Stage, sent
from ratusz.apps.editions.permissions import may

stage = Stage("debate", gettext_lazy("Debate %(year)s"), "comment")
entrance = stage.entrance()


def of_conversation(view: Callable) -> Callable:
    """Gives the view its edition and the conversation as the organiser may see it."""

    @wraps(view)
    @stage.for_organisers
    def found(request: HttpRequest, edition: Edition, pk: int, **kwargs: Any) -> HttpResponse:
        conversation = get_object_or_404(queries.visible_to(request.user, edition), pk=pk)
        return view(request, edition, conversation, **kwargs)

    return found


@require_safe
@stage.for_organisers
def overview(request: HttpRequest, edition: Edition) -> HttpResponse:
    """All conversations of the edition with what waits in each."""
    rows = [
        {
            "conversation": one,
            "people": one.participants.filter(exclusion=None).count(),
            "waiting": one.statements.filter(state=Statement.State.PENDING).count(),
            "picture": picture,
            "late": one.is_open and queries.is_late(one, picture),
        }
        for one in queries.visible_to(request.user, edition)
        for picture in [queries.picture_of(one)]
    ]
    return stage.show(
        request, edition, "overview", stage.title % {"year": edition.year},
        rows=rows,
        may_change=may(request.user, services.CHANGE, edition),
        other_editions=stage.other_editions(request.user, edition),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@stage.for_organisers
def new(request: HttpRequest, edition: Edition) -> HttpResponse:
    """The form of a new conversation."""
    return _form(request, edition, None)


@require_http_methods(["GET", "HEAD", "POST"])
@of_conversation
def change(request: HttpRequest, edition: Edition, conversation: Conversation) -> HttpResponse:
    """The form of a conversation."""
    return _form(request, edition, conversation)


def _form(request: HttpRequest, edition: Edition, conversation: Conversation | None) -> HttpResponse:
    circles = queries.circles_open_to(request.user, edition)
    form = ConversationForm(*sent(request), instance=conversation, circles=circles)

    def save() -> None:
        nonlocal conversation
        conversation = services.save_conversation(
            by=request.user, edition=edition, conversation=conversation, **form.cleaned_data
        )

    if written(form, save):
        messages.success(request, _("Saved."))
        return redirect(stage.at(edition, "statements", conversation.pk))
    title = _("Conversation") if conversation else _("New conversation")
    return stage.show(request, edition, "form", title, form=form, conversation=conversation)


@require_POST
@of_conversation
def close(request: HttpRequest, edition: Edition, conversation: Conversation) -> HttpResponse:
    """Ends the voting now."""
    services.close_conversation(by=request.user, conversation=conversation)
    messages.success(request, _("The conversation is closed."))
    return redirect(stage.at(edition, "statements", conversation.pk))


@require_http_methods(["GET", "HEAD", "POST"])
@of_conversation
def statements(request: HttpRequest, edition: Edition, conversation: Conversation) -> HttpResponse:
    """All statements with what waits first, and a form for one of the organiser's own."""
    form = SeedForm(*sent(request))

    def add() -> None:
        services.seed_statement(by=request.user, conversation=conversation, **form.cleaned_data)

    if written(form, add):
        messages.success(request, _("The statement is added."))
        return redirect(stage.at(edition, "statements", conversation.pk))
    found = list(queries.statements_to_moderate(request.user, conversation))
    return stage.show(
        request, edition, "statements", str(conversation),
        conversation=conversation,
        form=form,
        waiting=[one for one in found if one.state == Statement.State.PENDING],
        others=[one for one in found if one.state != Statement.State.PENDING],
        may_moderate=may(request.user, services.MODERATE, edition),
        has_result=queries.result_of(conversation) is not None,
    )  # fmt: skip
