"""The moderator's queue: one statement after the other, by mouse or by keys."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.debate import queries, services
from ratusz.apps.debate.forms import RejectForm, WordingForm
from ratusz.apps.debate.models import Conversation, Statement
from ratusz.apps.debate.noticing import personal
from ratusz.apps.debate.similar import alike
from ratusz.apps.debate.views.organiser import of_conversation, stage
from ratusz.apps.editions.models import Edition


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@of_conversation
def statement(
    request: HttpRequest, edition: Edition, conversation: Conversation, number: int
) -> HttpResponse:
    """One statement: accept, reject with a public reason, merge, mend or translate; then comes the next one."""
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
            done = _act(request, one, asked, form, found)
            messages.success(
                request,
                _("Statement %(number)s: %(state)s.") % {"number": number, "state": done.get_state_display()},
            )
            return redirect(_after(request, edition, conversation, one, asked))
    except NotAllowed:
        raise
    except DomainError as error:
        if error.code == "decided":
            messages.info(request, str(error))
        elif form is not None:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.error(request, str(error))
    one = found.get(number=number)
    others = {
        other.number: other for other in found.filter(state=Statement.State.ACCEPTED).exclude(pk=one.pk)
    }
    near = alike(one.texts[0], ((other.number, text) for other in others.values() for text in other.texts))
    waiting = queries.waiting_numbers(request.user, conversation)
    return stage.show(
        request, edition, "statement", _("Statement %(number)s") % {"number": one.number},
        conversation=conversation, statement=one, words=words, reason=reason,
        near=[others.pop(number) for number in near], others=list(others.values()),
        personal=personal(one.text),
        waiting=len(waiting), following=_neighbour(waiting, number), previous=_neighbour(waiting, number, -1),
    )  # fmt: skip


def _after(
    request: HttpRequest, edition: Edition, conversation: Conversation, one: Statement, asked: str
) -> str:
    """Where a moderator goes on: to the next that waits; a changed wording keeps its page, an old case its list."""
    if asked == "word":
        return stage.at(edition, "statement", conversation.pk, one.number)
    following = _neighbour(queries.waiting_numbers(request.user, conversation), one.number)
    if one.state == Statement.State.PENDING and following is not None:
        return stage.at(edition, "statement", conversation.pk, following)
    return stage.at(edition, "statements", conversation.pk)


def _neighbour(waiting: list[int], number: int, step: int = 1) -> int | None:
    """The next waiting number, or the one before; round the end to the beginning. None where no other waits."""
    others = sorted((one for one in waiting if one != number), key=lambda one: step * one)
    beyond = [one for one in others if step * one > step * number]
    return next(iter(beyond or others), None)


def _act(request: HttpRequest, one: Statement, asked: str, form: Any, found: Any) -> Statement:
    by = request.user
    match asked:
        case "accept":
            return services.accept_statement(by=by, statement=one)
        case "reject":
            return services.reject_statement(by=by, statement=one, **form.cleaned_data)
        case "word":
            return services.word_statement(by=by, statement=one, **form.cleaned_data)
        case "merge":
            number = request.POST.get("into", "")
            into = found.filter(number=number if number.isdecimal() and len(number) < 9 else 0).first()
            if into is not None:
                return services.merge_statement(by=by, statement=one, into=into)
            raise DomainError(_("There is no such statement."), next_step=_("Choose one from the list."))
    raise DomainError(_("Nothing was decided."), next_step=_("Choose one of the buttons."))
