"""A small client of the GUS Local Data Bank (BDL) API: pages, quota, cache, flags. No Django, no database.

What the API does in practice, and this client minds: over quota it answers 429, or 200 with `errorResult`;
`year` is a string; the kinds 4, 5 and 8 of a unit are parts that would be counted twice; a value may be no
value, which only its flag says. The client calls only the address that it was given.
"""

import time
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol, Self

import httpx

PAGE_SIZE = 100
# Window in seconds → calls allowed in it: without a key, and with one.
ANONYMOUS = {1: 5, 15 * 60: 100, 12 * 3600: 1_000, 7 * 86_400: 10_000}
REGISTERED = {1: 10, 15 * 60: 500, 12 * 3600: 5_000, 7 * 86_400: 50_000}
# A pause longer than this is not slept through: the caller is told when to come back.
LONGEST_PAUSE = 60.0
ATTEMPTS = 4


class BdlError(Exception):
    """The bank did not answer as asked; `code` names why and `data` fills the message."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code, data)
        self.code, self.data = code, data


@dataclass(frozen=True, slots=True)
class Variable:
    """What the bank says of one variable."""

    id: int
    name: str
    unit: str
    level: int
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """One figure of the bank: the TERYT code is derived from the unit's own twelve digits."""

    teryt: str
    name: str
    year: int
    value: float
    flag: int


@dataclass(frozen=True, slots=True)
class Page:
    """An answer that may be asked again by its ETag."""

    etag: str
    body: dict[str, Any]


class History(Protocol):
    """The moments of the latest calls, shared by all processes that use the same address or key."""

    def since(self, moment: float) -> list[float]: ...

    def add(self, moment: float) -> None: ...


@dataclass(slots=True)
class Memory:
    """A history of calls for one process alone."""

    calls: list[float] = field(default_factory=list)

    def since(self, moment: float) -> list[float]:
        return [call for call in self.calls if call > moment]

    def add(self, moment: float) -> None:
        self.calls.append(moment)


@dataclass(slots=True)
class Quota:
    """The limits of the bank: waits a little, or says when to come back."""

    limits: dict[int, int]
    history: History = field(default_factory=Memory)
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep

    def wait(self) -> None:
        """Returns when one more call is within every limit, and counts it; raises BdlError for a long wait."""
        now = self.clock()
        calls = sorted(self.history.since(now - max(self.limits)))
        pause = 0.0
        for window, limit in self.limits.items():
            inside = [call for call in calls if call > now - window]
            if len(inside) >= limit:
                pause = max(pause, inside[-limit] + window - now)
        if pause > LONGEST_PAUSE:
            raise BdlError("quota", at=self.clock() + pause)
        if pause > 0:
            self.sleep(pause)
        self.history.add(self.clock())


def teryt_of(unit_id: str) -> str:
    """The seven-digit TERYT code in the twelve digits of a unit: `…000` at its end for a county.

    >>> teryt_of("071412865011"), teryt_of("011212161000"), teryt_of("051011661000")
    ('1465011', '1261000', '1061000')
    """
    return unit_id[2:4] + unit_id[7:12]


class Bdl:
    """The bank at one address; `cache` keeps pages by their address between runs."""

    def __init__(
        self, base_url: str, *, key: str = "", cache: MutableMapping[str, Page] | None = None,
        quota: Quota | None = None, timeout: float = 30.0,
    ) -> None:  # fmt: skip
        headers = {"Accept": "application/json", "User-Agent": "Ratusz"}
        if key:
            headers["X-ClientId"] = key
        self.cache: MutableMapping[str, Page] = {} if cache is None else cache
        self.quota = quota or Quota(REGISTERED if key else ANONYMOUS)
        self.calls = 0
        # No redirects: a call never leaves the address that the person chose.
        self._client = httpx.Client(base_url=base_url.rstrip("/") + "/", headers=headers, timeout=timeout)

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def variable(self, variable: int) -> Variable:
        """What the bank says of a variable; raises BdlError when there is none."""
        body = self._get(f"variables/{variable}", {"lang": "pl"}, variable=variable)
        dimensions = [str(body[key]) for key in ("n1", "n2", "n3", "n4", "n5") if body.get(key)]
        return Variable(
            id=int(body["id"]),
            name="; ".join(dimensions),
            unit=str(body.get("measureUnitName", "")),
            level=int(body.get("level", 0)),
            years=tuple(int(year) for year in body.get("years", ())),
        )

    def values(self, variable: int, *, level: int, years: Sequence[int]) -> Iterator[Value]:
        """Every figure of a variable at a level in the years, flags as they are, parts of units left out."""
        for result in self._pages(variable, level, years):
            unit = str(result["id"])
            # Town and rural part of a gmina, and districts, are in the whole already.
            if level == 6 and unit[-1] in "458":
                continue
            for value in result.get("values", ()):
                if value.get("val") is None:
                    continue
                yield Value(
                    teryt=teryt_of(unit),
                    name=str(result.get("name", "")),
                    year=int(value["year"]),
                    value=float(value["val"]),
                    flag=int(value.get("attrId", 1)),
                )

    def _pages(self, variable: int, level: int, years: Sequence[int]) -> Iterator[dict[str, Any]]:
        """The results of all pages; the page is counted here, as the links may name another host."""
        page, last = 0, None
        while True:
            parameters: dict[str, Any] = {
                "unit-level": level, "year": list(years), "lang": "pl", "format": "json",
                "page": page, "page-size": PAGE_SIZE,
            }  # fmt: skip
            body = self._get(f"data/by-variable/{variable}", parameters, variable=variable)
            results = body.get("results")
            if not isinstance(results, list):
                raise BdlError("unreadable", variable=variable)
            yield from results
            last = -(-int(body.get("totalRecords", 0)) // PAGE_SIZE) if last is None else last
            page += 1
            if not results or not (body.get("links") or {}).get("next") or page > last:
                return

    def _get(self, path: str, parameters: dict[str, Any], *, variable: int) -> dict[str, Any]:
        """One page, from the cache when the bank says that it has not changed."""
        request = self._client.build_request("GET", path, params=parameters)
        address = str(request.url)
        known = self.cache.get(address)
        if known is not None and known.etag:
            request.headers["If-None-Match"] = known.etag
        for attempt in range(1, ATTEMPTS + 1):
            self.quota.wait()
            self.calls += 1
            try:
                response = self._client.send(request)
            except httpx.HTTPError as error:
                self._pause(attempt, 2.0**attempt, BdlError("unreachable", reason=type(error).__name__))
                continue
            if response.status_code == 304 and known is not None:
                return known.body
            if response.status_code == 429:
                pause = retry_after(response.headers.get("Retry-After"), self.quota.clock())
                self._pause(attempt, pause, BdlError("quota", at=self.quota.clock() + pause))
                continue
            if response.status_code >= 500:
                self._pause(attempt, 2.0**attempt, BdlError("broken", status=response.status_code))
                continue
            body = self._body(response, variable)
            if "errorResult" in body:
                # An answer over quota, with the status of a good one.
                pause = retry_after(response.headers.get("Retry-After"), self.quota.clock())
                error = BdlError(
                    "refused", reason=str(body["errorResult"])[:200], at=self.quota.clock() + pause
                )
                self._pause(attempt, pause, error)
                continue
            if etag := response.headers.get("ETag"):
                self.cache[address] = Page(etag, body)
            return body
        raise BdlError("unreachable", reason="")

    def _pause(self, attempt: int, seconds: float, error: BdlError) -> None:
        """Sleeps before the next attempt; raises the error when it was the last or the wait is long."""
        if attempt == ATTEMPTS or seconds > LONGEST_PAUSE:
            raise error
        self.quota.sleep(seconds)

    @staticmethod
    def _body(response: httpx.Response, variable: int) -> dict[str, Any]:
        if response.status_code in {401, 403}:
            raise BdlError("key")
        if response.status_code == 404:
            raise BdlError("unknown_variable", variable=variable)
        if response.status_code != 200:
            raise BdlError("broken", status=response.status_code)
        try:
            body = response.json()
        except ValueError as error:
            raise BdlError("unreadable", variable=variable) from error
        if not isinstance(body, dict):
            raise BdlError("unreadable", variable=variable)
        return body


def retry_after(header: str | None, now: float) -> float:
    """Seconds to wait by a Retry-After header, which is a number or a date; 5 without one.

    >>> retry_after("7", 0.0), retry_after(None, 0.0)
    (7.0, 5.0)
    """
    if not header:
        return 5.0
    if header.strip().isdigit():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return 5.0
    return max(0.0, moment.timestamp() - now)


def moment(seconds: float) -> datetime:
    """The moment as a date with a zone."""
    return datetime.fromtimestamp(seconds, tz=UTC)
