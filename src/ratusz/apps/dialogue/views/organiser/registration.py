"""The organiser's screens of registration: people, places, duplicates, reading, what leaves the system."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ratusz.apps.core.audit import words_for
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.models import AuditEntry
from ratusz.apps.core.open_data import KINDS, table_download
from ratusz.apps.core.text import fold, polish_sort_key
from ratusz.apps.dialogue import services
from ratusz.apps.dialogue.exports import registration as exports
from ratusz.apps.dialogue.forms.organiser_registration import (
    ConfirmForm,
    FilterForm,
    QuotaForm,
    ReadingForm,
    ReasonForm,
    RuleForm,
)
from ratusz.apps.dialogue.forms.registration import SubstituteForm
from ratusz.apps.dialogue.models import Registration, SeatingRule, Session
from ratusz.apps.dialogue.notices import registration as notices
from ratusz.apps.dialogue.queries import registration as found
from ratusz.apps.dialogue.views.organiser.stage import for_organisers, stage
from ratusz.apps.dialogue.views.registration import at_its_field
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.panel.stage import sent
from ratusz.apps.editions.permissions import may

State = Registration.State
PAGE = 50
BULK = {
    "confirm": services.confirm_organisation,
    "let_in": services.let_in,
    "again": services.send_invitation_again,
    "cancel": services.cancel_registration,
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def people(request: HttpRequest, edition: Edition, session: Session) -> HttpResponse:
    """Everybody with search and filters; a bulk action asks each person's own rule."""
    rows = found.registrations_visible_to(request.user).filter(session=session)
    if request.method == "POST":
        return _bulk(request, edition, rows)
    form = FilterForm(request.GET, session=session)
    shown, doubtful, twice = _filtered(form, session, rows)
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    refused = found.photo_refused(session)
    query = request.GET.copy()
    query.pop("page", None)
    return stage.show(
        request, edition, "registrations", _("Registrations"), session=session, form=form, page=page,
        people=[(one, doubtful.get(one.pk), one.pk in twice, one.pk in refused) for one in page],
        places=found.places(session), query=query.urlencode(), number=len(shown),
        may_manage=may(request.user, "dialogue.manage_registrations", edition),
        may_see_needs=may(request.user, "dialogue.view_needs", edition),
        pairs=len(found.duplicates(session)),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def quotas(request: HttpRequest, edition: Edition, session: Session) -> HttpResponse:
    """Places of all types in one form."""
    standing = {row.stakeholder.value: row.quota for row in found.places(session)}
    form = QuotaForm(*sent(request), quotas=standing)
    if request.method == "POST" and form.is_valid():
        for stakeholder, places in form.cleaned_data.items():
            if places != standing[stakeholder]:
                services.set_quota(by=request.user, session=session, stakeholder=stakeholder, places=places)
        messages.success(
            request, _("The places are saved. Whoever could move up from a waiting list was told.")
        )
        return redirect(stage.at(edition, "registrations"))
    return stage.show(
        request, edition, "quotas", _("Places by type"), form=form, places=found.places(session)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def person(request: HttpRequest, edition: Edition, session: Session, pk: int) -> HttpResponse:
    """One registration with everything that an organiser may do about it, and its history."""
    rows = found.registrations_visible_to(request.user).filter(session=session).select_related("group__by")
    own = get_object_or_404(rows, pk=pk)
    do = request.POST.get("do", "")
    initial = {"stakeholder": own.stakeholder, "organisation": own.organisation_id, "city": own.city_id}
    suspicion = found.suspicions([own]).get(own.pk)
    forms = {
        "confirm": ConfirmForm(request.POST if do == "confirm" else None, session=session, initial=initial),
        "refuse": ReasonForm(request.POST if do == "refuse" else None, prefix="refuse"),
        "rule": RuleForm(request.POST if do == "rule" else None, registration=own, prefix="rule"),
        "substitute": SubstituteForm(request.POST if do == "substitute" else None, prefix="substitute"),
    }
    if request.method == "POST" and (do not in forms or forms[do].is_valid()):
        try:
            _act(request, own, do, forms.get(do))
        except NotAllowed:
            raise
        except DomainError as error:
            if do in forms:
                at_its_field(forms[do], error)
            else:
                messages.error(request, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect(stage.at(edition, "registration", own.pk))
    rules = [*SeatingRule.objects.filter(first=own), *SeatingRule.objects.filter(second=own)]
    history = AuditEntry.objects.filter(subject_type="dialogue.Registration", subject_id=str(own.pk))
    return stage.show(
        request, edition, "registration", own.name, own=own, forms=forms, suspicion=suspicion,
        rules=[(rule, rule.second if rule.first_id == own.pk else rule.first) for rule in rules],
        history=[
            (entry, words_for(entry.action))
            for entry in history.select_related("actor").order_by("-at", "-pk")[:50]
        ],
        refused=own.pk in found.photo_refused(session),
        needs=found.needs_visible_to(request.user, session).filter(registration=own).first(),
        may_manage=may(request.user, "dialogue.manage_registrations", edition),
        substitute=own.substitutes.filter(state=State.INVITED).first(),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def duplicates(request: HttpRequest, edition: Edition, session: Session) -> HttpResponse:
    """Pairs that may be one person: merge them, or say why they are two."""
    pairs = found.duplicates(session)
    if request.method == "POST":
        chosen = request.POST.get("pair", "")
        pair = next((one for one in pairs if f"{one.first.pk}-{one.second.pk}" == chosen), None)
        try:
            if pair is None:
                messages.error(request, _("This pair was settled meanwhile."))
            elif request.POST.get("do") == "dismiss":
                reason = request.POST.get("reason", "")
                services.dismiss_duplicate(
                    by=request.user, first=pair.first, second=pair.second, reason=reason
                )
                messages.success(request, _("Noted: two people."))
            else:
                first = request.POST.get("do") == "keep_first"
                keep, drop = (pair.first, pair.second) if first else (pair.second, pair.first)
                services.merge_duplicates(by=request.user, keep=keep, drop=drop)
                messages.success(request, _("Merged: %(name)s has one registration.") % {"name": keep.name})
        except NotAllowed:
            raise
        except DomainError as error:
            messages.error(request, str(error))
        return redirect(stage.at(edition, "duplicates"))
    return stage.show(
        request, edition, "duplicates", _("Perhaps registered twice"), pairs=pairs,
        may_manage=may(request.user, "dialogue.manage_registrations", edition),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def reading(request: HttpRequest, edition: Edition, session: Session) -> HttpResponse:
    """The mail with the reading: a preview for one person, the button, and the moment of its own."""
    form = ReadingForm(
        request.POST if request.POST.get("do") == "schedule" else None,
        initial={"at": session.reading_sends_at},
    )
    try:
        if request.POST.get("do") == "send":
            number = services.send_reading(by=request.user, session=session)
            text = ngettext("The reading went to %(n)d person.", "The reading went to %(n)d people.", number)
            messages.success(request, text % {"n": number})
            return redirect(stage.at(edition, "reading"))
        if request.method == "POST" and form.is_valid():
            services.schedule_reading(by=request.user, session=session, at=form.cleaned_data["at"])
            messages.success(request, _("Saved."))
            return redirect(stage.at(edition, "reading"))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, str(error))
    waiting = found.waits_for_reading(session)
    example = waiting.first()
    preview = ""
    if example:
        with translation.override(example.user.language):
            preview = notices.reading_text(example, found.reading_of(example))
    return stage.show(
        request, edition, "reading", _("To read before the Session"), form=form, waiting=waiting.count(),
        sent=session.registrations.filter(reading_sent_at__isnull=False).count(), preview=preview, example=example,
        may_manage=may(request.user, "dialogue.manage_registrations", edition),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def partners(request: HttpRequest, edition: Edition, session: Session) -> HttpResponse:
    """Which partners the participants are asked about, and how many agreed."""
    standing = {row.partner.pk: row.partner for row in edition.partnerships.select_related("partner")}
    if request.method == "POST":
        chosen = request.POST.get("partner", "")
        if not chosen.isdecimal() or int(chosen) not in standing:
            raise Http404
        services.offer_contacts(by=request.user, session=session, partner=standing[int(chosen)])
        messages.success(request, _("Participants are asked now; nobody’s answer is filled in for them."))
        return redirect(stage.at(edition, "contact_partners"))
    asked = {text.purpose for text in found.consent_texts(session)}
    rows = [
        (one, found.contact_purpose(session, one.pk) in asked, found.contacts_for(session, one.pk).count())
        for one in standing.values()
    ]
    return stage.show(
        request, edition, "contact_partners", _("Contacts for partners"), rows=rows,
        may_manage=may(request.user, "dialogue.manage_registrations", edition),
    )  # fmt: skip


@require_safe
@for_organisers
def table(request: HttpRequest, edition: Edition, session: Session, ending: str) -> HttpResponse:
    """The list of people as a file, as it is filtered on the screen, without needs."""
    rows = services.export_registrations(by=request.user, session=session)
    shown, _doubtful, _twice = _filtered(FilterForm(request.GET, session=session), session, rows)
    records = exports.people_rows(shown, found.photo_refused(session))
    return _file(
        request, ending, "registrations", _("Registrations"), exports.people_fields(), records, edition
    )


@require_safe
@for_organisers
def needs(request: HttpRequest, edition: Edition, session: Session, ending: str) -> HttpResponse:
    """What people need as a file of its own; who took it is written down."""
    records = exports.needs_rows(services.export_needs(by=request.user, session=session))
    return _file(request, ending, "needs", _("Needs"), exports.needs_fields(), records, edition)


@require_safe
@for_organisers
def contacts(
    request: HttpRequest, edition: Edition, session: Session, partner: int, ending: str
) -> HttpResponse:
    """The contacts for one partner, of those who agree today."""
    row = edition.partnerships.select_related("partner").filter(partner=partner).first()
    if row is None:
        raise Http404
    people = services.export_contacts(by=request.user, session=session, partner=row.partner)
    records = exports.contact_rows(people)
    return _file(
        request, ending, f"contacts-{partner}", _("Contacts"), exports.contact_fields(), records, edition
    )


def _file(
    request: HttpRequest, ending: str, name: str, title: str, fields: list, records: list, edition: Edition
) -> HttpResponse:
    if ending not in KINDS or ending == "json":
        raise Http404
    answer = table_download(
        request, ending, name=f"{name}-{edition.year}", title=title, fields=fields, records=records,
        about={"edition": str(edition.name)},
    )  # fmt: skip
    answer["Cache-Control"] = "no-store"
    return answer


def _filtered(
    form: FilterForm, session: Session, rows: QuerySet[Registration]
) -> tuple[list[Registration], dict[int, Any], set[int]]:
    """The people whom the form asks for, in its order, with the hints about them."""
    form.is_valid()
    asked = {name: value for name, value in getattr(form, "cleaned_data", {}).items() if value}
    for field, column in (
        ("state", "state"),
        ("type", "stakeholder"),
        ("city", "city"),
        ("profession", "profession"),
    ):
        if field in asked:
            rows = rows.filter(**{column: asked[field]})
    if "state" not in asked:
        rows = rows.exclude(state=State.CANCELLED) if asked.get("show") != "changed" else rows
    found_rows = list(rows)
    doubtful = found.suspicions(found_rows)
    twice = {pk for pair in found.duplicates(session) for pk in (pair.first.pk, pair.second.pk)}
    match asked.get("show"):
        case "unconfirmed":
            found_rows = [one for one in found_rows if one.verified_at is None]
        case "doubtful":
            found_rows = [one for one in found_rows if one.pk in doubtful]
        case "duplicates":
            found_rows = [one for one in found_rows if one.pk in twice]
        case "no_photos":
            refused = found.photo_refused(session)
            found_rows = [one for one in found_rows if one.pk in refused]
        case "changed":
            moment = found.last_print(session)
            changed = found.changed_since(session, moment) if moment else set()
            found_rows = [one for one in found_rows if one.pk in changed]
    if words := fold(asked.get("q", "")):
        found_rows = [
            one
            for one in found_rows
            if all(word in fold(f"{one.name} {one.comes_from} {one.email}") for word in words.split())
        ]
    keys = {
        "came": lambda one: (one.created_at, one.pk),
        "type": lambda one: (one.stakeholder, one.created_at, one.pk),
        "place": lambda one: (polish_sort_key(one.comes_from), one.pk),
    }
    found_rows.sort(key=keys.get(asked.get("sort", ""), _by_surname))
    return found_rows, doubtful, twice


def _by_surname(one: Registration) -> tuple:
    first, _space, surname = one.name.rpartition(" ")
    return polish_sort_key(surname), polish_sort_key(first), one.pk


def _bulk(request: HttpRequest, edition: Edition, rows: QuerySet[Registration]) -> HttpResponse:
    """Does one thing to each chosen person by the same service as one by one; what a rule refuses is told."""
    act = BULK.get(request.POST.get("do", ""))
    chosen = [pk for pk in request.POST.getlist("person") if pk.isdecimal() and len(pk) < 18]
    back = f"{stage.at(edition, 'registrations')}?{request.GET.urlencode()}"
    if act is None or not chosen:
        messages.error(request, _("Choose people and what to do with them."))
        return redirect(back)
    done, refused = 0, []
    for one in rows.filter(pk__in=chosen):
        try:
            act(by=request.user, registration=one)
        except NotAllowed:
            raise
        except DomainError as error:
            refused.append(f"{one.name}: {error.message}")
        else:
            done += 1
    if done:
        messages.success(
            request, ngettext("Done for %(n)d person.", "Done for %(n)d people.", done) % {"n": done}
        )
    for text in refused[:10]:
        messages.error(request, text)
    return redirect(back)


def _act(request: HttpRequest, own: Registration, do: str, form: Any) -> None:
    by = request.user
    match do:
        case "confirm":
            services.confirm_organisation(by=by, registration=own, **form.cleaned_data)
        case "refuse":
            services.refuse_organisation(by=by, registration=own, **form.cleaned_data)
        case "rule":
            services.set_seating_rule(by=by, first=own, **form.cleaned_data)
        case "substitute":
            services.name_substitute(by=by, registration=own, **form.cleaned_data)
        case "let_in":
            services.let_in(by=by, registration=own)
        case "again":
            services.send_invitation_again(by=by, registration=own)
        case "cancel":
            services.cancel_registration(by=by, registration=own, reason=request.POST.get("reason", ""))
        case "delete_rule":
            asked = request.POST.get("rule", "")
            rule = SeatingRule.objects.filter(
                session=own.session, pk=asked if asked.isdecimal() else 0
            ).first()
            if rule is not None:
                services.delete_seating_rule(by=by, rule=rule)
        case _:
            raise Http404
