"""What a figure that changes now means for the ranking: said where an organiser decides on an objection."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from ratusz.apps.cities import consequences
from ratusz.apps.core.errors import Text
from ratusz.apps.core.templatetags.formats import moment
from ratusz.apps.editions.models import Edition
from ratusz.apps.ranking import queries
from ratusz.apps.ranking.models import Ranking


def of_a_changed_figure(edition: Edition) -> Iterator[Text]:
    """One sentence where a published ranking, or a result that waits, was computed from the earlier figures."""
    if published := queries.published(edition):
        yield (
            _(
                "The ranking published on %(when)s was computed from the figures as they stood: after the change, "
                "compute a new run and publish it with a note of what was corrected."
            )
            % {"when": moment(published.published_at)}
        )
    elif Ranking.objects.filter(edition=edition, published_at__isnull=True).exists():
        yield _(
            "A result was computed already from the figures as they stood: compute a new run before you publish."
        )


def register() -> None:
    """Tells the data dialogue."""
    consequences.register(of_a_changed_figure)
