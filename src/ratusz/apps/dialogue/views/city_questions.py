"""A city team brings up to three questions to the session."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ratusz.apps.cities.queries.dialogue import cities_acted_for
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.dialogue import queries, services
from ratusz.apps.dialogue.agenda.quality import hints
from ratusz.apps.dialogue.forms.city_questions import CityQuestionForm
from ratusz.apps.dialogue.models import CityQuestion, Session
from ratusz.apps.editions.panel.stage import sent
from ratusz.apps.editions.permissions import may
from ratusz.apps.editions.reading import edition_of

FIELDS = ("text_pl", "text_en", "topic", "background_pl", "background_en")


def _session(request: HttpRequest, year: int) -> Session:
    edition = edition_of(request.user, year)
    session = queries.session_of(edition)
    if session is None or not cities_acted_for(request.user, edition).exists():
        raise Http404(_("This page is for the teams of cities, once the Session is prepared."))
    return session


@login_required
@never_cache
@require_safe
def own_questions(request: HttpRequest, year: int) -> HttpResponse:
    """The questions of one's cities, and how each could be better."""
    session = _session(request, year)
    known = {
        (one.city_id, one.number): one
        for one in queries.city_questions_visible_to(request.user, session).prefetch_related("tables")
    }
    cities = [
        (
            city,
            [(number, known.get((city.pk, number))) for number in range(1, CityQuestion.PER_CITY + 1)],
        )
        for city in cities_acted_for(request.user, session.edition)
    ]
    context = {
        "edition": session.edition,
        "cities": cities,
        "may_bring": may(request.user, "dialogue.bring_questions", session.edition),
    }
    return render(request, "dialogue/my/questions.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, year: int, teryt: str, number: int) -> HttpResponse:
    """The form of one question; its hints are shown after it is saved, and refuse nothing."""
    session = _session(request, year)
    city = get_object_or_404(cities_acted_for(request.user, session.edition), teryt=teryt)
    if number not in range(1, CityQuestion.PER_CITY + 1):
        raise Http404
    standing = (
        queries.city_questions_visible_to(request.user, session).filter(city=city, number=number).first()
    )
    if request.method == "POST" and request.POST.get("do") == "delete":
        try:
            if standing:
                services.delete_city_question(by=request.user, question=standing)
                messages.success(request, _("The question is deleted."))
            return redirect("dialogue:city_questions", year)
        except NotAllowed:
            raise
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("dialogue:city_question", year, teryt, number)
    initial = {name: getattr(standing, name) for name in FIELDS} if standing else {}
    form = CityQuestionForm(*sent(request), initial=initial, session=session)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_city_question(
                by=request.user, session=session, city=city, number=number, **form.cleaned_data
            )
        except NotAllowed:
            raise
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("The question is saved. You can change it until the Session."))
            return redirect("dialogue:city_question", year, teryt, number)
    context = {
        "edition": session.edition,
        "city": city,
        "number": number,
        "question": standing,
        "form": form,
        "hints": hints(standing.text_pl, standing.background_pl) if standing and not form.is_bound else [],
    }
    return render(request, "dialogue/my/question.html", context, status=422 if form.errors else 200)
