"""The pages of those who take part: one statement at a time, one's own votes, one's own statement."""

import math
import uuid
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.open_data import KINDS, table_download
from ratusz.apps.core.ratelimit import too_many, when_to_come_back
from ratusz.apps.debate import keys, log, queries, services
from ratusz.apps.debate.forms import OwnStatementForm
from ratusz.apps.debate.models import Conversation, Statement, Vote
from ratusz.apps.debate.noticing import personal, without
from ratusz.apps.debate.showing import shown
from ratusz.apps.debate.similar import alike
from ratusz.apps.debate.views.who import (
    TooManyError,
    browser_key,
    own_key,
    participant_now,
    remember,
    voter,
    writer,
)
from ratusz.apps.dialogue.detector import Finding
from ratusz.apps.editions.reading import edition_of

HANDFUL = 12  # statements that the phone holds, so that voting goes on without a connection


def of_conversation(view: Callable) -> Callable:
    """Gives the view its conversation; what the person may not see is answered as if it were not there."""

    @wraps(view)
    def found(request: HttpRequest, year: int, slug: str, **kwargs: Any) -> HttpResponse:
        edition = edition_of(request.user, year)
        conversation = get_object_or_404(
            queries.visible_to(request.user, edition, browser_key(request)), slug=slug
        )
        return view(request, conversation, **kwargs)

    return found


@require_safe
def conversations(request: HttpRequest, year: int) -> HttpResponse:
    """The conversations of an edition that the reader may see."""
    edition = edition_of(request.user, year)
    found = list(queries.visible_to(request.user, edition, browser_key(request)))
    return render(request, "debate/conversations.html", {"edition": edition, "conversations": found})


@never_cache
@require_safe
@of_conversation
def conversation(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """One statement to vote on, how many remain, and a statement of one's own."""
    return _page(request, conversation)


@require_POST
@of_conversation
def vote(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """Takes a vote and goes on to the next statement."""
    number = request.POST.get("statement", "")
    statement = (
        queries.statements_open(conversation).filter(number=number if number.isdecimal() else 0).first()
    )
    if statement is None:
        messages.info(request, _("This statement is no longer open; here is another one."))
        return _back(conversation)
    key = own_key(request, request.POST.get("me"))
    try:
        participant = voter(request, conversation, key)
        services.cast_vote(
            participant=participant,
            statement=statement,
            value=_value(request.POST.get("value", "")),
            key=_uuid(request.POST.get("key", "")),
            important="important" in request.POST,
        )
    except TooManyError as error:
        return too_many(request, error.wait)
    except DomainError as error:
        if isinstance(error, NotAllowed) and error.code == "other_audience":
            raise
        messages.error(request, str(error))
        return _back(conversation)
    return remember(request, _back(conversation), key)


@require_POST
@of_conversation
def suggest(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """Shows which statements say nearly the same, and sends the statement when the writer wants it still."""
    form = OwnStatementForm(request.POST)
    if not form.is_valid():
        return _page(request, conversation, form=form)
    text = form.cleaned_data["text"]
    named = personal(text)
    if named and "instead" in request.POST:
        form = OwnStatementForm({"text": without(text, named)})
        return _page(request, conversation, form=form)
    numbers = {one.number: one for one in queries.statements_open(conversation)}
    pairs = ((number, words) for number, one in numbers.items() for words in one.texts)
    near = [numbers[number] for number in alike(text, pairs)]
    if (near or named) and conversation.is_open and "still" not in request.POST:
        return _page(request, conversation, form=form, near=near, named=named)
    try:
        participant = writer(request, conversation)
        services.suggest_statement(participant=participant, text=text, key=_uuid(request.POST.get("key", "")))
    except TooManyError as error:
        form.add_error(
            None, _("Too many statements at once.") + " " + when_to_come_back(math.ceil(error.wait))
        )
        return _page(request, conversation, form=form)
    except DomainError as error:
        if isinstance(error, NotAllowed) and error.code == "other_audience":
            raise
        form.add_error("text" if error.field == "text" else None, str(error))
        return _page(request, conversation, form=form)
    if conversation.moderation == Conversation.Moderation.BEFORE:
        messages.success(request, _("Your statement is sent. It is shown once a moderator accepts it."))
    else:
        messages.success(request, _("Your statement is sent, and others can vote on it now."))
    return _back(conversation)


@require_POST
@of_conversation
def go_on(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """Goes on under the account with what was voted on this device before signing in."""
    try:
        services.go_on_with_account(user=request.user, key=browser_key(request), conversation=conversation)
        messages.success(request, _("You go on with your votes."))
    except DomainError as error:
        if isinstance(error, NotAllowed) and error.code == "other_audience":
            raise
        messages.error(request, str(error))
    return _back(conversation)


@never_cache
@require_safe
@of_conversation
def own(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """How one voted, with a way to change it, and what became of one's statements."""
    participant = participant_now(request, conversation)
    votes = sorted(queries.own_votes(participant).values(), key=lambda one: one.statement.number)
    context = {
        "edition": conversation.edition,
        "conversation": conversation,
        "votes": votes,
        "excluded": participant.exclusion if participant else None,
        "statements": queries.own_statements_sent(participant),
        "may": queries.may_take_part(request.user, conversation, browser_key(request))
        and conversation.is_open,
    }
    return render(request, "debate/own.html", context)


@require_safe
@of_conversation
def results(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """What the votes of a closed conversation say: groups, what unites and divides them, and how sure that is."""
    result = queries.result_of(conversation)
    context = {"edition": conversation.edition, "conversation": conversation, "result": result}
    if result is not None:
        context |= shown(result, conversation) | {
            "has_open_data": queries.has_open_data(result),
            "endings": list(KINDS),
            "recommended": queries.recommended(conversation),
        }
    return render(request, "debate/results.html", context)


@require_safe
@of_conversation
def moderation(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """The rules by which statements are looked through, and what was decided."""
    context = {
        "edition": conversation.edition,
        "conversation": conversation,
        "decided": queries.moderation_log(conversation),
        "exclusions": queries.exclusion_log(conversation),
    }
    return render(request, "debate/moderation.html", context)


@require_safe
@of_conversation
def moderation_table(request: HttpRequest, conversation: Conversation, ending: str) -> HttpResponse:
    """The log of moderation to download."""
    if ending not in KINDS:
        raise Http404
    return table_download(
        request, ending, name=f"{conversation.slug}-{_('moderation')}", title=_("Log of moderation"),
        fields=log.fields(), records=log.records(conversation), rows="decisions",
        about={"conversation": conversation.question, "year": conversation.edition.year},
    )  # fmt: skip


def _page(
    request: HttpRequest,
    conversation: Conversation,
    *,
    form: OwnStatementForm | None = None,
    near: Sequence[Statement] = (),
    named: Sequence[Finding] = (),
) -> HttpResponse:
    participant = participant_now(request, conversation)
    votes = queries.own_votes(participant)
    still = queries.statements_open(conversation).exclude(pk__in=votes).count()
    asked = request.GET.get("statement", "")
    shown = None
    if asked.isdecimal() and len(asked) < 9:
        shown = queries.statements_open(conversation).filter(number=asked).first()
    may_vote = (
        queries.may_take_part(request.user, conversation, browser_key(request)) and conversation.is_open
    )
    earlier = queries.earlier_participant(request.user, browser_key(request), conversation)
    following = queries.statements_for(conversation, participant, HANDFUL if may_vote else 1)
    shown = shown or next(iter(following), None)
    context = {
        "edition": conversation.edition,
        "conversation": conversation,
        "statement": shown,
        "standing": votes.get(shown.pk) if shown else None,
        "choices": Vote.Value.choices,
        "voted": len(votes),
        "remaining": still,
        "may": may_vote or queries.may_take_part(request.user, conversation, browser_key(request)),
        "following": [as_kept(one) for one in following if shown is None or one.pk != shown.pk],
        "me": keys.new_key(),
        "earlier": len(queries.own_votes(earlier)) if earlier else 0,
        "has_votes": participant is not None,
        "excluded": participant.exclusion if participant else None,
        "may_write": len(votes) >= conversation.votes_first,
        "votes_needed": max(conversation.votes_first - len(votes), 0),
        "form": form or OwnStatementForm(),
        "near": near,
        "named": named,
        "offered": without(form.cleaned_data["text"], list(named)) if form and named else "",
        "unsent": form.data.get("text", "") if form and not may_vote else "",
        "key": uuid.uuid4(),
        "own_key": request.POST.get("key") or uuid.uuid4(),
    }
    return render(request, "debate/conversation.html", context, status=422 if form and form.errors else 200)


def as_kept(statement: Statement) -> dict[str, Any]:
    """A statement as the phone keeps it."""
    return {"number": statement.number, "text": statement.text, "language": statement.language}


def _back(conversation: Conversation) -> HttpResponse:
    return redirect("debate:conversation", conversation.edition.year, conversation.slug)


def _value(text: str) -> int:
    return int(text) if text in {"1", "0", "-1"} else 9


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None
