"""The organiser decides on an objection: the figure, its public reason and the mail to the city in one transaction."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.cities import consequences, notices
from ratusz.apps.cities.models import City, Correction, Objection, Source
from ratusz.apps.cities.models.figures import OWN_SOURCE
from ratusz.apps.cities.services.figures import write_correction
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.editions.permissions import require

State = Objection.State


@transaction.atomic
def decide_objection(
    *, by: Any, objection: Objection, version: int, accept: bool, reason_pl: str, reason_en: str = "",
    value: float | None = None, source: Source | None = None, knows_consequences: bool = False,
) -> Objection:  # fmt: skip
    """Accepts an objection, also with another `value` than the proposed one, or rejects it; the reason is public.

    `version` is that of the text which the organiser has read. Without a `source` the figure is the city's own.
    """
    require(by, "cities.decide_objection", objection.edition)
    objection = (
        Objection.objects.select_for_update(of=("self",))
        .select_related("edition__programme", "city", "indicator", "by")
        .get(pk=objection.pk)
    )
    _check(objection, version, reason_pl)
    if accept:
        after = consequences.of(objection.edition)
        if after and not knows_consequences:
            raise DomainError(
                " ".join(str(one) for one in after),
                next_step=_("Tick that you know what follows, and decide again."),
                field="knows_consequences",
                code="consequences",
            )
        objection.correction = _correct(objection, by, value, source, reason_pl, reason_en)
    objection.state = State.ACCEPTED if accept else State.REJECTED
    objection.reason_pl, objection.reason_en = reason_pl.strip(), reason_en.strip()
    objection.decided_at, objection.decided_by = timezone.now(), by
    objection.version += 1
    objection.save()
    audit.record(
        by=by, action="cities.accept_objection" if accept else "cities.reject_objection", subject=objection,
        edition=objection.edition, indicator=objection.indicator.code, reason=reason_pl,
        value=objection.correction.new_value if objection.correction else None,
    )  # fmt: skip
    notices.decision(objection)
    return objection


def _check(objection: Objection, version: int, reason_pl: str) -> None:
    if objection.state != State.WAITING:
        raise DomainError(
            _("This objection is not waiting any more: %(state)s.")
            % {"state": objection.get_state_display()},
            next_step=_("Open it anew; nothing was decided now."),
            code="not_waiting",
        )
    if objection.version != version:
        raise DomainError(
            _("The city changed this objection after you had opened it, so that nothing was decided."),
            next_step=_("Read what stands above now, then decide."),
            code="changed_meanwhile",
        )
    if not reason_pl.strip():
        raise DomainError(
            _("A decision without a reason cannot be published."),
            next_step=_("Write in one or two sentences why; everybody reads them on the indicator card."),
            field="reason_pl",
            code="reason_missing",
        )


def _correct(
    objection: Objection, by: Any, value: float | None, source: Source | None, reason_pl: str, reason_en: str
) -> Correction:
    """The correction of the figure for the year that the objection names."""
    return write_correction(
        by=by, edition=objection.edition, city=objection.city, indicator=objection.indicator,
        year=objection.year, new_value=objection.value if value is None else value,
        source=source or source_of(objection.city), reason_pl=reason_pl, reason_en=reason_en,
    )  # fmt: skip


def source_of(city: City) -> Source:
    """The source of figures that a city gave itself, made on first use; the document is named beside each figure."""
    source, _created = Source.objects.get_or_create(
        code=f"{OWN_SOURCE}{city.teryt}",
        defaults={
            "name_pl": f"Dane własne miasta: {city.name}",
            "name_en": f"The city's own figures: {city.name}",
            "publisher": city.name,
            "licence": "Ponowne wykorzystywanie informacji sektora publicznego / re-use of public sector information",
        },
    )
    return source
