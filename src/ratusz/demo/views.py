from django.contrib.auth import login, logout
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ratusz.demo import queries
from ratusz.demo.access import demo_only

MAILS_ON_A_PAGE = 20
BACKEND = "django.contrib.auth.backends.ModelBackend"
# Where a person works: those who run the edition in the panel, everybody else in the site.
IN_THE_PANEL = {"organiser", "secretary", "administrator"}


@demo_only
@require_safe
@never_cache
def roles(request: HttpRequest) -> HttpResponse:
    """The people whom one can be with one click."""
    return render(request, "demo/roles.html", {"personas": list(queries.personas())})


@demo_only
@require_POST
@never_cache
def sign_in(request: HttpRequest, key: str) -> HttpResponse:
    """Signs the visitor in as a person of the demo and leads to where that person works."""
    persona = queries.persona(key)
    if persona is None:
        raise Http404
    logout(request)
    login(request, persona.user, backend=BACKEND)
    request.session["demo_signed_in"] = True
    return redirect("wagtailadmin_home" if key in IN_THE_PANEL else "my_edition")


@demo_only
@require_safe
@never_cache
def mailbox(request: HttpRequest) -> HttpResponse:
    """Every mail that the system would have sent, newest first, with search and pages."""
    query = request.GET.get("q", "").strip()[:100]
    pages = Paginator(queries.mails(query), MAILS_ON_A_PAGE)
    context = {
        "query": query,
        "page": pages.get_page(request.GET.get("page")),
        "title": _("Mailbox of the demo"),
    }
    return render(request, "demo/mailbox.html", context)


@demo_only
@require_safe
@never_cache
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail: its text, and the source of its HTML version, never rendered."""
    return render(request, "demo/mail.html", {"mail": get_object_or_404(queries.mails(), pk=pk)})
