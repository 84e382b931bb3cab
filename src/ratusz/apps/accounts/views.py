"""A person's own data: what we keep, consents, export, erasure."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ratusz.apps.accounts import privacy, queries, services
from ratusz.apps.accounts.forms import EraseForm, ProfileForm
from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.ratelimit import rate_limit


@login_required
def my_data(request: HttpRequest) -> HttpResponse:
    """What we keep about the person, the consents and their history."""
    person = request.user
    form = ProfileForm(
        request.POST or None, initial={"full_name": person.full_name, "language": person.language}
    )
    if request.method == "POST" and form.is_valid():
        services.change_person(person=person, by=person, **form.cleaned_data)
        messages.success(request, _("Your details are saved."))
        return redirect("my_data")
    ledger = list(queries.consents_of(request.user))
    standing = {consent.text.purpose: consent for consent in ledger if consent.withdrawn_at is None}
    choices = [{"text": text, "consent": standing.get(text.purpose)} for text in queries.newest_texts()]
    return render(
        request,
        "accounts/my_data.html",
        {
            "form": form,
            "choices": choices,
            "ledger": ledger,
            "mandates": queries.mandates_visible_to(request.user).filter(user=request.user),
        },
    )


@login_required
@require_POST
def give_consent(request: HttpRequest, pk: int) -> HttpResponse:
    """Writes a consent into the ledger."""
    text = get_object_or_404(queries.texts(), pk=pk)
    try:
        services.give_consent(user=request.user, text=text, by=request.user)
        messages.success(request, _("Your consent is saved: %(title)s.") % {"title": text.title})
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("my_data")


@login_required
@require_POST
def withdraw_consent(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraws a consent: one click, as giving it."""
    consent = get_object_or_404(queries.consents_of(request.user), pk=pk)
    services.withdraw_consent(consent=consent, by=request.user)
    messages.success(request, _("Your consent is withdrawn: %(title)s.") % {"title": consent.text.title})
    return redirect("my_data")


@login_required
@rate_limit("export_own_data", "10/h")
def export_my_data(request: HttpRequest) -> HttpResponse:
    """Everything that names the person, as a JSON file."""
    response = JsonResponse(
        {"exported": timezone.now(), **privacy.export(request.user)},
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )
    response["Content-Disposition"] = 'attachment; filename="ratusz-my-data.json"'
    return response


@login_required
def erase_me(request: HttpRequest) -> HttpResponse:
    """Says what is erased, what stays and why; erases after the person has confirmed."""
    form = EraseForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            person = request.user
            services.erase_person(person=person, by=person)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            logout(request)
            return redirect("erased")
    return render(request, "accounts/erase.html", {"form": form})


def erased(request: HttpRequest) -> HttpResponse:
    """Confirms the erasure to whoever has just lost the account."""
    return render(request, "accounts/erased.html")
