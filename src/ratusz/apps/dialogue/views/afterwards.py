"""A participant's pages after the day: the people whom one met, contacts, feedback."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.dialogue import queries, services
from ratusz.apps.dialogue.forms.afterwards import FeedbackForm
from ratusz.apps.dialogue.models import Registration, Session
from ratusz.apps.dialogue.queries import afterwards
from ratusz.apps.editions.panel.stage import sent
from ratusz.apps.editions.permissions import may
from ratusz.apps.editions.reading import edition_of


def _place(request: HttpRequest, year: int) -> tuple[Session, Registration]:
    """The session and the person's own place in it; without one there is no such page."""
    session = queries.session_of(edition_of(request.user, year))
    own = queries.own_registration(request.user, session) if session else None
    if session is None or own is None or own.state != Registration.State.REGISTERED:
        raise Http404(_("This page is for the participants of the Session."))
    return session, own


@login_required
@never_cache
@require_safe
def people_met(request: HttpRequest, year: int) -> HttpResponse:
    """Those with whom the person sat at a table, and what each pair agreed on."""
    session, own = _place(request, year)
    met = afterwards.people_met(own)
    context = {
        "edition": session.edition,
        "session": session,
        "own": own,
        "met": met,
        "begun": afterwards.rounds_begun(session),
        "may_ask": may(request.user, "dialogue.follow_up", session.edition),
        "waiting": [one for one in met if one.contact and not one.contact.agreed_at],
        "gave_feedback": hasattr(own, "feedback_given"),
    }
    return render(request, "dialogue/my/people.html", context)


@login_required
@require_POST
def contact(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """Asks, agrees, declines or takes back, by the button that was pressed."""
    session, own = _place(request, year)
    standing = afterwards.contacts_visible_to(request.user, session)
    try:
        match request.POST.get("do"):
            case "ask":
                asked = next((one.person for one in afterwards.people_met(own) if one.person.pk == pk), None)
                if asked is None:
                    raise Http404
                services.ask_for_contact(by=request.user, session=session, asked=asked)
            case "agree":
                services.agree_to_contact(by=request.user, contact=get_object_or_404(standing, pk=pk))
            case "end":
                services.end_contact(by=request.user, contact=get_object_or_404(standing, pk=pk))
                messages.success(request, _("Taken back: neither of you sees the other's address here."))
            case _other:
                raise Http404
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("dialogue:people_met", year)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest, year: int) -> HttpResponse:
    """The form of feedback; what was written is not lost when something is missing."""
    session, own = _place(request, year)
    form = FeedbackForm(*sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.give_feedback(by=request.user, session=session, **form.cleaned_data)
        except NotAllowed:
            raise
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Thank you. Your answer is kept without your name."))
            return redirect("dialogue:people_met", year)
    context = {
        "edition": session.edition,
        "form": form,
        "begun": afterwards.rounds_begun(session),
        "given": hasattr(own, "feedback_given"),
        "may_give": may(request.user, "dialogue.follow_up", session.edition),
    }
    return render(request, "dialogue/my/feedback.html", context, status=200 if not form.errors else 422)
