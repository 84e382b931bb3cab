"""“My session”: everything that a participant can see and change about the own registration."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.ratelimit import rate_limit
from ratusz.apps.dialogue import pictures, queries, services
from ratusz.apps.dialogue.forms.registration import (
    ConsentsForm,
    DetailsForm,
    NeedsForm,
    SubstituteForm,
    TopicsForm,
    WishesForm,
)
from ratusz.apps.dialogue.models import Registration, Session
from ratusz.apps.dialogue.queries import registration as found
from ratusz.apps.dialogue.queries.afterwards import rounds_begun
from ratusz.apps.dialogue.services.registration.rules import REGISTER, require_before_the_end
from ratusz.apps.dialogue.views.registration import at_its_field, session_at
from ratusz.apps.editions.panel.stage import sent
from ratusz.apps.editions.permissions import may

State = Registration.State


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit("my_session", "120/m")
def hub(request: HttpRequest, year: int) -> HttpResponse:
    """The state of the own registration and its parts, each of which is saved alone."""
    session = session_at(request, year)
    own = queries.own_registration(request.user, session)
    if own is None:
        return render(
            request, "dialogue/my/no_registration.html",
            {"edition": session.edition, "session": session, "last": _last(request, session)},
        )  # fmt: skip
    do = request.POST.get("do", "") if request.method == "POST" else ""
    forms = _forms(request, session, own, do)
    if do == "cancel":
        return _cancel(request, own)
    if do == "withdraw_substitute":
        return _withdraw_substitute(request, own)
    if do in forms and forms[do].is_valid():
        try:
            done = _save(request, own, do, forms[do])
        except NotAllowed:
            raise
        except DomainError as error:
            at_its_field(forms[do], error)
        else:
            messages.success(request, done)
            return redirect(f"{request.path}#{do}")
    wrong = do in forms and bool(forms[do].errors)
    return render(
        request,
        "dialogue/my/session.html",
        _context(request, session, own, forms),
        status=422 if wrong else 200,
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest, year: int) -> HttpResponse:
    """The form of the own data."""
    session = session_at(request, year)
    own = queries.own_registration(request.user, session)
    if own is None:
        return redirect("dialogue:register", year)
    initial = {name: getattr(own, name) for name in ("name", "stakeholder", "profession", "position", "represents",
                                                     "languages", "phone")}  # fmt: skip
    initial |= {
        "city": own.city_id,
        "organisation_name": own.organisation_name or own.organisation or "",
        "nip": (own.organisation.nip or "") if own.organisation else "",
    }
    form = DetailsForm(*sent(request), session=session, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_registration(by=request.user, registration=own, **form.cleaned_data)
        except NotAllowed:
            raise
        except DomainError as error:
            at_its_field(form, error)
        else:
            messages.success(request, _("Your data are saved."))
            return redirect("dialogue:my_session", year)
    context = {"edition": session.edition, "session": session, "own": own, "form": form}
    return render(request, "dialogue/my/details.html", context, status=422 if form.errors else 200)


def _forms(request: HttpRequest, session: Session, own: Registration, do: str) -> dict[str, Any]:
    """The forms of the page; the one that was sent holds what was typed."""
    texts = found.consent_texts(session)
    standing = found.standing_consents(request.user, [text.purpose for text in texts])
    chosen = {choice.topic_id: choice.place for choice in own.topics.all()}
    topics = sorted(queries.topics_of(session), key=lambda topic: (chosen.get(topic.pk, 999), topic.order))
    wishes = [
        f"city-{wish.city_id}" if wish.city_id else f"organisation-{wish.organisation_id}"
        for wish in own.wishes.all()
    ]
    needs = getattr(own, "needs", None)

    def data(name: str) -> Any:
        return request.POST if do == name else None

    return {
        "topics": TopicsForm(
            data("topics"), topics=topics, initial={f"topic-{pk}": place for pk, place in chosen.items()}
        ),
        "wishes": WishesForm(
            data("wishes"), session=session,
            initial={f"wish{number}": wish for number, wish in enumerate(wishes, start=1)},
        ),
        "needs": NeedsForm(
            data("needs"), initial={name: getattr(needs, name) for name in NeedsForm.base_fields} if needs else {}
        ),
        "consents": ConsentsForm(
            data("consents"), texts=texts, initial={f"consent-{purpose}": True for purpose in standing}
        ),
        "substitute": SubstituteForm(data("substitute")),
    }  # fmt: skip


def _save(request: HttpRequest, own: Registration, do: str, form: Any) -> str:
    """Saves one part and returns what the page says then."""
    match do:
        case "topics":
            services.choose_topics(by=request.user, registration=own, topics=form.in_order)
            return _("Your topics are saved.")
        case "wishes":
            services.wish_meeting(by=request.user, registration=own, wishes=form.wishes)
            return _("Your wishes are saved. We will try; not every wish can come true.")
        case "needs":
            services.set_needs(by=request.user, registration=own, **form.cleaned_data)
            return _("Your needs are saved.")
        case "consents":
            services.set_consents(by=request.user, registration=own, given=form.given)
            return _("Your consents are saved.")
        case _substitute:
            named = services.name_substitute(by=request.user, registration=own, **form.cleaned_data)
            return _("%(name)s was sent a link. Until the answer the place is yours.") % {"name": named.name}


def _cancel(request: HttpRequest, own: Registration) -> HttpResponse:
    if request.POST.get("sure") != "yes":
        messages.error(request, _("Tick that you are sure, then press the button again."))
        return redirect(f"{request.path}#cancel")
    services.cancel_registration(by=request.user, registration=own)
    messages.success(
        request, _("Your registration is cancelled. Thank you for saying so: somebody else can come.")
    )
    return redirect(request.path)


def _withdraw_substitute(request: HttpRequest, own: Registration) -> HttpResponse:
    services.withdraw_substitute(by=request.user, registration=own)
    messages.success(request, _("The invitation of the substitute is withdrawn."))
    return redirect(f"{request.path}#substitute")


def _context(
    request: HttpRequest, session: Session, own: Registration, forms: dict[str, Any]
) -> dict[str, Any]:
    try:
        require_before_the_end(session)
        over = False
    except DomainError:
        over = True
    registered = own.state == State.REGISTERED
    route = queries.route_of(own) if registered else []
    return {
        "edition": session.edition,
        "session": session,
        "own": own,
        "forms": forms,
        "line": found.place_in_line(own) if own.state == State.WAITING else None,
        "badge": pictures.qr_svg(own.code, _("The code of your badge")) if registered else "",
        "route": route,
        "reading": found.reading_of(own) if registered else None,
        "substitute": own.substitutes.filter(state=State.INVITED).first(),
        "may_change": may(request.user, REGISTER, session.edition) and not over,
        "over": over,
        "hosts": queries.tables_hosted_by(request.user, session).exists(),
        "begun": registered and rounds_begun(session),
        "may_give_feedback": may(request.user, "dialogue.follow_up", session.edition)
        and not hasattr(own, "feedback_given"),
        "brings_questions": may(request.user, "dialogue.bring_questions", session.edition),
        "peers": found.peer_wishes(request.user, session),
    }


def _last(request: HttpRequest, session: Session) -> Registration | None:
    """The registration that the person cancelled, if there is one."""
    if not request.user.is_authenticated:
        raise Http404
    return session.registrations.filter(user=request.user).order_by("-cancelled_at").first()
