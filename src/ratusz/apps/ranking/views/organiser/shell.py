"""What the organiser's screens of the ranking share: who may enter, and Wagtail's shell around them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.editions import queries as editions
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import require


def at(edition: Edition, name: str, *args: Any) -> str:
    """The address of an organiser's screen in the edition."""
    return reverse(f"ranking_admin:{name}", args=[edition.year, *args])


def for_organisers(view: Callable) -> Callable:
    """Gives the view its edition; who may not see unpublished results may not see these screens."""

    @wraps(view)
    def guarded(request: HttpRequest, year: int, **kwargs: Any) -> HttpResponse:
        edition = editions.visible_to(request.user).filter(year=year).order_by("-is_current", "pk").first()
        if edition is None:
            raise Http404(_("There is no edition %(year)s.") % {"year": year})
        require(request.user, "ranking.view_unpublished", edition)
        try:
            return view(request, edition, **kwargs)
        except NotAllowed:
            raise
        except DomainError as error:
            messages.error(request, str(error))
            return redirect(at(edition, "overview"))

    return guarded


def show(request: HttpRequest, edition: Edition, template: str, title: str, **context: Any) -> HttpResponse:
    """The screen in Wagtail's shell, with the way back."""
    crumbs = [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": at(edition, "overview"), "label": _("Ranking %(year)s") % {"year": edition.year}},
    ]
    if template != "overview":
        crumbs.append({"url": "", "label": title})
    context |= {
        "edition": edition,
        "year": str(edition.year),
        "header_title": title,
        "page_title": title,
        "header_icon": "order",
        "breadcrumbs_items": crumbs,
    }
    return render(request, f"ranking/admin/{template}.html", context)


def sent(request: HttpRequest, *, files: bool = False) -> tuple:
    """What was posted, also where every field was left empty; nothing for a first look at the form."""
    if request.method != "POST":
        return (None, None) if files else (None,)
    return (request.POST, request.FILES) if files else (request.POST,)
