"""The cities' questions and the tables that take them up."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ratusz.apps.dialogue import queries, services
from ratusz.apps.dialogue.agenda.quality import hints
from ratusz.apps.dialogue.models import Block, Session, Table
from ratusz.apps.dialogue.views.organiser.stage import for_organisers, stage
from ratusz.apps.editions.models import Edition


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def questions(request: HttpRequest, edition: Edition, session: Session) -> HttpResponse:
    """Every question by topic, with the table on which it lies; several cities may share a table's question."""
    found = queries.city_questions_visible_to(request.user, session)
    tables = list(
        Table.objects.filter(block__session=session, block__kind__in=Block.SEATED)
        .select_related("block", "topic", "city_question__city")
        .order_by("block__starts_at", "number")
    )
    if request.method == "POST":
        question = get_object_or_404(found, pk=request.POST.get("question") or 0)
        table = next((one for one in tables if str(one.pk) == request.POST.get("table")), None)
        for one in tables:
            if one.city_question_id == question.pk and one != table:
                services.save_table(by=request.user, block=one.block, table=one, city_question=None)
        if table and table.city_question_id != question.pk:
            services.save_table(
                by=request.user, block=table.block, table=table, city_question=question,
                topic=question.topic or table.topic,
            )  # fmt: skip
        messages.success(request, _("Saved."))
        return redirect(stage.at(edition, "questions"))
    rows = [
        {
            "question": one,
            "hints": hints(one.text_pl, one.background_pl),
            "table": next((table for table in tables if table.city_question_id == one.pk), None),
        }
        for one in found.order_by("topic__order", "city__sort_key", "number")
    ]
    return stage.show(request, edition, "questions", _("Questions of cities"), rows=rows, tables=tables)
