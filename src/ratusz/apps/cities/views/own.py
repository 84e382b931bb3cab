"""A city's own figures for its team: every figure beside its class, the confirmation, the objections."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ratusz.apps.cities import documents, exports, queries, services
from ratusz.apps.cities.forms import ObjectionForm
from ratusz.apps.cities.models import City, Objection
from ratusz.apps.cities.queries.own import OwnFigure
from ratusz.apps.cities.services.objections import Proposal, problems
from ratusz.apps.cities.views.pictures import class_picture
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.ratelimit import caller_of, take, when_to_come_back
from ratusz.apps.core.spelling import spelled
from ratusz.apps.core.templatetags.formats import number
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import may
from ratusz.apps.editions.reading import edition_of

State = Objection.State
SUBMISSIONS = "60/h"
KEPT = {"typed", "year", "source_name", "source_url", "grounds"}


def _place(request: HttpRequest, year: int, teryt: str) -> tuple[Edition, City]:
    """The edition and the city, when the person acts for it; else there is no such page."""
    edition = edition_of(request.user, year)
    return edition, get_object_or_404(queries.cities_acted_for(request.user, edition), teryt=teryt)


@login_required
@never_cache
@require_safe
def own_index(request: HttpRequest, year: int) -> HttpResponse:
    """The cities for which the person acts; on to the figures where it is one."""
    edition = edition_of(request.user, year)
    cities = list(queries.cities_acted_for(request.user, edition))
    if len(cities) == 1:
        return redirect("cities:own", year, cities[0].teryt)
    return render(request, "cities/own/index.html", {"edition": edition, "cities": cities})


@login_required
@never_cache
@require_safe
def own(request: HttpRequest, year: int, teryt: str) -> HttpResponse:
    """Every figure of the city with its year, source and place in the class."""
    edition, city = _place(request, year, teryt)
    services.note_look(by=request.user, edition=edition, city=city)
    figures = queries.own_figures(edition, city)
    objections: dict[int, Objection] = {}
    for one in queries.objections_visible_to(request.user, edition).filter(city=city):
        objections.setdefault(one.indicator_id, one)  # the newest of each indicator
    review = queries.reviews_visible_to(request.user, edition).filter(city=city).first()
    seen = queries.fingerprint(figures)
    context = _frame(request, edition, city) | {
        "rows": [
            (figure, class_picture(figure, city), objections.get(figure.indicator.pk)) for figure in figures
        ],
        "missing": sum(figure.observation is None for figure in figures),
        "review": review,
        "seen": seen,
        "confirmation_holds": bool(review and review.confirmed_at and review.confirmed_figures == seen),
        "waiting": sum(one.state == State.WAITING for one in objections.values()),
        "drafts": sum(one.state == State.DRAFT for one in objections.values()),
    }
    return render(request, "cities/own/figures.html", context)


def _frame(request: HttpRequest, edition: Edition, city: City) -> dict[str, Any]:
    """What every page of a city's own figures says: the window, and what may be done in it."""
    return {
        "edition": edition,
        "city": city,
        "member": queries.cities_of(edition).filter(city=city).first(),
        "window": queries.window_of(edition),
        "may_object": may(request.user, "cities.object", edition),
        "may_withdraw": may(request.user, "cities.withdraw_objection", edition),
    }


@login_required
@require_POST
def confirm(request: HttpRequest, year: int, teryt: str) -> HttpResponse:
    """ "Our figures are right": one click."""
    edition, city = _place(request, year, teryt)
    try:
        services.confirm_figures(
            by=request.user, edition=edition, city=city, seen=request.POST.get("seen", "")
        )
        messages.success(
            request, _("Recorded: the figures of %(city)s are right. Thank you.") % {"city": city}
        )
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("cities:own", year, teryt)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_figure(request: HttpRequest, year: int, teryt: str, code: str) -> HttpResponse:
    """One figure: what it means, where it comes from, and the objection to it."""
    edition, city = _place(request, year, teryt)
    indicator = next((one for one in queries.indicators_of(edition) if one.code == code), None)
    if indicator is None:
        raise Http404
    figure = queries.own_figures(edition, city, [indicator])[0]
    objections = list(
        queries.objections_visible_to(request.user, edition).filter(city=city, indicator=indicator)
    )
    standing = next((one for one in objections if one.is_open), None)
    screen = Screen(request, edition, city, figure, standing)
    if request.method == "POST":
        answer = screen.answer()
        if answer is not None:
            return answer
    context = _frame(request, edition, city) | {
        "figure": figure,
        "indicator": indicator,
        "picture": class_picture(figure, city),
        "objection": screen.standing,
        "earlier": [one for one in objections if not one.is_open],
        "history": queries.history_of_figure(city, indicator),
        "form": screen.form,
        "kept": screen.kept,
    }
    return render(request, "cities/own/figure.html", context, status=screen.status)


class Screen:
    """The form of an objection on its way: what was typed is kept whatever happens."""

    def __init__(
        self,
        request: HttpRequest,
        edition: Edition,
        city: City,
        figure: OwnFigure,
        standing: Objection | None,
    ) -> None:
        self.request, self.edition, self.city = request, edition, city
        self.figure, self.standing = figure, standing
        self.kept: list[tuple[Any, str]] = []  # what to copy when it cannot be saved
        self.status = 200
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        self.form = ObjectionForm(*sent, initial=self._initial(), unit_help=self._unit_help())

    def answer(self) -> HttpResponse | None:
        """Saves or sends; None when the page must be shown again with what was typed."""
        form = self.form
        if not form.is_valid():
            return None
        if wait := take(f"cities.object:{caller_of(self.request)}", SUBMISSIONS):
            message = _("You have sent very many forms. Nothing is lost: it stays below.")
            form.add_error(None, f"{message} {when_to_come_back(wait)}")
            self.status = 429
            return None
        try:
            return self._write(form.proposal(), self._document())
        except NotAllowed as error:
            form.add_error(None, str(error))
            self.kept = [
                (field.label, field.value()) for field in form if field.name in KEPT and field.value()
            ]
            self.status = 403
        except DomainError as error:
            self._tell(error)
        return None

    def _document(self) -> documents.Document | None:
        """The document that was attached; a refused one is told, and the rest goes on."""
        if upload := self.form.cleaned_data["document"]:
            try:
                return documents.accepted(upload)
            except DomainError as error:
                self._tell(error)
        return None

    def _write(self, proposal: Proposal, document: documents.Document | None) -> HttpResponse | None:
        write = {
            "by": self.request.user, "edition": self.edition, "city": self.city,
            "indicator": self.figure.indicator, "proposal": proposal,
        }  # fmt: skip
        if self.standing is None or self.standing.state == State.DRAFT:
            # What was typed, the document too, is safe before anything is judged.
            version = self.form.cleaned_data["version"]
            self.standing = services.save_draft(**write, version=version, document=document)
            self._now_at(self.standing.version)
            document = None
        if self.request.POST.get("do") == "send":
            return self._send(write, document)
        if self.form.errors:
            return None
        return self._done(_("The draft is saved. Nobody but your team sees it before you send it."))

    def _send(self, write: dict[str, Any], document: documents.Document | None) -> HttpResponse | None:
        has_document = document is not None or hasattr(self.standing, "document")
        sure = "sure" in self.request.POST
        for problem in problems(
            self.edition, self.figure, write["proposal"], has_document=has_document, sure=sure
        ):
            self._tell(problem)
        if self.form.errors:
            return None
        version = self.form.cleaned_data["version"]
        services.send_objection(**write, version=version, document=document, sure=sure)
        return self._done(
            _(
                "Sent. A receipt is on its way to your mailbox; the decision with its reason will come there too."
            )
        )

    def _done(self, message: str) -> HttpResponse:
        messages.success(self.request, message)
        place = [self.edition.year, self.city.teryt, self.figure.indicator.code]
        return redirect("cities:own_figure", *place)

    def _now_at(self, version: int) -> None:
        """Lets the page that is shown again continue from the draft that was just saved."""
        self.form.cleaned_data["version"] = version
        self.form.data = self.form.data.copy()
        self.form.data["version"] = str(version)

    def _tell(self, error: DomainError) -> None:
        self.form.add_error(error.field if error.field in self.form.fields else None, str(error))
        if error.code == "doubtful":
            self.form.ask_if_sure()

    def _initial(self) -> dict[str, Any]:
        if self.standing is None:
            observation = self.figure.observation
            return {"year": observation.year if observation else self.figure.usual_year, "version": 0}
        names = ("typed", "year", "source_name", "source_url", "grounds", "version")
        known = {name: getattr(self.standing, name) for name in names}
        if self.standing.state == State.WAITING:
            known["typed"] = spelled(self.standing.value)  # a colleague may read it in the other language
        return known

    def _unit_help(self) -> str:
        indicator = self.figure.indicator
        words = {"unit": indicator.unit}
        if indicator.per_capita_base:
            words["base"] = number(indicator.per_capita_base)
            return (
                _(
                    "In “%(unit)s”, the whole number as the source gives it: it is divided per %(base)s people later. "
                    "A point before decimals, commas or spaces between thousands: 12,345.6."
                )
                % words
            )
        return (
            _("In “%(unit)s”. A point before decimals, commas or spaces between thousands: 12,345.6.") % words
        )


@login_required
@require_POST
def withdraw(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """Takes an objection back, or deletes a draft."""
    edition = edition_of(request.user, year)
    objection = get_object_or_404(queries.objections_visible_to(request.user, edition), pk=pk)
    get_object_or_404(queries.cities_acted_for(request.user, edition), pk=objection.city_id)
    was_draft = objection.sent_at is None
    try:
        services.withdraw_objection(by=request.user, objection=objection)
        messages.success(
            request, _("The draft is deleted.") if was_draft else _("The objection is withdrawn.")
        )
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("cities:own_figure", year, objection.city.teryt, objection.indicator.code)


@login_required
@never_cache
@require_safe
def document(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """The document of an objection for its team and the organisers, as a download that no browser runs."""
    found = services.hand_out_document(by=request.user, edition=edition_of(request.user, year), pk=pk)
    if found is None:
        raise Http404
    response = HttpResponse(bytes(found.data), content_type=found.content_type)
    response["Content-Disposition"] = content_disposition_header(True, found.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@login_required
@never_cache
@require_safe
def own_figures_csv(request: HttpRequest, year: int, teryt: str) -> HttpResponse:
    """The city's figures with their place in the class, as a file."""
    edition, city = _place(request, year, teryt)
    return exports.own_figures_csv(edition, city, queries.own_figures(edition, city))


@login_required
@never_cache
@require_safe
def objections_csv(request: HttpRequest, year: int, teryt: str) -> HttpResponse:
    """The city's objections and what was decided, as a file."""
    edition, city = _place(request, year, teryt)
    found = queries.objections_visible_to(request.user, edition).filter(city=city)
    return exports.objections_csv(city, found)
