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

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.debate import queries, services
from ratusz.apps.debate.forms import ConversationForm, RejectForm, SeedForm, WordingForm
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
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@of_conversation
def statement(
    request: HttpRequest, edition: Edition, conversation: Conversation, number: int
) -> HttpResponse:
    """One statement: accept, reject with a public reason, merge, mend or translate."""
    found = queries.statements_to_moderate(request.user, conversation)
    one = get_object_or_404(found, number=number)
    asked = request.POST.get("do", "") if request.method == "POST" else ""
    # The state that the moderator saw: another moderator may have been faster.
    seen = request.POST.get("seen", "")
    if seen in Statement.State.values:
        one.state = seen
    words = WordingForm(
        request.POST if asked == "word" else None, initial={"text_pl": one.text_pl, "text_en": one.text_en}
    )
    reason = RejectForm(request.POST if asked == "reject" else None)
    form = {"word": words, "reject": reason}.get(asked)
    try:
        if asked and (form is None or form.is_valid()):
            _act(request, one, asked, form, found)
            messages.success(request, _("Saved."))
            return redirect(stage.at(edition, "statements", conversation.pk))
    except NotAllowed:
        raise
    except DomainError as error:
        if form is not None and error.code != "decided":
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.error(request, str(error))
    one = found.get(number=number)
    others = found.filter(state=Statement.State.ACCEPTED).exclude(pk=one.pk)
    return stage.show(
        request, edition, "statement", _("Statement %(number)s") % {"number": one.number},
        conversation=conversation, statement=one, words=words, reason=reason, others=others,
    )  # fmt: skip


def _act(request: HttpRequest, one: Statement, asked: str, form: Any, found: Any) -> None:
    by = request.user
    if asked == "accept":
        services.accept_statement(by=by, statement=one)
    elif asked == "reject":
        services.reject_statement(by=by, statement=one, **form.cleaned_data)
    elif asked == "word":
        services.word_statement(by=by, statement=one, **form.cleaned_data)
    elif asked == "merge":
        number = request.POST.get("into", "")
        into = found.filter(number=number if number.isdecimal() and len(number) < 9 else 0).first()
        if into is None:
            raise DomainError(_("There is no such statement."), next_step=_("Choose one from the list."))
        services.merge_statement(by=by, statement=one, into=into)
