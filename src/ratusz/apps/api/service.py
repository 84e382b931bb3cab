"""The API itself: one instance that mounts each app's router, and its document."""

import copy
import importlib
import json
import re
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import NinjaAPI, Router
from ninja.errors import ValidationError
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema

from ratusz.apps.api import problems
from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.public_data import Record, known

PREFIX = "/api/v1/"
# The apps in the order of an edition; each has a module api.py.
APPS = ("editions", "cities", "ranking", "efficiency")

ABOUT = """\
Everything that the platform publishes, to be read by programs: editions, cities, indicators, figures, rankings.

- No key is needed, and nobody is known: every caller gets the same answer, which any cache may keep.
- Texts come in two languages side by side, in fields that end in `_pl` and `_en`. Only errors speak one language:
  the one of `lang=pl` or `lang=en`, else of `Accept-Language`.
- Lists come in pages. Follow `next` until it is null; the order never changes between pages.
- Every answer has an `ETag`: ask again with `If-None-Match` and an answer that did not change costs you nothing.
- What is not known is null. A missing figure is a missing record. Neither is ever a zero.
- A parameter that an address does not have is refused with 422, so that a typing error does not widen the answer.
"""

start = Router(tags=["Start"])


class StartRecord(Record):
    """The addresses from which everything else is reached."""

    name: str = known(_("Name of the API."), example="Ratusz")
    version: str = known(
        _("Version of the API; it changes when a field changes its meaning or goes."), example="1"
    )
    document: str = known(
        _("Address of the description for programs (OpenAPI)."),
        example="https://example.org/api/v1/openapi.json",
    )
    editions: str = known(_("Address of the editions."), example="https://example.org/api/v1/editions")
    cities: str = known(_("Address of the registry of cities."), example="https://example.org/api/v1/cities")
    indicators: str = known(_("Address of the indicators."), example="https://example.org/api/v1/indicators")
    observations: str = known(_("Address of the figures."), example="https://example.org/api/v1/observations")
    rankings: str = known(_("Address of the rankings."), example="https://example.org/api/v1/rankings")
    catalogue: str = known(
        _("Address of the catalogue of the files (DCAT-AP)."),
        example="https://example.org/open-data/catalog.jsonld",
    )


@start.get("/", response=StartRecord, operation_id="get_start", summary=_("Where to begin"))
def get_start(request: HttpRequest) -> Any:
    """The addresses from which everything else is reached."""
    base = f"{settings.BASE_URL}/api/v1"
    lists = {
        name: f"{base}/{name}" for name in ("editions", "cities", "indicators", "observations", "rankings")
    }
    return StartRecord(
        name=api.title, version=api.version, document=f"{base}/openapi.json",
        catalogue=f"{settings.BASE_URL}/open-data/catalog.jsonld", **lists,
    )  # fmt: skip


class PublicApi(NinjaAPI):
    """An API whose document also says what ninja leaves out: errors, headers, and parameters as OpenAPI wants them."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        return self.document

    @cached_property
    def document(self) -> OpenAPISchema:
        """The API's description; read-only."""
        document = super().get_openapi_schema(path_prefix=PREFIX)
        schemas = document["components"]["schemas"]
        for record in (problems.ProblemRecord, problems.FaultRecord):
            schema = record.model_json_schema(ref_template=REF_TEMPLATE, mode="serialization")
            schema.pop("$defs", None)
            schemas[record.__name__] = schema
        document["components"]["headers"] = copy.deepcopy(HEADERS)
        for path, methods in document["paths"].items():
            for operation in methods.values():
                _complete(path, operation)
        # Ninja also lists the models from which it read the parameters.
        used = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(document)))
        document["components"]["schemas"] = {name: schemas[name] for name in sorted(used)}
        return document


HEADERS = {
    "ETag": {
        "description": "Stands for the content; send it back as If-None-Match.",
        "schema": {"type": "string"},
    },
    "Retry-After": {"description": "Seconds until the next try.", "schema": {"type": "integer"}},
}
LANG = {
    "in": "query",
    "name": "lang",
    "required": False,
    "description": "Language of an error's texts; without it, Accept-Language decides.",
    "schema": {"type": "string", "enum": ["pl", "en"]},
}
ERRORS = {404: "Not Found", 422: "Unprocessable Entity", 429: "Too Many Requests"}


def _complete(path: str, operation: dict[str, Any]) -> None:
    for parameter in operation["parameters"]:
        _as_openapi(parameter)
    operation["parameters"].append(copy.deepcopy(LANG))
    answers = operation["responses"]
    answers[200]["headers"] = {"ETag": {"$ref": "#/components/headers/ETag"}}
    answers[304] = {"description": "Not Modified"}
    for status, words in ERRORS.items():
        if status == 404 and "{" not in path:
            continue
        answers[status] = {
            "description": words,
            "content": {problems.KIND: {"schema": {"$ref": "#/components/schemas/ProblemRecord"}}},
        }
    answers[429]["headers"] = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}


def _as_openapi(parameter: dict[str, Any]) -> None:
    """One example beside the schema, and no null: a parameter is there or it is not."""
    schema = parameter["schema"] = dict(parameter["schema"])
    if (examples := parameter.pop("examples", None)) is not None:
        parameter["example"] = examples[0]
    schema.pop("examples", None)
    schema.pop("description", None)
    if "anyOf" in schema:
        schema |= next(part for part in schema.pop("anyOf") if part.get("type") != "null")


api = PublicApi(
    title="Ratusz",
    version="1",
    description=ABOUT,
    urls_namespace="api-v1",
    docs_url=None,
    servers=[{"url": "/", "description": "This site"}],
)
api.add_router("", start)


def modules() -> list[Any]:
    """The api.py of each app."""
    return [importlib.import_module(f"ratusz.apps.{name}.api") for name in APPS]


for module in modules():
    for name in ("router", "figures"):
        if hasattr(module, name):
            api.add_router("", getattr(module, name))

for error in (Http404, DomainError, ValidationError):
    api.add_exception_handler(error, problems.of)


def parameters_of(route: str) -> list[str] | None:
    """The names of the query parameters of a Django route; None where the document does not hold it."""
    path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
    operation = api.document["paths"].get(path, {}).get("get")
    if operation is None:
        return None
    return [one["name"] for one in operation["parameters"] if one["in"] == "query"]
