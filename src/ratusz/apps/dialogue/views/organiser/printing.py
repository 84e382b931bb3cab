"""The sets that are printed for the day."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from ratusz.apps.dialogue import services
from ratusz.apps.dialogue.models import Printing, Session
from ratusz.apps.dialogue.printing import NothingToPrint, document_pdf
from ratusz.apps.dialogue.views.organiser.stage import for_organisers, stage
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import may, require

ABOUT = {
    Printing.Document.BADGES: gettext_lazy(
        "95 × 68 mm, eight on a sheet: name, organisation, type, tables, QR code."
    ),
    Printing.Document.TENTS: gettext_lazy(
        "Two on a sheet, to cut and to fold: the name can be read across the table."
    ),
    Printing.Document.CARDS: gettext_lazy("A6, four on a sheet: each person’s own way through the day."),
    Printing.Document.TABLES: gettext_lazy("For the moderators and the desk, when the network fails."),
    Printing.Document.ROUTES: gettext_lazy("To hang in the lobby only if everybody may see who sits where."),
    Printing.Document.CHECK_IN: gettext_lazy("A box beside each name, to be ticked by hand."),
}


@require_safe
@for_organisers
def sets(request: HttpRequest, edition: Edition, session: Session) -> HttpResponse:
    """Each document with its languages and what was printed last."""
    printed: dict[str, list[Printing]] = {}
    for printing in session.printings.select_related("by"):
        printed.setdefault(printing.document, []).append(printing)
    context: dict[str, Any] = {
        "documents": [
            {
                "document": document,
                "about": ABOUT[document],
                "of_persons": document in Printing.OF_PERSONS,
                "printed": printed.get(document, []),
            }
            for document in Printing.Document
        ],
        "languages": settings.LANGUAGES,
        "may_print": may(request.user, "dialogue.print", edition),
    }
    return stage.show(request, edition, "print", _("Print for the day"), **context)


@require_POST
@for_organisers
def pdf(request: HttpRequest, edition: Edition, session: Session, document: str) -> HttpResponse:
    """The document; what it said is remembered, so that the next one can hold only what has changed."""
    language = request.POST.get("language", "")
    if document not in Printing.Document.values or language not in dict(settings.LANGUAGES):
        raise Http404
    require(request.user, "dialogue.print", edition)
    only_changed = bool(request.POST.get("only_changed")) and document in Printing.OF_PERSONS
    try:
        made = document_pdf(session, document, language, only_changed=only_changed)
    except NothingToPrint as error:
        messages.warning(request, str(error))
        return redirect(stage.at(edition, "print"))
    services.note_printing(
        by=request.user, session=session, document=document, language=language, digests=made.digests
    )
    response = HttpResponse(made.pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{document}-{edition.year}-{language}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
