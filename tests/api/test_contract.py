"""The document is what the API does: the kept file is up to date, and what is asked by it is answered by it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tools import openapi

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore")]

KEPT = Path(openapi.FILE)
schema = schemathesis.openapi.from_path(KEPT)
answer = get_wsgi_application()
# Plain answers, from an address as every server names one.
schema.app = lambda environ, start: answer(
    environ | {"REMOTE_ADDR": "127.0.0.1", "HTTP_ACCEPT_ENCODING": "identity"}, start
)


@pytest.fixture
def connection_of_the_test() -> Iterator[None]:
    """Keeps the test's connection and its transaction, which a real request would close at its end."""
    for moment in (request_started, request_finished):
        moment.disconnect(close_old_connections)
    yield
    for moment in (request_started, request_finished):
        moment.connect(close_old_connections)


@schema.parametrize()
@settings(
    max_examples=12,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_answers_are_as_described(case, world, connection_of_the_test):
    """No 5xx, no undocumented status, header or body."""
    # A code that is written rightly and names nothing is refused, so valid data may meet a 422.
    case.call_and_validate(excluded_checks=[positive_data_acceptance])


def test_kept_document_is_up_to_date():
    assert KEPT.read_text(encoding="utf-8") == openapi.snapshot(), "run: python tools/openapi.py write"


def test_document_describes_every_field_and_parameter():
    from ratusz.apps.api import service

    document = service.api.document
    assert document["openapi"].startswith("3.1")
    for name, record in document["components"]["schemas"].items():
        for field, described in record["properties"].items():
            assert described.get("description"), f"{name}.{field}"
    for path, methods in document["paths"].items():
        for parameter in methods["get"]["parameters"]:
            assert parameter["description"], f"{path} {parameter['name']}"
        assert methods["get"]["description"], path
        assert {"422", "429"} <= {str(status) for status in methods["get"]["responses"]}, path
