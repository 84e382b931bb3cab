"""Answers public data before anything personal begins: no cookie is read, so every cache may keep every answer."""

from collections.abc import Sequence

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.urls import resolve
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers, set_response_etag
from django.utils.deprecation import MiddlewareMixin
from django.utils.http import parse_http_date
from django.utils.translation import gettext as _

from ratusz.apps.api import problems, service
from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.ratelimit import address_of, take, when_to_come_back

API, FILES = service.PREFIX, "/open-data/"
# Calls from one address; a bulk file costs as much as many pages of the API.
OFTEN = {API: "600/m", FILES: "60/m"}
METHODS = ("GET", "HEAD", "OPTIONS")
KEPT = "public, max-age=300"
PACKED = {"application/zip", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_gzip = GZipMiddleware(lambda request: HttpResponse())


class PublicData(MiddlewareMixin):
    """Stands before sessions and languages: the API and the files know neither people nor language prefixes."""

    def process_request(self, request: HttpRequest) -> HttpResponseBase | None:
        path = request.path_info
        prefix = next((one for one in (API, FILES) if path.startswith(one)), None)
        if prefix is None or path == FILES:
            return None
        request.COOKIES = {}
        request.user = AnonymousUser()
        with translation.override(_language(request)):
            head = request.method == "HEAD"
            response = _answer(request, prefix)
            return _finished(request, response, head=head)


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("lang", "")
    return asked if asked in ("pl", "en") else translation.get_language_from_request(request)


def _answer(request: HttpRequest, prefix: str) -> HttpResponseBase:
    """The view's answer, or the problem that there is."""
    if request.method not in METHODS:
        refusal = problems.problem(405, _("Ask with GET or HEAD; nothing can be written here."))
        refusal["Allow"] = ", ".join(METHODS)
        return refusal
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": ", ".join(METHODS)})
    if wait := take(f"{prefix}:{address_of(request)}", OFTEN[prefix]):
        return _too_many(wait)
    try:
        match = resolve(request.path_info)
        if refusal := _unknown(request, service.parameters_of(match.route) or ["lang"]):
            return refusal
        request.resolver_match = match
        request.method = "GET"
        return match.func(request, *match.args, **match.kwargs)
    except (Http404, DomainError) as error:
        return problems.of(request, error)


def _too_many(wait: float) -> HttpResponse:
    seconds = max(1, round(wait + 0.5))
    refusal = problems.problem(
        429, f"{_('Too many requests came from this address.')} {when_to_come_back(seconds)}"
    )
    refusal["Retry-After"] = str(seconds)
    return refusal


def _unknown(request: HttpRequest, allowed: Sequence[str]) -> HttpResponse | None:
    if names := [name for name in request.GET if name not in allowed]:
        return problems.unknown(names, allowed)
    if request.GET.get("lang", "pl") not in ("pl", "en"):
        message = _("It must be one of %(values)s.") % {"values": "pl, en"}
        return problems.refused(DomainError(message, field="lang"))
    return None


def _finished(request: HttpRequest, response: HttpResponseBase, *, head: bool) -> HttpResponseBase:
    """The answer with everything that caches and other sites' scripts need."""
    if response.status_code == 200:
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = KEPT
        if not response.has_header("ETag") and not response.streaming:
            set_response_etag(response)
        dated = response.get("Last-Modified")
        response = get_conditional_response(
            request, response.get("ETag"), parse_http_date(dated) if dated else None, response
        )
        if response.status_code == 200 and response["Content-Type"] not in PACKED and not head:
            response = _gzip.process_response(request, response)
        else:
            patch_vary_headers(response, ["Accept-Encoding"])
    if head:
        _without_body(response)
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = ", ".join(METHODS)
    response["Access-Control-Allow-Headers"] = "If-None-Match, If-Modified-Since, Accept-Language"
    response["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Retry-After"
    return response


def _without_body(response: HttpResponseBase) -> None:
    if response.streaming:
        response.streaming_content = []
    else:
        response["Content-Length"] = str(len(response.content))
        response.content = b""
