"""What an address of an edition asks for; what the person may not see is answered as if it were not there."""

from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from ratusz.apps.editions import queries
from ratusz.apps.editions.models import Edition


def edition_of(user: Any, year: int) -> Edition:
    """The edition of the year as the person may see it. Raises Http404."""
    found = queries.visible_to(user).filter(year=year).order_by("-is_current", "pk").first()
    if found is None:
        raise Http404(_("There is no edition %(year)s.") % {"year": year})
    return found


def publication_asked(request: HttpRequest) -> int | None:
    """The key of the older publication or preview that `?publication=` asks for; None: the one that counts."""
    asked = request.GET.get("publication", "")
    if not asked:
        return None
    if not asked.isdecimal() or len(asked) > 18:
        raise no_such_publication()
    return int(asked)


def no_such_publication() -> Http404:
    """What a reader is told of a publication that is not there, or not for them."""
    return Http404(_("There is no such publication."))
