"""What came of the day, in sums: attendance, who met whom, feedback."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ratusz.apps.core.open_data import Field, Record, table_download
from ratusz.apps.dialogue.models import Session, Stakeholder
from ratusz.apps.dialogue.queries import afterwards
from ratusz.apps.dialogue.views.organiser.stage import for_organisers, stage
from ratusz.apps.editions.models import Edition


@require_safe
@for_organisers
def overview(request: HttpRequest, edition: Edition, session: Session) -> HttpResponse:
    """Attendance by type, meetings between types, the means of the feedback and its words."""
    attendance = afterwards.attendance(session)
    context: dict[str, Any] = {
        "attendance": attendance,
        "registered": sum(row.registered for row in attendance),
        "came": sum(row.came for row in attendance),
        "meetings": afterwards.meetings(session),
        "stakeholders": list(Stakeholder),
        "fewest": afterwards.FEWEST,
        "fewest_answers": afterwards.FEWEST_ANSWERS,
        "opinion": afterwards.opinion(session),
        "opinions": [(one, afterwards.opinion(session, one)) for one in Stakeholder],
        "words": afterwards.words_of_feedback(session),
    }
    return stage.show(request, edition, "afterwards", _("After the day"), **context)


@require_safe
@for_organisers
def meetings_file(request: HttpRequest, edition: Edition, session: Session, ending: str) -> HttpResponse:
    """Meetings between types as a table; a sum over fewer than three people is left empty."""
    if ending not in ("csv", "xlsx"):
        raise Http404
    records: list[Record] = [
        {"type": str(one.label), "other_type": str(other.label), "pairs": number}
        for one, numbers in afterwards.meetings(session).rows
        for other, number in zip(Stakeholder, numbers, strict=True)
        if one <= other
    ]
    fields = [
        Field("type", _("Type of the one person.")),
        Field("other_type", _("Type of the other person.")),
        Field(
            "pairs", _("Pairs of people who sat at one table at least once; empty: too few people to tell.")
        ),
    ]
    return table_download(
        request, ending, name=f"meetings-{edition.year}", title=_("Meetings"),
        fields=fields, records=records, about={"edition": str(edition.name)},
    )  # fmt: skip
