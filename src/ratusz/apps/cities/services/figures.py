"""Indicators, sources, figures and their corrections."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ratusz.apps.cities.models import City, Correction, Indicator, Observation, Population, Source
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.templatetags.formats import number
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import require


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure on its way in: a city by its TERYT code, a year, a value."""

    teryt: str
    year: int
    value: float
    flag: str = ""


@transaction.atomic
def save_source(
    *, by: Any, edition: Edition | None = None, source: Source | None = None, **fields: Any
) -> Source:
    """Returns the source created or changed."""
    if by is not None:
        require(by, "cities.change_indicator", edition)
    return _save(Source, source, fields, by=by, edition=edition, action="cities.save_source")


@transaction.atomic
def save_indicator(
    *, by: Any, edition: Edition | None = None, indicator: Indicator | None = None, **fields: Any
) -> Indicator:
    """Returns the indicator created or changed; the audit log keeps what each field was."""
    if by is not None:
        require(by, "cities.change_indicator", edition)
    code = fields.get("code", indicator.code if indicator else "")
    if Indicator.objects.filter(code=code).exclude(pk=indicator.pk if indicator else None).exists():
        raise DomainError(
            _("An indicator with the code %(code)s exists already.") % {"code": code},
            next_step=_("Choose another code, or change that indicator."),
            field="code",
            code="code_taken",
        )
    return _save(Indicator, indicator, fields, by=by, edition=edition, action="cities.save_indicator")


def _save(model: type, row: Any, fields: dict, *, by: Any, edition: Edition | None, action: str) -> Any:
    """Writes the fields and one audit entry that names what changed."""
    before = {name: getattr(row, name) for name in fields} if row else {}
    row = row or model()
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    changed = {
        name: [None if name not in before else str(before[name]), str(value)]
        for name, value in fields.items()
        if name not in before or before[name] != value
    }
    audit.record(by=by, action=action, subject=row, edition=edition, changed=changed)
    return row


@transaction.atomic
def store_figures(
    *,
    by: Any,
    indicator: Indicator,
    source: Source,
    figures: Iterable[Figure],
    edition: Edition | None = None,
) -> int:
    """Writes figures of one indicator (a figure of the same city and year is replaced); returns how many."""
    if by is not None:
        require(by, "cities.import", edition)
    figures = [figure for figure in figures if math.isfinite(figure.value)]
    cities = dict(
        City.objects.filter(teryt__in={figure.teryt for figure in figures}).values_list("teryt", "pk")
    )
    if unknown := sorted({figure.teryt for figure in figures} - cities.keys()):
        raise _unknown_code(unknown[0])
    Observation.objects.bulk_create(
        [
            Observation(
                city_id=cities[figure.teryt], indicator=indicator, year=figure.year,
                value=figure.value, source=source, flag=figure.flag,
            )
            for figure in figures
        ],
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["indicator", "city", "year"],
        update_fields=["value", "source", "flag", "updated_at"],
    )  # fmt: skip
    audit.record(
        by=by,
        action="cities.store_figures",
        subject=indicator,
        edition=edition,
        source=source.code,
        figures=len(figures),
    )
    return len(figures)


@transaction.atomic
def store_populations(
    *, by: Any, source: Source, figures: Iterable[Figure], edition: Edition | None = None
) -> int:
    """Writes populations by year (one of the same city, year and source is replaced); returns how many."""
    if by is not None:
        require(by, "cities.import", edition)
    figures = list(figures)
    cities = dict(
        City.objects.filter(teryt__in={figure.teryt for figure in figures}).values_list("teryt", "pk")
    )
    if unknown := sorted({figure.teryt for figure in figures} - cities.keys()):
        raise _unknown_code(unknown[0])
    Population.objects.bulk_create(
        [
            Population(
                city_id=cities[figure.teryt], year=figure.year, people=round(figure.value), source=source
            )
            for figure in figures
        ],
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["city", "year", "source"],
        update_fields=["people"],
    )
    audit.record(
        by=by, action="cities.store_populations", subject=source, edition=edition, figures=len(figures)
    )
    return len(figures)


def _unknown_code(teryt: str) -> DomainError:
    return DomainError(
        _("No city of the registry has the TERYT code %(teryt)s.") % {"teryt": teryt},
        next_step=_("Import the registry of gminas first, or correct the code."),
        field="teryt",
        code="unknown_teryt",
    )


@transaction.atomic
def correct_observation(
    *, by: Any, edition: Edition, observation: Observation, new_value: float, source: Source,
    reason_pl: str, reason_en: str = "",
) -> Correction:  # fmt: skip
    """Changes one figure and appends to its public trail the old and the new value, the source and the reason."""
    require(by, "cities.correct_observation", edition)
    return write_correction(
        by=by, edition=edition, city=observation.city, indicator=observation.indicator, year=observation.year,
        new_value=new_value, source=source, reason_pl=reason_pl, reason_en=reason_en,
    )  # fmt: skip


def write_correction(
    *, by: Any, edition: Edition, city: City, indicator: Indicator, year: int, new_value: float, source: Source,
    reason_pl: str, reason_en: str,
) -> Correction:  # fmt: skip
    """Changes a figure, or gives a missing one, with its public trail; the caller has asked for permission."""
    if not reason_pl.strip():
        raise DomainError(
            _("A correction without a reason cannot be published."),
            next_step=_(
                "Write in one sentence why the figure changes; readers see it on the indicator card."
            ),
            field="reason_pl",
            code="reason_missing",
        )
    if not math.isfinite(new_value):
        raise DomainError(_("The new value is not a number."), field="new_value", code="not_a_number")
    figure = Observation.objects.select_for_update().filter(city=city, indicator=indicator, year=year).first()
    old_value = figure.value if figure else None
    if new_value == old_value:
        raise DomainError(
            _("The figure is %(value)s already: there is nothing to correct.")
            % {"value": number(old_value, indicator.decimals)},
            next_step=_("Enter the new value, or go back to the list."),
            field="new_value",
            code="same_value",
        )
    figure = figure or Observation(city=city, indicator=indicator, year=year)
    figure.value, figure.source = new_value, source
    figure.save()
    correction = Correction.objects.create(
        edition=edition, observation=figure, old_value=old_value, new_value=new_value,
        reason_pl=reason_pl.strip(), reason_en=reason_en.strip(), source=source, by=by,
    )  # fmt: skip
    audit.record(
        by=by, action="cities.correct_observation", subject=figure, edition=edition,
        old=old_value, new=new_value, reason=reason_pl, source=source.code,
    )  # fmt: skip
    return correction
