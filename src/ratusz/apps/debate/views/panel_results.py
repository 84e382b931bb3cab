"""The result of a conversation in the panel: the organiser's own words, and consensus that is handed on."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ratusz.apps.debate import queries, services
from ratusz.apps.debate.forms import WordsForm
from ratusz.apps.debate.models import Conversation
from ratusz.apps.debate.showing import shown
from ratusz.apps.debate.views.organiser import of_conversation, stage
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.panel.acts import written
from ratusz.apps.editions.panel.stage import sent
from ratusz.apps.editions.permissions import may


@require_http_methods(["GET", "HEAD", "POST"])
@of_conversation
def result(request: HttpRequest, edition: Edition, conversation: Conversation) -> HttpResponse:
    """Foreword and closing note, and what unites everybody with the act that hands it on."""
    found = queries.result_of(conversation)
    if found is None:
        raise Http404
    here = redirect(stage.at(edition, "result", conversation.pk))
    standing = {one.statement.number: one for one in queries.recommended(conversation)}
    number = request.POST.get("number", "")
    number = int(number) if number.isdecimal() and len(number) < 9 else 0
    if request.method == "POST" and request.POST.get("do") == "hand_on":
        services.hand_on(by=request.user, result=found, number=number)
        messages.success(
            request, _("Statement %(number)s is a recommendation of the edition now.") % {"number": number}
        )
        return here
    if request.method == "POST" and request.POST.get("do") == "take_back":
        if number in standing:
            services.take_back(by=request.user, recommendation=standing[number])
        messages.success(
            request, _("Statement %(number)s is no recommendation any more.") % {"number": number}
        )
        return here
    form = WordsForm(*sent(request), instance=found)
    if written(form, lambda: services.write_words(by=request.user, result=found, **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return here
    rows = [
        row | {"is_handed_on": row["statement"].number in standing}
        for row in shown(found, conversation)["united"]
    ]
    return stage.show(
        request, edition, "result", _("Result: %(question)s") % {"question": conversation}, form=form,
        conversation=conversation, rows=rows, may_change=may(request.user, services.CHANGE, edition),
    )  # fmt: skip
