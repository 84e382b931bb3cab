"""Signs of manipulation in the organiser's panel, and exclusions, whose effect is shown before they are done."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.debate import queries, services
from ratusz.apps.debate.effects import Effect, effect_of_excluding, effect_of_undoing
from ratusz.apps.debate.forms import ExclusionForm, PeopleForm
from ratusz.apps.debate.models import Conversation
from ratusz.apps.debate.results import FEWEST
from ratusz.apps.debate.signs import Sign
from ratusz.apps.debate.views.organiser import of_conversation, stage
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.panel.acts import written
from ratusz.apps.editions.permissions import require

SHARES = 12  # statements in the table of the effect


@never_cache
@require_safe
@of_conversation
def signs(request: HttpRequest, edition: Edition, conversation: Conversation) -> HttpResponse:
    """Why whom to look at, and what was excluded."""
    require(request.user, services.MODERATE, edition)
    found = queries.signs_to_moderate(request.user, conversation)
    return _signs(request, edition, conversation, found, PeopleForm())


def _signs(
    request: HttpRequest, edition: Edition, conversation: Conversation, found: list[Sign], form: PeopleForm
) -> HttpResponse:
    return stage.show(
        request, edition, "signs", _("Signs of manipulation"),
        conversation=conversation,
        signs=[_told(one) for one in found],
        exclusions=queries.exclusions_to_moderate(request.user, conversation),
        has_result=queries.result_of(conversation) is not None,
        form=form,
    )  # fmt: skip


def _told(sign: Sign) -> dict[str, Any]:
    """The sign with its moments as such, and its people as the form wants them."""
    told = {"kind": sign.kind, "count": len(sign.people), "numbers": ", ".join(map(str, sign.people))}
    told |= sign.facts
    for name in {"since", "until"} & sign.facts.keys():
        told[name] = datetime.fromtimestamp(sign.facts[name], tz=timezone.get_current_timezone())
    return told


@require_POST
@of_conversation
def effect(request: HttpRequest, edition: Edition, conversation: Conversation) -> HttpResponse:
    """What would change without some people; and, with a reason, the exclusion itself."""
    require(request.user, services.MODERATE, edition)
    people = PeopleForm(request.POST)
    if not people.is_valid():
        found = queries.signs_to_moderate(request.user, conversation)
        return _signs(request, edition, conversation, found, people)
    numbers = queries.participants_known(conversation, people.cleaned_data["numbers"])
    if not numbers:
        people.add_error("numbers", _("None of these people counts now. Look at the signs again."))
        found = queries.signs_to_moderate(request.user, conversation)
        return _signs(request, edition, conversation, found, people)
    form = ExclusionForm(request.POST if request.POST.get("do") == "exclude" else None)

    def act() -> None:
        services.exclude_participants(
            by=request.user, conversation=conversation, numbers=numbers, **form.cleaned_data
        )

    if form.is_bound and written(form, act):
        messages.success(request, _("Done. Their votes stay in the log and count for nothing."))
        return redirect(stage.at(edition, "signs", conversation.pk))
    return stage.show(
        request, edition, "effect", _("What would change"),
        conversation=conversation, form=form, count=len(numbers), numbers=", ".join(map(str, numbers)),
        effect=_effect(conversation, effect_of_excluding(conversation, numbers), len(numbers)),
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@of_conversation
def undo(request: HttpRequest, edition: Edition, conversation: Conversation, exclusion: int) -> HttpResponse:
    """What would change if the votes counted again, and the button that does it."""
    require(request.user, services.MODERATE, edition)
    found = get_object_or_404(queries.exclusions_to_moderate(request.user, conversation), pk=exclusion)
    if request.method == "POST":
        try:
            services.undo_exclusion(by=request.user, exclusion=found)
        except NotAllowed:
            raise
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Their votes count again."))
        return redirect(stage.at(edition, "signs", conversation.pk))
    if found.undone_at:
        return redirect(stage.at(edition, "signs", conversation.pk))
    count = found.participants.count()
    return stage.show(
        request, edition, "effect", _("What would change"),
        conversation=conversation, exclusion=found, count=count,
        effect=_effect(conversation, effect_of_undoing(conversation, found), count),
    )  # fmt: skip


def _effect(conversation: Conversation, effect: Effect, people: int) -> dict[str, Any]:
    """The effect with the words of its statements.

    Of fewer people than results are shown for, the shares by statement would be their ballots: only the largest
    change is told.
    """
    shares = effect.shares[:SHARES] if people >= FEWEST else []
    words = {one.number: one for one in conversation.statements.all()}
    return {
        "people": effect.people,
        "votes": effect.votes,
        "votes_changed": abs(effect.votes[0] - effect.votes[1]),
        "groups": effect.groups,
        "same_groups": len(effect.groups[0]) == len(effect.groups[1]) and not effect.moved,
        "moved": effect.moved,
        "too_few": effect.too_few,
        "shares": [(words[row.statement], row, round(100 * row.change, 1)) for row in shares],
        "is_secret": people < FEWEST,
        "fewest": FEWEST,
        "largest": max((abs(row.change) for row in effect.shares), default=0.0) * 100,
        "shares_changed": len(effect.shares),
        "lost": [(words[number], agree) for number, agree in effect.lost],
        "gained": [(words[number], agree) for number, agree in effect.gained],
    }
