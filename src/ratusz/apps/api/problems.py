"""What the API answers when it cannot answer: one form for all errors (RFC 9457), in the request's language."""

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404
from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _
from ninja.errors import ValidationError

from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.public_data import Record, known

KIND = "application/problem+json"


class FaultRecord(Record):
    """One thing that is wrong with the request."""

    parameter: str = known(gettext_noop("Name of the parameter."), example="limit")
    message: str = known(gettext_noop("What is wrong with its value."), example="It must be at most 1000.")
    next_step: str = known(gettext_noop("What to do about it; empty where the message says it."), example="")


class ProblemRecord(Record):
    """Why there is no answer, as RFC 9457 writes it."""

    type: str = known(
        gettext_noop("What kind of problem it is; stable, for programs."),
        example="urn:ratusz:problem:invalid",
    )
    title: str = known(gettext_noop("The kind in words."), example="A parameter is wrong")
    status: int = known(gettext_noop("The HTTP status."), example=422)
    detail: str = known(
        gettext_noop("What is wrong in this case, and the next step."), example="limit: at most 1000."
    )
    errors: list[FaultRecord] = known(gettext_noop("One entry for each parameter that is wrong; else empty."))


# Status → the end of the problem's type, and its title.
TITLES = {
    404: ("not-found", gettext_noop("There is nothing at this address")),
    405: ("only-reading", gettext_noop("This API is for reading")),
    422: ("invalid", gettext_noop("A parameter is wrong")),
    429: ("too-many", gettext_noop("Too many requests")),
}


def problem(status: int, detail: str, faults: Sequence[FaultRecord] = ()) -> HttpResponse:
    """The answer with this status; it is never kept by a cache."""
    kind, title = TITLES[status]
    body = ProblemRecord(
        type=f"urn:ratusz:problem:{kind}", title=_(title), status=status, detail=detail, errors=list(faults)
    )
    response = HttpResponse(
        json.dumps(body.model_dump(), ensure_ascii=False), content_type=KIND, status=HTTPStatus(status)
    )
    response["Cache-Control"] = "no-store"
    response["Content-Language"] = get_language() or ""
    response["Vary"] = "Accept-Language"
    return response


def not_found(error: Http404) -> HttpResponse:
    """404 with the reason that the code gave, or the way to the list of addresses."""
    reason = "" if isinstance(error, Resolver404) else str(error)
    step = _("See %(address)s for all addresses; they have no slash at the end.") % {"address": "/api/v1/"}
    return problem(404, f"{reason} {step}".strip())


def refused(error: DomainError) -> HttpResponse:
    """422 for a rule that the request broke."""
    fault = FaultRecord(
        parameter=error.field or "", message=str(error.message), next_step=str(error.next_step)
    )
    return problem(422, str(error), [fault])


def unknown(names: Sequence[str], allowed: Sequence[str]) -> HttpResponse:
    """422 for parameters that the address does not have: a typing error must not widen what is answered."""
    step = (
        _("This address knows: %(names)s.") % {"names": ", ".join(allowed)}
        if allowed
        else _("This address knows no parameters.")
    )
    message = _("There is no such parameter.")
    faults = [FaultRecord(parameter=name, message=message, next_step=step) for name in names]
    words = ngettext(
        "There is no parameter %(names)s here.", "There are no parameters %(names)s here.", len(names)
    )
    return problem(422, f"{words % {'names': ', '.join(names)}} {step}", faults)


def invalid(error: ValidationError) -> HttpResponse:
    """422 that names each parameter, what is wrong with its value and what would be right."""
    faults = [
        FaultRecord(parameter=str(found["loc"][-1]), message=_message(found), next_step="")
        for found in error.errors
    ]
    return problem(422, " ".join(f"{fault.parameter}: {fault.message}" for fault in faults), faults)


def _message(found: dict[str, Any]) -> str:
    """The validator's finding in words of our own; its texts are English alone."""
    rule = found.get("ctx", {})
    match found["type"]:
        case "int_parsing" | "int_parsing_size" | "int_type" | "int_from_float":
            return _("It must be a whole number.")
        case "bool_parsing" | "bool_type":
            return _("It must be true or false.")
        case "greater_than_equal":
            return _("It must be at least %(bound)s.") % {"bound": rule["ge"]}
        case "less_than_equal":
            return _("It must be at most %(bound)s.") % {"bound": rule["le"]}
        case "string_too_long":
            return _("It may have at most %(bound)s characters.") % {"bound": rule["max_length"]}
        case "string_pattern_mismatch":
            return _("It must match the pattern %(pattern)s.") % {"pattern": rule["pattern"]}
    return _("It cannot be read; the description at %(address)s says what is expected.") % {
        "address": "/api/v1/openapi.json"
    }


def of(request: HttpRequest, error: Exception) -> HttpResponse:
    """The answer to an error that the code foresees."""
    if isinstance(error, DomainError):
        return refused(error)
    if isinstance(error, ValidationError):
        return invalid(error)
    if isinstance(error, Http404):
        return not_found(error)
    raise error
