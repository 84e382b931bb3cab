import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from ratusz.apps.cities.bdl import ANONYMOUS, Bdl, BdlError, Memory, Quota
from ratusz.apps.cities.bdl_flags import flag_of
from ratusz.apps.cities.models import BdlFetch, BdlPage, Observation
from ratusz.apps.cities.services import bdl as service
from ratusz.apps.core.models import ImportBatch
from tests.cities.conftest import confirm_and_apply, make_indicator


class Bank:
    """A server on the loopback that speaks the API: pages with links, ETags, and any trouble asked for."""

    def __init__(self, results: list[dict], variable: dict | None = None) -> None:
        self.results, self.requests, self.trouble = results, [], []
        self.variable = variable or {
            "id": 60270,
            "subjectId": "P2392",
            "n1": "ogółem",
            "level": 5,
            "measureUnitName": "%",
        }
        bank = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                bank.answer(self)

            def log_message(self, *_args: object) -> None:
                """Keeps the output of the tests quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/api/v1"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        query = parse_qs(parts.query)
        self.requests.append((parts.path, query, dict(handler.headers)))
        if self.trouble:
            status, headers, body = self.trouble.pop(0)
            self.send(handler, status, body, headers)
            return
        if "/variables/" in parts.path:
            self.send(handler, 200, self.variable, {"ETag": '"v1"'})
            return
        page, size = int(query["page"][0]), int(query["page-size"][0])
        tag = f'"{parts.path}-{page}"'
        if handler.headers.get("If-None-Match") == tag:
            self.send(handler, 304, None, {"ETag": tag})
            return
        piece = self.results[page * size : (page + 1) * size]
        years = set(query["year"])
        shown = [{**r, "values": [v for v in r["values"] if v["year"] in years]} for r in piece]
        links = {"first": "http://elsewhere.example/?page=0", "self": "..."}
        if (page + 1) * size < len(self.results):
            # The bank's own links name another host: they must not be followed.
            links["next"] = f"http://elsewhere.example/?page={page + 1}"
        body = {
            "totalRecords": len(self.results),
            "page": page,
            "pageSize": size,
            "links": links,
            "results": shown,
        }
        self.send(handler, 200, body, {"ETag": tag})

    @staticmethod
    def send(handler: BaseHTTPRequestHandler, status: int, body: dict | None, headers: dict) -> None:
        data = b"" if body is None else json.dumps(body).encode()
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def unit(unit_id: str, name: str, *values: tuple[str, float, int]) -> dict:
    return {"id": unit_id, "name": name, "values": [{"year": y, "val": v, "attrId": a} for y, v, a in values]}


CITIES = [
    unit("051011661000", "Powiat m. Łódź", ("2022", 4.7, 1), ("2023", 4.5, 9)),
    unit("071412865000", "Powiat m. st. Warszawa", ("2022", 1.5, 1), ("2023", 0, 4)),
    unit("030210165000", "Powiat m. Wałbrzych od 2013", ("2022", 0, 0)),
    unit("030210101000", "Powiat bolesławiecki", ("2022", 3.1, 1)),
]


@pytest.fixture
def bank():
    banks = []

    def make(results=CITIES, **options):
        banks.append(Bank(results, **options))
        return banks[-1]

    yield make
    for one in banks:
        one.close()


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now, self.slept = 1_000_000.0, []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def client(bank: Bank, clock: Clock | None = None, **options) -> Bdl:
    clock = clock or Clock()
    return Bdl(bank.url, quota=Quota(ANONYMOUS, Memory(), clock, clock.sleep), **options)


def test_values_come_from_every_page_and_never_from_another_host(bank):
    many = [unit(f"05101{i:07d}"[:12], "Powiat", ("2022", i, 1)) for i in range(250)]
    server = bank(many)
    with client(server) as one:
        assert [v.value for v in one.values(60270, level=5, years=[2022])] == [float(i) for i in range(250)]
    assert [query["page"] for _path, query, _headers in server.requests] == [["0"], ["1"], ["2"]]


def test_values_have_terytcodes_integer_years_and_flags(bank):
    with client(bank()) as one:
        found = [(v.teryt, v.year, v.value, v.flag) for v in one.values(60270, level=5, years=[2022, 2023])]
    assert found[:4] == [
        ("1061000", 2022, 4.7, 1),
        ("1061000", 2023, 4.5, 9),
        ("1465000", 2022, 1.5, 1),
        ("1465000", 2023, 0.0, 4),
    ]


def test_parts_of_units_are_left_out_at_the_level_of_gminas(bank):
    results = [
        unit("071412865011", "Warszawa", ("2022", 10, 1)),
        unit("071412865108", "Bemowo", ("2022", 1, 1)),
        unit("030210101044", "miasto", ("2022", 1, 1)),
        unit("030210101055", "obszar wiejski", ("2022", 1, 1)),
    ]
    with client(bank(results)) as one:
        assert [v.teryt for v in one.values(1, level=6, years=[2022])] == ["1465011"]


def test_second_run_asks_by_etag_and_reads_the_cache(bank):
    server, cache = bank(), {}
    for _ in range(2):
        with client(server, cache=cache) as one:
            values = list(one.values(60270, level=5, years=[2022]))
    assert len(values) == 4
    assert "If-None-Match" not in server.requests[0][2]
    assert server.requests[1][2]["If-None-Match"] == '"/api/v1/data/by-variable/60270-0"'


def test_key_is_sent_in_its_header(bank):
    server = bank()
    with client(server, key="abc") as one:
        one.variable(60270)
    assert server.requests[0][2]["X-ClientId"] == "abc"


@pytest.mark.parametrize(
    "trouble",
    [
        [(429, {"Retry-After": "7"}, {})],
        [(200, {"Retry-After": "7"}, {"errorResult": "API calls quota exceeded"})],
        [(503, {}, {}), (500, {}, {})],
    ],
)
def test_short_trouble_is_waited_out(bank, trouble):
    server, clock = bank(), Clock()
    server.trouble = list(trouble)
    with client(server, clock) as one:
        assert len(list(one.values(60270, level=5, years=[2022]))) == 4
    assert clock.slept == ([7.0] if len(trouble) == 1 else [2.0, 4.0])


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        ([(429, {"Retry-After": "3600"}, {})], "quota"),
        ([(200, {}, {"errorResult": "API calls quota exceeded"})] * 4, "refused"),
        ([(403, {}, {})], "key"),
        ([(404, {}, {})], "unknown_variable"),
        ([(500, {}, {})] * 4, "broken"),
        ([(200, {}, {"hello": 1})], "unreadable"),
    ],
)
def test_lasting_trouble_names_its_reason(bank, trouble, code):
    server = bank()
    server.trouble = list(trouble)
    with client(server) as one, pytest.raises(BdlError) as error:
        list(one.values(60270, level=5, years=[2022]))
    assert error.value.code == code


def test_unreachable_bank_is_said(bank):
    server = bank()
    server.close()
    with client(server) as one, pytest.raises(BdlError, match="unreachable"):
        one.variable(1)


def test_quota_sleeps_a_second_and_names_the_moment_for_a_long_wait():
    clock = Clock()
    quota = Quota({1: 2, 100: 4}, Memory(), clock, clock.sleep)
    for _ in range(4):
        quota.wait()
    assert clock.slept == [1.0]
    with pytest.raises(BdlError) as error:
        quota.wait()
    assert error.value.data["at"] == pytest.approx(1_000_100.0)


@pytest.mark.parametrize(
    ("flag", "value", "result"),
    [
        ("1", 0.0, ""),
        ("0", 0.0, "missing"),
        ("0", 5.0, ""),
        ("4", 0.0, "missing"),
        ("14", 0.0, "missing"),
        ("15", 0.0, "missing"),
        ("50", 0.0, "missing"),
        ("91", 0.0, "missing"),
        ("9", 3.0, "preliminary"),
        ("x", 0.0, "missing"),
        ("n", 0.0, "missing"),
        ("", 0.0, ""),
        ("97", 3.0, None),
        ("?", 3.0, None),
    ],
)
def test_flags_say_which_values_are_no_values(flag, value, result):
    assert flag_of(flag, value) == result


def test_real_payloads_are_read(bank, shared_data):
    samples = shared_data / "cities/raw/bdl_api"
    data = json.loads((samples / "samples_raw_data.json").read_text(encoding="utf-8"))
    shape = json.loads((samples / "envelope_SHAPE_reconstructed.json").read_text(encoding="utf-8"))
    variable = json.loads((samples / "samples_raw_variables.json").read_text(encoding="utf-8"))[
        "get_variable"
    ]
    with client(bank(shape["by_variable"]["results"], variable=variable)) as one:
        assert [(v.teryt, v.value) for v in one.values(72305, level=5, years=[2024])] == [
            ("1261000", 809168),
            ("1465000", 1863845),
        ]
        assert one.variable(10).years[-1] == 2024
    with client(bank(data["get_data_by_variable"])) as one:
        values = list(one.values(1, level=0, years=[1995, 1996]))
    assert (values[0].year, values[0].value) == (1995, 168.0)
    server = bank()
    server.trouble = [(200, {}, shape["quota_exceeded_HTTP_200"])] * 4
    with client(server) as one, pytest.raises(BdlError, match="refused"):
        list(one.values(1, level=5, years=[2024]))


@pytest.mark.django_db
def test_fetch_makes_an_import_that_waits_for_confirmation(
    bank, settings, edition, organiser, cities66, source
):
    server = bank()
    settings.BDL_API_URL = server.url
    indicator = make_indicator("unemployment", source, unit_pl="%", bdl_variable=60270)
    fetch = service.ask_bdl(
        by=organiser,
        edition=edition,
        indicators=[indicator],
        first_year=2022,
        last_year=2023,
        level=5,
        start=lambda pk: None,
    )
    assert server.requests == []
    service.fetch_from_bdl(fetch.pk)
    fetch.refresh_from_db()
    assert (fetch.state, fetch.calls) == (BdlFetch.State.DONE, 2)
    assert Observation.objects.count() == 0
    batch = ImportBatch.objects.get()
    assert batch.report["problems"] == []
    assert {k: batch.report["counts"][k] for k in ("new", "missing", "left_out")} == {
        "new": 3,
        "missing": 2,
        "left_out": 1,
    }
    confirm_and_apply(batch, organiser)
    found = Observation.objects.order_by("city__teryt", "year").values_list(
        "city__name", "year", "value", "flag"
    )
    assert list(found) == [
        ("Łódź", 2022, 4.7, ""),
        ("Łódź", 2023, 4.5, "preliminary"),
        ("Warszawa", 2022, 1.5, ""),
    ]
    assert BdlPage.objects.count() == 2
    service.fetch_from_bdl(fetch.pk)
    assert ImportBatch.objects.count() == 1


@pytest.mark.django_db
def test_failed_fetch_says_what_to_do_and_starts_again(bank, settings, edition, organiser, cities66, source):
    server = bank()
    settings.BDL_API_URL = server.url
    indicator = make_indicator("unemployment", source, unit_pl="%", bdl_variable=60270)
    server.trouble = [(403, {}, {})]
    fetch = service.ask_bdl(
        by=organiser,
        edition=edition,
        indicators=[indicator],
        first_year=2022,
        last_year=2022,
        level=5,
        start=lambda pk: None,
    )
    service.fetch_from_bdl(fetch.pk)
    fetch.refresh_from_db()
    assert fetch.state == BdlFetch.State.FAILED
    assert "BDL_API_KEY" in service.error_in_words(fetch)
    service.ask_bdl_again(by=organiser, fetch=fetch, start=lambda pk: None)
    service.fetch_from_bdl(fetch.pk)
    fetch.refresh_from_db()
    assert fetch.state == BdlFetch.State.DONE
