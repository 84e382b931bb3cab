"""What each public page of a ranking begins with: the edition and the ranking that the reader may see."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import may
from ratusz.apps.editions.reading import edition_of, no_such_publication, publication_asked
from ratusz.apps.ranking import queries
from ratusz.apps.ranking.models import Ranking


@dataclass(frozen=True)
class Reading:
    """The edition, and the publication asked for or (without one) the ranking that counts."""

    edition: Edition
    ranking: Ranking | None
    chosen: bool

    @property
    def context(self) -> dict[str, Any]:
        return {
            "edition": self.edition,
            # Texts: a template would write the number 2026 as "2 026".
            "year": str(self.edition.year),
            "ranking": self.ranking,
            "publication": str(self.ranking.pk) if self.ranking is not None and self.chosen else None,
            "summary": self.ranking.summary if self.ranking is not None else None,
            "method": self.ranking.method if self.ranking is not None else None,
        }


def reading(request: HttpRequest, year: int) -> Reading:
    """The edition and the ranking of the address; 404 for what the person may not see, as if it were not there."""
    edition, asked = edition_of(request.user, year), publication_asked(request)
    if asked is None:
        return Reading(edition, queries.published(edition), chosen=False)
    ranking = queries.visible_to(request.user).filter(edition=edition, pk=asked).first()
    if ranking is None:
        raise no_such_publication()
    return Reading(edition, ranking, chosen=True)


def not_yet(request: HttpRequest, found: Reading, *, status: int = 200) -> HttpResponse:
    """The page of an edition without a ranking: what there is instead, and the way there."""
    context = found.context | {
        "method": queries.locked_method(found.edition),
        "years": [str(y) for y in queries.published_years(request.user) if y != found.edition.year],
        "withdrawn": queries.visible_to(request.user)
        .filter(edition=found.edition, withdrawn_at__isnull=False)
        .order_by("-number")
        .first(),
        "may_work": may(request.user, "ranking.view_unpublished", found.edition),
    }
    return render(request, "ranking/not_yet.html", context, status=status)
