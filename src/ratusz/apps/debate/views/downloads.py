"""The files of a closed conversation: votes, statements, Polis' export, and the bundle that anybody recomputes."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ratusz.apps.core.open_data import KINDS, as_download, table_download
from ratusz.apps.core.ratelimit import rate_limit
from ratusz.apps.debate import open_data, queries
from ratusz.apps.debate.models import Conversation, Result
from ratusz.apps.debate.report import report_pdf
from ratusz.apps.debate.views.taking_part import of_conversation

OFTEN = "30/m"


@require_safe
@rate_limit("debate.data", OFTEN)
@of_conversation
def table(request: HttpRequest, conversation: Conversation, what: str, ending: str) -> HttpResponse:
    """Votes or statements as CSV, XLSX or JSON."""
    result = _open_result(conversation)
    if what not in {"votes", "statements"} or ending not in KINDS:
        raise Http404
    if what == "votes":
        title, fields, records = _("Votes"), open_data.vote_fields(), open_data.vote_records(result)
    else:
        groups = len(result.content["groups"])
        title, fields = _("Statements"), open_data.statement_fields(groups)
        records = open_data.statement_records(result)
    about = {
        "question_pl": conversation.question_pl, "question_en": conversation.question_en,
        "closed": conversation.closes_at.date().isoformat(), "license": "CC BY 4.0", "version": result.version,
        "seed": result.seed, "hash_of_the_votes": result.input_hash,
    }  # fmt: skip
    name = f"{conversation.edition.year}-{conversation.slug}-{what}"
    return table_download(
        request, ending, name=name, title=title, fields=fields, records=records, about=about, rows=what
    )


@require_safe
@rate_limit("debate.report", OFTEN)
@of_conversation
def report(request: HttpRequest, conversation: Conversation, language: str) -> HttpResponse:
    """The report as a PDF, for whoever may read the results."""
    result = queries.result_of(conversation)
    if result is None or language not in {"pl", "en"}:
        raise Http404
    name = f"{conversation.edition.year}-{conversation.slug}-{language}.pdf"
    return as_download(report_pdf(result, language), "application/pdf", name, inline=True)


@require_safe
@rate_limit("debate.data", OFTEN)
@of_conversation
def polis(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """The conversation in the four files of a Polis export."""
    address = request.build_absolute_uri(request.path.rsplit("/results/", 1)[0] + "/")
    content = open_data.polis_export(_open_result(conversation), address)
    return as_download(
        content, "application/zip", f"{conversation.edition.year}-{conversation.slug}-polis.zip"
    )


@require_safe
@rate_limit("debate.data", OFTEN)
@of_conversation
def bundle(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """The bundle from which anyone recomputes the result, byte for byte as it was stored."""
    content = bytes(_open_result(conversation).bundle)
    return as_download(
        content, "application/zip", f"{conversation.edition.year}-{conversation.slug}-bundle.zip"
    )


def _open_result(conversation: Conversation) -> Result:
    """The result of a conversation whose votes are for everybody; of others there are no files."""
    result = queries.result_of(conversation)
    if result is None or not queries.has_open_data(result):
        raise Http404
    return result
