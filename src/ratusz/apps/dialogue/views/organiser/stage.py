"""The shell of the session's screens in the organiser's panel."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from ratusz.apps.dialogue import queries
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.panel.stage import Stage

stage = Stage("dialogue", _("Dialogue Session %(year)s"), "group")


def for_organisers(view: Callable) -> Callable:
    """Gives the view its edition and its session; without a session the overview, which opens one, is shown."""

    @wraps(view)
    @stage.for_organisers
    def guarded(request: HttpRequest, edition: Edition, **kwargs: Any) -> HttpResponse:
        session = queries.session_of(edition)
        if session is None:
            return redirect(stage.at(edition, "overview"))
        return view(request, edition, session, **kwargs)

    return guarded
