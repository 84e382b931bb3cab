"""What a city's team does with an objection: draft, send, change, withdraw; and reading its document."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.cities import notices, queries
from ratusz.apps.cities.documents import Document
from ratusz.apps.cities.models import City, Indicator, Objection, ObjectionFile
from ratusz.apps.cities.plausibility import doubts
from ratusz.apps.cities.services.dialogue import require_city
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.spelling import read_number
from ratusz.apps.core.templatetags.formats import number
from ratusz.apps.editions.models import Edition

FIRST_YEAR = 1990
State = Objection.State


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a city proposes, as it was typed."""

    typed: str = ""
    year: int | None = None
    source_name: str = ""
    source_url: str = ""
    grounds: str = ""


@transaction.atomic
def save_draft(
    *, by: Any, edition: Edition, city: City, indicator: Indicator, proposal: Proposal, version: int,
    document: Document | None = None,
) -> Objection:  # fmt: skip
    """Keeps what was typed, right or not, for the city's team; nobody else sees a draft."""
    require_city(by, "cities.object", edition, city)
    objection = _open(edition, city, indicator, version)
    if objection is not None and objection.state == State.WAITING:
        raise DomainError(
            _("This objection was sent already, so that it cannot become a draft again."),
            next_step=_("Send the change, or withdraw the objection."),
            code="sent_already",
        )
    objection = objection or _new(by=by, edition=edition, city=city, indicator=indicator)
    _write(objection, proposal, document)
    audit.record(
        by=by, action="cities.draft_objection", subject=objection, edition=edition, indicator=indicator.code
    )
    return objection


@transaction.atomic
def send_objection(
    *, by: Any, edition: Edition, city: City, indicator: Indicator, proposal: Proposal, version: int,
    document: Document | None = None, sure: bool = False,
) -> Objection:  # fmt: skip
    """Sends an objection, or the change of one that waits; a receipt goes to the author by mail."""
    require_city(by, "cities.object", edition, city)
    objection = _open(edition, city, indicator, version)
    figure = queries.own_figures(edition, city, [indicator])[0]
    has_document = document is not None or (objection is not None and hasattr(objection, "document"))
    for problem in problems(edition, figure, proposal, has_document=has_document, sure=sure):
        raise problem
    value = read_number(proposal.typed).value
    changed = objection is not None and objection.state == State.WAITING
    objection = objection or _new(by=by, edition=edition, city=city, indicator=indicator)
    objection.state, objection.value = State.WAITING, value
    objection.old_value = figure.observation.value if figure.observation else None
    objection.old_year = figure.observation.year if figure.observation else None
    objection.by, objection.sent_at = by, timezone.now()
    _write(objection, proposal, document)
    audit.record(
        by=by, action="cities.change_objection" if changed else "cities.send_objection", subject=objection,
        edition=edition, indicator=indicator.code, old=objection.old_value, proposed=value, year=proposal.year,
        document=objection.document.sha256 if hasattr(objection, "document") else None,
    )  # fmt: skip
    notices.receipt(objection, changed=changed)
    return objection


def problems(
    edition: Edition, figure: queries.OwnFigure, proposal: Proposal, *, has_document: bool, sure: bool
) -> Iterator[DomainError]:
    """Every rule that the proposal breaks, each at its field."""
    yield from _problems_of_value(figure, proposal, sure=sure)
    if proposal.year is None or not FIRST_YEAR <= proposal.year <= edition.year:
        yield DomainError(
            _("Give the year that the value describes: from %(first)s to %(last)s.")
            % {"first": FIRST_YEAR, "last": edition.year},
            field="year",
            code="year_wrong",
        )
    if not proposal.source_name.strip():
        yield DomainError(
            _("Name the source: who published the value, and where."),
            field="source_name",
            code="source_missing",
        )
    if proposal.source_url and not is_web_address(proposal.source_url):
        yield DomainError(
            _("“%(url)s” is not the address of a page.") % {"url": proposal.source_url},
            next_step=_("Copy it from the browser; it begins with https:// or http://."),
            field="source_url",
            code="address_wrong",
        )
    if not proposal.source_url and not has_document:
        yield DomainError(
            _("An objection needs a source that others can check."),
            next_step=_("Give the address of the page with the value, or attach a document."),
            field="source_url",
            code="proof_missing",
        )
    if not proposal.grounds.strip():
        yield DomainError(
            _("Say in one or two sentences why the figure is wrong, or what is missing."),
            field="grounds",
            code="grounds_missing",
        )


def _problems_of_value(figure: queries.OwnFigure, proposal: Proposal, *, sure: bool) -> Iterator[DomainError]:
    typed = read_number(proposal.typed)
    if typed.state != "value":
        message = _("“%(value)s” is not a number. Write for example 12,5.") % {"value": proposal.typed}
        empty = _("Give the value that you propose. Write 0 only if it is zero.")
        yield DomainError(message if proposal.typed.strip() else empty, field="typed", code="not_a_number")
        return
    stands = figure.observation
    if stands is not None and (stands.year, stands.value) == (proposal.year, typed.value):
        yield DomainError(
            _("The figure is %(value)s already: there is nothing to object to.")
            % {"value": number(typed.value, figure.indicator.decimals)},
            next_step=_("Enter another value or another year, or go back to your figures."),
            field="typed",
            code="same_value",
        )
        return
    found = doubts(typed.value, figure.context(stands.value if stands else None), percent=typed.percent)
    if found and not sure:
        yield DomainError(
            " ".join(found),
            next_step=_("If it is right all the same, tick “I have checked this value” and send again."),
            field="typed",
            code="doubtful",
        )


def is_web_address(text: str) -> bool:
    """True for an address that a browser may follow from a public page."""
    try:
        URLValidator(schemes=["http", "https"])(text)
    except ValidationError:
        return False
    return True


@transaction.atomic
def withdraw_objection(*, by: Any, objection: Objection) -> None:
    """Takes an objection back before it is decided; a draft is deleted, for nobody but the team has seen it."""
    require_city(by, "cities.withdraw_objection", objection.edition, objection.city)
    objection = Objection.objects.select_for_update().get(pk=objection.pk)
    if not objection.is_open:
        raise DomainError(
            _("This objection is not open any more: %(state)s.") % {"state": objection.get_state_display()},
            next_step=_(
                "Look at the decision; while the window is open you may object again with new facts."
            ),
            code="not_open",
        )
    audit.record(
        by=by, action="cities.withdraw_objection", subject=objection, edition=objection.edition,
        was=objection.state,
    )  # fmt: skip
    if objection.sent_at is None:
        objection.delete()
        return
    objection.state = State.WITHDRAWN
    objection.version += 1
    objection.changed_at = timezone.now()
    objection.save(update_fields=["state", "version", "changed_at"])


@transaction.atomic
def hand_out_document(*, by: Any, edition: Edition, pk: int) -> ObjectionFile | None:
    """The document for a person who may see it, with an entry in the log; None for anybody else."""
    document = queries.document_visible_to(by, edition, pk)
    if document is not None:
        audit.record(
            by=by, action="cities.read_document", subject=document.objection, edition=edition,
            sha256=document.sha256,
        )  # fmt: skip
    return document


def _open(edition: Edition, city: City, indicator: Indicator, version: int) -> Objection | None:
    """The open objection, locked; raises when it is not the version that the person had before them."""
    found = (
        Objection.objects.select_for_update()
        .filter(edition=edition, city=city, indicator=indicator, state__in=Objection.OPEN)
        .first()
    )
    if (found.version if found else 0) != version:
        raise DomainError(
            _("Somebody of your team, or the organiser, changed this objection while you were writing."),
            next_step=_("Open it again in another tab, compare, and add what you wrote."),
            code="changed_meanwhile",
        )
    return found


def _new(*, by: Any, edition: Edition, city: City, indicator: Indicator) -> Objection:
    return Objection(edition=edition, city=city, indicator=indicator, by=by, version=0)


def _write(objection: Objection, proposal: Proposal, document: Document | None) -> None:
    for name, value in asdict(proposal).items():
        setattr(objection, name, value.strip() if isinstance(value, str) else value)
    objection.version += 1
    objection.changed_at = timezone.now()
    try:
        with transaction.atomic():
            objection.save()
    except IntegrityError as error:  # a colleague began one in the same second
        raise DomainError(
            _("Your city has an open objection to this figure already."),
            next_step=_("Open it again in another tab, compare, and add what you wrote."),
            code="open_already",
        ) from error
    if document is not None:
        objection.document, _created = ObjectionFile.objects.update_or_create(
            objection=objection,
            defaults={
                "name": document.name, "content_type": document.content_type, "size": len(document.data),
                "sha256": document.sha256, "data": document.data,
            },
        )  # fmt: skip
