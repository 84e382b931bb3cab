"""What each public page of a study begins with: the edition and the study that the reader may see."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import may
from ratusz.apps.editions.reading import edition_of, no_such_publication, publication_asked
from ratusz.apps.efficiency import queries
from ratusz.apps.efficiency.models import Study


@dataclass(frozen=True)
class Reading:
    """The edition, and the publication asked for or (without one) the study that counts."""

    edition: Edition
    study: Study | None
    chosen: bool

    @property
    def context(self) -> dict[str, Any]:
        return {
            "edition": self.edition,
            # Texts: a template would write the number 2026 as "2 026".
            "year": str(self.edition.year),
            "study": self.study,
            "publication": str(self.study.pk) if self.study is not None and self.chosen else None,
            "summary": self.study.summary if self.study is not None else None,
        }


def reading(request: HttpRequest, year: int) -> Reading:
    """The edition and the study of the address; 404 for what the person may not see, as if it were not there."""
    edition, asked = edition_of(request.user, year), publication_asked(request)
    if asked is None:
        return Reading(edition, queries.published(edition), chosen=False)
    study = (
        queries.visible_to(request.user)
        .filter(edition=edition, pk=asked, state__in=[Study.State.COMPUTED, Study.State.PUBLISHED])
        .first()
    )
    if study is None:
        raise no_such_publication()
    return Reading(edition, study, chosen=True)


def not_yet(request: HttpRequest, found: Reading, *, status: int = 200) -> HttpResponse:
    """The page of an edition without a study: what there is instead, and the way there."""
    context = found.context | {
        "years": [str(y) for y in queries.published_years(request.user) if y != found.edition.year],
        "withdrawn": queries.visible_to(request.user)
        .filter(edition=found.edition, withdrawn_at__isnull=False)
        .order_by("-number")
        .first(),
        "may_work": may(request.user, "efficiency.view_unpublished", found.edition),
    }
    return render(request, "efficiency/not_yet.html", context, status=status)
