"""The API's document as a page shows it: in the language of the reader, with examples to open."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ratusz.apps.api import service
from ratusz.apps.api.tables import said

GROUPS = [
    gettext_noop("Start"),
    gettext_noop("Editions"),
    gettext_noop("Cities"),
    gettext_noop("Indicators and figures"),
    gettext_noop("Rankings"),
    gettext_noop("Efficiency"),
]


@dataclass(frozen=True)
class Part:
    """A parameter or a field: its name, type, meaning, and what else there is to know."""

    name: str
    type: str
    meaning: str
    rule: str


@dataclass(frozen=True)
class Address:
    """One address of the API."""

    name: str
    path: str
    summary: str
    example: str
    parameters: list[Part]
    fields: list[Part]
    pages: bool


def about() -> list[str]:
    """What holds for all addresses, sentence by sentence."""
    return [
        _(
            "No key is needed, and nobody is known: every caller gets the same answer, which any cache may keep."
        ),
        _(
            "Texts stand in two languages side by side, in fields that end in _pl and _en. "
            "Only errors speak one language: that of lang=pl or lang=en, else of Accept-Language."
        ),
        _("Lists come in pages. Follow next until it is null; the order does not change between pages."),
        _(
            "Every answer has an ETag. Ask again with If-None-Match: an answer that did not change is not sent again."
        ),
        _("What is not known is null, and a missing figure is a missing record. Neither is ever a zero."),
        _(
            "A parameter that an address does not have is refused, so that a typing error does not widen the answer."
        ),
        _("An error is application/problem+json (RFC 9457). It names the parameter and the next step."),
        _("600 calls a minute from one address, 60 files a minute; after that 429 with Retry-After."),
    ]


def groups() -> list[tuple[str, list[Address]]]:
    """The addresses by topic, in the order of an edition."""
    document = service.api.document
    found: dict[str, list[Address]] = {}
    for path, methods in document["paths"].items():
        operation = methods["get"]
        found.setdefault(operation["tags"][0], []).append(_address(document, path, operation))
    order = [tag for tag in GROUPS if tag in found] + [tag for tag in found if tag not in GROUPS]
    return [(_(tag), found[tag]) for tag in order]


def _address(document: dict[str, Any], path: str, operation: dict[str, Any]) -> Address:
    parameters = [one for one in operation["parameters"] if one["name"] != "lang"]
    record, pages = _record(document, operation)
    return Address(
        name=operation["operationId"],
        path=path,
        summary=_(operation["summary"]),
        example=_example(path, parameters),
        parameters=[_part(one["name"], one["schema"], one) for one in parameters],
        fields=[_part(name, schema, schema) for name, schema in record.get("properties", {}).items()],
        pages=pages,
    )


def _record(document: dict[str, Any], operation: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """The schema of the record that an address answers with, and whether it comes in pages."""
    content = operation["responses"][200].get("content", {})
    schema = _resolved(document, content.get("application/json", {}).get("schema", {}))
    items = schema.get("properties", {}).get("items")
    return (_resolved(document, items["items"]), True) if items else (schema, False)


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return document["components"]["schemas"][name] if name else schema


def _example(path: str, parameters: list[dict[str, Any]]) -> str:
    """An address that answers: its own examples in the path, the first example of a filter, a short page."""
    query: dict[str, Any] = {}
    for one in parameters:
        if one["in"] == "path":
            path = path.replace("{" + one["name"] + "}", str(one["example"]))
        elif one["name"] == "limit":
            query["limit"] = 5
        elif "example" in one and not query.keys() - {"limit"}:
            query[one["name"]] = one["example"]
    return path + (f"?{urlencode(query)}" if query else "")


def _part(name: str, schema: dict[str, Any], described: dict[str, Any]) -> Part:
    options = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    first = options[0]
    kind = first.get("format") or first.get("type") or "object"
    rules = []
    if "enum" in first:
        rules.append(", ".join(map(str, first["enum"])))
    if "default" in schema and schema["default"] != "":
        rules.append(_("without it: %(value)s") % {"value": schema["default"]})
    if unit := schema.get("x-unit"):
        rules.append(_("unit: %(unit)s") % {"unit": said(unit)})
    if missing := schema.get("x-missing"):
        rules.append(_("null: %(meaning)s") % {"meaning": said(missing)})
    return Part(name, kind, said(described.get("description", "")), "; ".join(rules))
