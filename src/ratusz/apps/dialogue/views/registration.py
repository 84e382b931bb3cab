"""Registration: the public page with its form, the group, and the answer to an invitation."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.ratelimit import rate_limit
from ratusz.apps.dialogue import queries, services
from ratusz.apps.dialogue.forms.registration import AnswerForm, GroupForm, RegistrationForm
from ratusz.apps.dialogue.models import Registration, Session
from ratusz.apps.dialogue.queries import registration as found
from ratusz.apps.dialogue.services.registration.groups import MOST, require_answerable
from ratusz.apps.dialogue.services.registration.rules import REGISTER, require_window
from ratusz.apps.editions.panel.stage import sent
from ratusz.apps.editions.permissions import may, require
from ratusz.apps.editions.reading import edition_of

State = Registration.State
# What was typed before somebody had to sign in waits here for them.
TYPED = "registration-typed"


def session_at(request: HttpRequest, year: int) -> Session:
    """The session of the year. Raises Http404 where there is none."""
    session = queries.session_of(edition_of(request.user, year))
    if session is None:
        raise Http404(_("There is no Dialogue Session in this edition."))
    return session


def at_its_field(form: Any, error: DomainError) -> None:
    """Puts a broken rule where it was broken."""
    form.add_error(error.field if error.field in form.fields else None, str(error))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit("register", "60/m")
def register(request: HttpRequest, year: int) -> HttpResponse:
    """What the session is, which places are left, and for a person who is signed in the form."""
    session = session_at(request, year)
    page = reverse("dialogue:register", args=[year])
    if request.method == "POST" and not request.user.is_authenticated:
        # The session of the browser ended while the person wrote: nothing is lost.
        request.session[TYPED] = {"year": year, "data": request.POST.urlencode()}
        messages.info(request, _("You are signed out. What you wrote is kept: sign in and send it again."))
        return redirect_to_login(page)
    own = queries.own_registration(request.user, session)
    if own is not None and own.state != State.INVITED:
        return redirect("dialogue:my_session", year)
    closed = _closed(request, session)
    form = None
    if request.user.is_authenticated and closed is None:
        form = _registration_form(request, session)
        if request.method == "POST" and form.is_valid():
            try:
                with transaction.atomic():
                    own = services.register_person(by=request.user, session=session, **form.details)
                    services.set_consents(by=request.user, registration=own, given=form.given)
            except NotAllowed:
                raise
            except DomainError as error:
                at_its_field(form, error)
            else:
                return redirect("dialogue:my_session", year)
    context = {
        "edition": session.edition,
        "session": session,
        "places": found.places(session),
        "form": form,
        "closed": closed,
        "sign_in": f"{reverse('account_login')}?next={page}",
        "sign_up": f"{reverse('account_signup')}?next={page}",
        "organiser": session.edition.programme,
    }
    return render(request, "dialogue/register.html", context, status=422 if form and form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit("register_group", "20/m")
def group(request: HttpRequest, year: int) -> HttpResponse:
    """The form of an office or a firm, and what became of the people whom it invited."""
    session = session_at(request, year)
    closed = _closed(request, session)
    form = GroupForm(*sent(request), session=session, initial={"stakeholder": "local_government"})
    if request.method == "POST" and "registration" in request.POST:
        return _one_of_the_group(request, session)
    if request.method == "POST" and form.is_valid():
        cleaned = {name: form.cleaned_data[name] for name in GroupForm.field_order}
        try:
            services.register_group(by=request.user, session=session, **cleaned)
        except NotAllowed:
            raise
        except DomainError as error:
            at_its_field(form, error)
        else:
            messages.success(
                request, _("Each person was sent an own link. You will see here who has answered.")
            )
            return redirect("dialogue:register_group", year)
    context = {
        "edition": session.edition,
        "session": session,
        "form": form,
        "closed": closed,
        "groups": found.groups_of(request.user, session),
        "most": MOST,
    }
    return render(request, "dialogue/register_group.html", context, status=422 if form.errors else 200)


def _one_of_the_group(request: HttpRequest, session: Session) -> HttpResponse:
    """Withdraws an invitation of one's own group or sends it again."""
    members = Registration.objects.filter(
        group__in=found.groups_of(request.user, session).values("pk"), state=State.INVITED
    )
    member = (
        members.filter(pk=request.POST["registration"]).first()
        if request.POST["registration"].isdecimal()
        else None
    )
    if member is None:
        messages.error(request, _("This person has answered meanwhile."))
    elif request.POST.get("do") == "withdraw":
        services.cancel_registration(by=request.user, registration=member)
        messages.success(request, _("The invitation is withdrawn: its link leads nowhere now."))
    else:
        services.send_invitation_again(by=request.user, registration=member)
        messages.success(request, _("A new link was sent; the earlier one leads nowhere now."))
    return redirect("dialogue:register_group", session.edition.year)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit("invitation", "30/m")
def invitation(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """The page behind a person's own link: to decline takes one button, to accept takes the person's own words."""
    session = session_at(request, year)
    registration = found.invitation_by(session, code)
    if registration is None:
        raise Http404(_("This link leads to no invitation: it was withdrawn or replaced by a newer one."))
    context: dict[str, Any] = {"edition": session.edition, "session": session, "registration": registration}
    try:
        require_answerable(registration)
    except DomainError as error:
        # A badge code is no invitation: the page tells nothing of whose it is.
        return render(request, "dialogue/invitation_gone.html", context | {"error": error}, status=410)
    by = request.user if request.user.is_authenticated and request.user.email == registration.email else None
    declines = request.POST.get("do") == "decline"
    form = AnswerForm(
        *([None] if declines else sent(request)), session=session, texts=found.consent_texts(session),
        initial=_known(registration),
    )  # fmt: skip
    if registration.replaces is not None:
        form.fields["stakeholder"].disabled = True
    try:
        if declines:
            services.answer_invitation(invitation=registration, accept=False, by=by)
            return render(request, "dialogue/invitation_declined.html", context)
        if request.method == "POST" and form.is_valid():
            with transaction.atomic():
                own = services.answer_invitation(invitation=registration, accept=True, by=by, **form.details)
                services.set_consents(by=own.user, registration=own, given=form.given)
            hub = reverse("dialogue:my_session", args=[year])
            if by is not None:
                return redirect(hub)
            context |= {"own": own, "sign_in": f"{reverse('account_login')}?next={hub}"}
            return render(request, "dialogue/invitation_accepted.html", context)
    except NotAllowed:
        raise
    except DomainError as error:
        at_its_field(form, error)
    context |= {"form": form, "places": found.places(session), "organiser": session.edition.programme}
    return render(request, "dialogue/invitation.html", context, status=422 if form.errors else 200)


def _registration_form(request: HttpRequest, session: Session) -> RegistrationForm:
    """The form with what was posted, what was typed before signing in, or what the account knows."""
    texts = found.consent_texts(session)
    initial = {"name": request.user.full_name, "languages": [request.user.language]}
    if request.method == "POST":
        request.session.pop(TYPED, None)
        return RegistrationForm(request.POST, session=session, texts=texts)
    typed = request.session.get(TYPED)
    if typed and typed["year"] == session.edition.year:
        kept = QueryDict(typed["data"])
        initial = {name: kept.getlist(name) if name == "languages" else kept.get(name) for name in kept}
        # A consent is ticked by the person who is signed in, and never by what a browser remembered.
        initial = {name: value for name, value in initial.items() if not name.startswith("consent-")}
    return RegistrationForm(session=session, texts=texts, initial=initial)


def _known(registration: Registration) -> dict[str, Any]:
    return {
        "name": registration.name, "stakeholder": registration.stakeholder, "city": registration.city_id,
        "organisation_name": registration.organisation_name or registration.organisation or "",
        "nip": (registration.organisation.nip or "") if registration.organisation else "",
        "profession": registration.profession, "represents": registration.represents, "languages": ["pl"],
    }  # fmt: skip


def _closed(request: HttpRequest, session: Session) -> DomainError | None:
    """Why nobody can register now; None while one can."""
    try:
        if request.user.is_authenticated:
            require(request.user, REGISTER, session.edition)
        elif not session.edition.phase_allows(REGISTER):
            raise NotAllowed(_("Registration is not open."), next_step=_("Come back when it opens."))
        if not (
            request.user.is_authenticated
            and may(request.user, "dialogue.manage_registrations", session.edition)
        ):
            require_window(session)
    except DomainError as error:
        return error
    return None
