"""The ways into a conversation: its short address, and the page on which an invitation key is used."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.ratelimit import rate_limit
from ratusz.apps.debate import queries, services
from ratusz.apps.debate.forms import KeyForm
from ratusz.apps.debate.models import Conversation
from ratusz.apps.debate.views.who import browser_key, own_key, remember
from ratusz.apps.editions.reading import edition_of


@never_cache
@require_safe
def short(request: HttpRequest, pk: int) -> HttpResponse:
    """Leads from the short address to the conversation, or to the page for its invitation key."""
    found = queries.address_of(pk)
    if found is None:
        raise Http404
    edition = edition_of(request.user, found.edition.year)
    if queries.visible_to(request.user, edition, browser_key(request)).filter(pk=pk).exists():
        return redirect("debate:conversation", edition.year, found.slug)
    if found.audience != Conversation.Audience.INVITATION:
        raise Http404
    query = urlencode({"key": request.GET["key"][:64]}) if "key" in request.GET else ""
    answer = redirect(f"{reverse('debate:key', args=[edition.year])}{'?' if query else ''}{query}")
    answer["Referrer-Policy"] = "same-origin"
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit("debate.key", "300/m")
def enter(request: HttpRequest, year: int) -> HttpResponse:
    """Takes an invitation key. Only the button uses it up: a preview of the link in a messenger does not."""
    edition = edition_of(request.user, year)
    form = KeyForm(request.POST or None, initial={"key": request.GET.get("key", "")[:64]})
    if form.is_valid():
        key = own_key(request)
        try:
            participant = services.use_invitation(
                user=request.user, key=key, invitation=form.cleaned_data["key"], edition=edition
            )
        except DomainError as error:
            form.add_error("key", str(error))
        else:
            messages.success(request, _("Your key is accepted. You can vote now."))
            conversation = participant.conversation
            return remember(request, redirect("debate:conversation", edition.year, conversation.slug), key)
    answer = render(
        request, "debate/key.html", {"edition": edition, "form": form}, status=422 if form.errors else 200
    )
    # The address may hold the key: it must not travel on to other sites. A form needs its own origin, though.
    answer["Referrer-Policy"] = "same-origin"
    answer["X-Robots-Tag"] = "noindex"
    return answer
