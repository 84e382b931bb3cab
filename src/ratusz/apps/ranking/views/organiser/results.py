"""The results: looked at, published with a note, withdrawn with a reason."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.panel.stage import NoteForm, sent
from ratusz.apps.editions.permissions import require
from ratusz.apps.ranking import queries, services
from ratusz.apps.ranking.models import Ranking
from ratusz.apps.ranking.views.organiser.stage import stage


def _result(request: HttpRequest, edition: Edition, pk: int) -> Ranking:
    found = queries.visible_to(request.user).filter(edition=edition, pk=pk).first()
    if found is None:
        raise Http404(_("There is no such result."))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@stage.for_organisers
def publish(request: HttpRequest, edition: Edition, pk: int) -> HttpResponse:
    """Asks for the public note and publishes."""
    require(request.user, "ranking.publish", edition)
    ranking = _result(request, edition, pk)
    again = queries.visible_to(request.user).filter(edition=edition, published_at__isnull=False).exists()
    form = NoteForm(
        *sent(request), required=again,
        help_text=_("What was corrected since the publication before, and why: it stands above the ranking.")
        if again else _("The first publication needs none."),
    )  # fmt: skip

    def act(**note: str) -> Ranking:
        return services.publish_ranking(ranking=ranking, by=request.user, **note)

    return stage.with_note(
        request, edition, "publish", _("Publish the ranking"),
        form=form, act=act, done=_("The ranking is published."), ranking=ranking,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@stage.for_organisers
def withdraw(request: HttpRequest, edition: Edition, pk: int) -> HttpResponse:
    """Asks for the reason and withdraws."""
    require(request.user, "ranking.publish", edition)
    ranking = _result(request, edition, pk)
    form = NoteForm(*sent(request), required=True, help_text=_("Why it no longer counts."))

    def act(note_pl: str, note_en: str) -> Ranking:
        return services.withdraw_ranking(
            ranking=ranking, reason_pl=note_pl, reason_en=note_en, by=request.user
        )

    return stage.with_note(
        request, edition, "withdraw", _("Withdraw the ranking"),
        form=form, act=act, done=_("The ranking is withdrawn."), ranking=ranking,
    )  # fmt: skip


@require_POST
@stage.for_organisers
def discard_result(request: HttpRequest, edition: Edition, pk: int) -> HttpResponse:
    """Deletes a result that was not published."""
    services.discard_result(ranking=_result(request, edition, pk), by=request.user)
    messages.success(request, _("The result is deleted."))
    return redirect(stage.at(edition, "overview"))
