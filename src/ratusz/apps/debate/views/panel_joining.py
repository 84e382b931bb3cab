"""How people get into a conversation, in the organiser's panel: link, QR code, poster, invitation keys."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ratusz.apps.core.open_data import KINDS, as_download, write_table
from ratusz.apps.debate import queries, services
from ratusz.apps.debate.forms import IssueForm, RevokeForm
from ratusz.apps.debate.models import Conversation
from ratusz.apps.debate.poster import poster_pdf, short_address
from ratusz.apps.debate.views.organiser import of_conversation, stage
from ratusz.apps.dialogue.pictures import qr_svg
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.panel.acts import written
from ratusz.apps.editions.panel.stage import sent
from ratusz.apps.editions.permissions import may


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@of_conversation
def joining(request: HttpRequest, edition: Edition, conversation: Conversation) -> HttpResponse:
    """The link and its QR code; for a conversation by invitation also its keys."""
    asked = request.POST.get("do", "") if request.method == "POST" else ""
    issue = IssueForm(*(sent(request) if asked == "issue" else ()))
    revoke = RevokeForm(*(sent(request) if asked in ("look", "revoke") else ()))
    if asked == "issue":
        keys: list[tuple[int, str]] = []

        def act() -> None:
            keys.extend(
                services.issue_invitations(by=request.user, conversation=conversation, **issue.cleaned_data)
            )

        if written(issue, act):
            return _key_list(conversation, keys)
    effect = None
    if asked == "look" and revoke.is_valid():
        effect = queries.effect_of_revoking(conversation, revoke.cleaned_data["numbers"])
    if asked == "revoke" and written(
        revoke,
        lambda: services.revoke_invitations(
            by=request.user, conversation=conversation, **revoke.cleaned_data
        ),
    ):
        return redirect(stage.at(edition, "joining", conversation.pk))
    address = short_address(conversation)
    return stage.show(
        request, edition, "joining", _("Joining"),
        conversation=conversation,
        address=address,
        shown=address.partition("://")[2],
        qr=qr_svg(address, _("QR code that leads to %(address)s") % {"address": address}),
        by_key=conversation.audience == Conversation.Audience.INVITATION,
        keys=queries.invitation_counts(conversation),
        issue=issue, revoke=revoke, effect=effect,
        may_change=may(request.user, services.CHANGE, edition),
    )  # fmt: skip


def _key_list(conversation: Conversation, keys: list[tuple[int, str]]) -> HttpResponse:
    """The one look at the keys: a list to download, with a link for each."""
    address = short_address(conversation)
    rows = [(number, key, f"{address}?{urlencode({'key': key})}") for number, key in keys]
    content = write_table([_("number"), _("key"), _("link")], rows, polish=get_language() == "pl")
    first, last = keys[0][0], keys[-1][0]
    answer = as_download(content, KINDS["csv"], f"{conversation.slug}-{_('keys')}-{first}-{last}.csv")
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
@of_conversation
def poster(request: HttpRequest, edition: Edition, conversation: Conversation, language: str) -> HttpResponse:
    """The poster as a PDF in the language."""
    if language not in ("pl", "en"):
        raise Http404
    return as_download(
        poster_pdf(conversation, language),
        "application/pdf",
        f"{conversation.slug}-{language}.pdf",
        inline=True,
    )
