"""The pages that are not in the tree: the front door, search, and what machines ask for."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.views import serve

from ratusz.apps.core.ratelimit import rate_limit
from ratusz.apps.website import page_cache
from ratusz.apps.website.models import OrganiserProfile
from ratusz.apps.website.search import LONGEST_QUERY, search

KEPT_OUT = ("/admin/", "/pl/account/", "/en/account/", "/pl/search/", "/en/search/")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page of a language, rendered once a minute for all readers who are not signed in."""
    return page_cache.served(request, f"home:{get_language()}", lambda: serve(request, ""))


@require_safe
@rate_limit("search", "30/m")
def search_site(request: HttpRequest) -> HttpResponse:
    """News, cities and pages that hold the words."""
    query = request.GET.get("q", "").strip()
    only = request.GET.get("in", "")
    groups = search(query, request, only, request.GET.get("page"))
    return render(
        request,
        "website/search.html",
        {
            "query": query[:LONGEST_QUERY],
            "shortened": len(query) > LONGEST_QUERY,
            "only": only,
            "groups": groups,
            "total": sum(group.total for group in groups),
        },
    )


@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    """robots.txt: the site is open, the workplaces are not."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in KEPT_OUT),
        f"Sitemap: {settings.BASE_URL}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=3600)
def security_txt(request: HttpRequest) -> HttpResponse:
    """Where to report a weakness (RFC 9116), when the profile names an address."""
    contact = OrganiserProfile.load(request_or_site=request).security_contact
    if not contact:
        raise Http404
    expires = (timezone.now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    lines = [
        f"Contact: mailto:{contact}",
        f"Expires: {expires}",
        "Preferred-Languages: pl, en",
        f"Canonical: {settings.BASE_URL}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=86400)
def favicon(request: HttpRequest) -> HttpResponse:
    """Sends programs that guess the address of the icon to where it is."""
    return redirect(static("core/mark.svg"))
