"""Fetches figures from the Local Data Bank into imports; a person confirms them like those of any file."""

import csv
import io
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.cities.bdl import ANONYMOUS, REGISTERED, Bdl, BdlError, Page, Quota, moment
from ratusz.apps.cities.models import BdlCall, BdlFetch, BdlPage, Indicator
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError, Text
from ratusz.apps.core.imports import services as imports
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import require

State = BdlFetch.State
# Fewer than the import takes in one file.
ROWS_OF_A_FILE = 50_000
HEADER = ["Kod", "Nazwa", "Wskaźnik", "Rok", "Wartość", "Jednostka miary", "Atrybut"]

ERRORS: dict[str, tuple[Text, Text]] = {
    "quota": (
        _("The Local Data Bank takes no more calls for now."),
        _("Start again after %(at)s, or enter a free key of the bank in the settings (BDL_API_KEY)."),
    ),
    "refused": (
        _("The Local Data Bank answered: %(reason)s."),
        _("Start again after %(at)s, or enter a free key of the bank in the settings (BDL_API_KEY)."),
    ),
    "key": (
        _("The Local Data Bank refused the key."),
        _("Check BDL_API_KEY in the settings, or leave it empty."),
    ),
    "unknown_variable": (
        _("The Local Data Bank has no variable %(variable)s."),
        _("Correct the number of the variable in the indicator."),
    ),
    "level": (
        _("The variable %(variable)s is not published for gminas."),
        _("Fetch it at the level of counties."),
    ),
    "unreachable": (
        _("The Local Data Bank cannot be reached (%(reason)s)."),
        _("Check the network and start again; pages that were fetched are kept."),
    ),
    "broken": (
        _("The Local Data Bank answered with an error of its own (%(status)s)."),
        _("Start again later; pages that were fetched are kept."),
    ),
    "unreadable": (
        _("The answer about the variable %(variable)s is not in the form that the bank describes."),
        _("Start again later, or import the figures from a file of the bank's website."),
    ),
    "nothing": (
        _("The bank has no figure for these indicators and years."),
        _("Choose other years; the newest are published with a delay."),
    ),
}


class Calls:
    """The history of calls in the database."""

    def since(self, at: float) -> list[float]:
        return [
            call.timestamp()
            for call in BdlCall.objects.filter(at__gt=moment(at)).values_list("at", flat=True)
        ]

    def add(self, at: float) -> None:
        BdlCall.objects.create(at=moment(at))
        BdlCall.objects.filter(at__lt=moment(at - max(ANONYMOUS))).delete()


class Pages(MutableMapping[str, Page]):
    """The cache of pages in the database."""

    def __getitem__(self, address: str) -> Page:
        row = BdlPage.objects.filter(address=address[:500]).first()
        if row is None:
            raise KeyError(address)
        return Page(row.etag, row.body)

    def __setitem__(self, address: str, page: Page) -> None:
        BdlPage.objects.update_or_create(
            address=address[:500], defaults={"etag": page.etag, "body": page.body}
        )

    def __delitem__(self, address: str) -> None:
        BdlPage.objects.filter(address=address[:500]).delete()

    def __iter__(self) -> Iterator[str]:
        return iter(BdlPage.objects.values_list("address", flat=True))

    def __len__(self) -> int:
        return BdlPage.objects.count()


def connect() -> Bdl:
    """The bank at the address of the settings."""
    key = settings.BDL_API_KEY
    return Bdl(
        settings.BDL_API_URL, key=key, cache=Pages(), quota=Quota(REGISTERED if key else ANONYMOUS, Calls())
    )


@transaction.atomic
def ask_bdl(
    *, by: Any, edition: Edition, indicators: list[Indicator], first_year: int, last_year: int, level: int,
    start: Callable[[int], Any],
) -> BdlFetch:  # fmt: skip
    """Returns a fetch in the queue; `start` defers its job."""
    require(by, "cities.import", edition)
    if without := [indicator for indicator in indicators if not indicator.bdl_variable]:
        raise DomainError(
            _("The indicator %(name)s has no variable of the Local Data Bank.") % {"name": without[0]},
            next_step=_("Enter the number of the variable in the indicator."),
            field="indicators",
            code="no_variable",
        )
    fetch = BdlFetch.objects.create(
        edition=edition, by=by, indicators=[i.code for i in indicators], first_year=first_year, last_year=last_year,
        level=level,
    )  # fmt: skip
    audit.record(by=by, action="cities.ask_bdl", subject=fetch, edition=edition, indicators=fetch.indicators)
    start(fetch.pk)
    return fetch


@transaction.atomic
def ask_bdl_again(*, by: Any, fetch: BdlFetch, start: Callable[[int], Any]) -> BdlFetch:
    """Puts a fetch that failed or was interrupted back into the queue."""
    require(by, "cities.import", fetch.edition)
    fetch = BdlFetch.objects.select_for_update().get(pk=fetch.pk)
    if fetch.state == State.DONE:
        raise DomainError(_("Everything was fetched already."), code="done")
    fetch.state, fetch.error = State.QUEUED, None
    fetch.save(update_fields=["state", "error"])
    audit.record(by=by, action="cities.ask_bdl_again", subject=fetch, edition=fetch.edition)
    start(fetch.pk)
    return fetch


def fetch_from_bdl(fetch_id: int) -> None:
    """Does the work of a fetch; called by the job, and safe to call again after a crash."""
    if (
        not BdlFetch.objects.filter(pk=fetch_id)
        .exclude(state=State.DONE)
        .update(state=State.RUNNING, error=None)
    ):
        return
    fetch = BdlFetch.objects.select_related("edition", "by").get(pk=fetch_id)
    try:
        with connect() as bank:
            _fetch(fetch, bank)
    except BdlError as error:
        data = {**error.data}
        if "at" in data:
            data["at"] = timezone.localtime(moment(data["at"])).strftime("%Y-%m-%d %H:%M")
        BdlFetch.objects.filter(pk=fetch_id).update(
            state=State.FAILED, error={"code": error.code, "data": data}
        )
    except DomainError as error:
        BdlFetch.objects.filter(pk=fetch_id).update(
            state=State.FAILED, error={"code": "", "text": str(error)}
        )


def _fetch(fetch: BdlFetch, bank: Bdl) -> None:
    held = {code for codes in fetch.batches.values() for code in codes}
    indicators = [
        i for i in Indicator.objects.filter(code__in=fetch.indicators).order_by("code") if i.code not in held
    ]
    years = list(range(fetch.first_year, fetch.last_year + 1))
    rows: list[list[Any]] = []
    codes: list[str] = []
    for indicator in indicators:
        found = _rows(bank, indicator, fetch.level, years)
        if rows and len(rows) + len(found) > ROWS_OF_A_FILE:
            _to_import(fetch, rows, codes)
            rows, codes = [], []
        rows += found
        codes.append(indicator.code)
        fetch.done, fetch.calls = fetch.done + 1, bank.calls
        fetch.save(update_fields=["done", "calls"])
    if rows:
        _to_import(fetch, rows, codes)
    if not fetch.batches:
        raise BdlError("nothing")
    fetch.state = State.DONE
    fetch.save(update_fields=["state"])


def _rows(bank: Bdl, indicator: Indicator, level: int, years: list[int]) -> list[list[Any]]:
    variable = bank.variable(indicator.bdl_variable)
    if level > variable.level > 0:
        raise BdlError("level", variable=variable.id)
    published = [year for year in years if not variable.years or year in variable.years]
    if not published:
        return []
    return [
        [v.teryt, v.name, indicator.code, v.year, repr(v.value).replace(".", ","), variable.unit, v.flag]
        for v in bank.values(variable.id, level=level, years=published)
    ]


@transaction.atomic
def _to_import(fetch: BdlFetch, rows: list[list[Any]], codes: list[str]) -> None:
    """Makes an import of the rows, kept as the file that anyone can download and check."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerows([HEADER, *rows])
    name = f"BDL_{fetch.first_year}-{fetch.last_year}_{codes[0]}{'' if len(codes) == 1 else f'_+{len(codes) - 1}'}.csv"
    batch = imports.upload(
        by=fetch.by,
        target="observations",
        file_name=name,
        data=text.getvalue().encode(),
        edition=fetch.edition,
    )
    fetch.batches = {**fetch.batches, str(batch.pk): codes}
    fetch.save(update_fields=["batches"])


def error_in_words(fetch: BdlFetch) -> str:
    """What went wrong and what to do next, in the active language."""
    if not fetch.error:
        return ""
    if not fetch.error.get("code"):
        return fetch.error.get("text", "")
    message, step = ERRORS[fetch.error["code"]]
    data = {"at": "", **fetch.error["data"]}
    return f"{message % data} {step % data}"
