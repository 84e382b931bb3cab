"""Reads of imports: only who may import of that kind sees its batches."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from ratusz.apps.core.imports import services, targets
from ratusz.apps.core.imports.cells import text_of
from ratusz.apps.core.imports.messages import words
from ratusz.apps.core.models import ImportBatch


def visible_to(user: Any, edition: Any = None) -> QuerySet[ImportBatch]:
    """The batches of the kinds that the person may see, newest first, without their report."""
    edition_id = edition.pk if edition is not None else None
    keys = [target.key for target in targets.visible_for(user, edition_id)]
    return ImportBatch.objects.filter(target__in=keys).select_related("by").order_by("-id")


def rejected_rows(batch: ImportBatch) -> Iterator[list[str]]:
    """The header and each row with an error, as in the file, with the line and the reasons in front."""
    from django.utils.translation import gettext as _

    table = services.read_batch(batch)
    check = targets.target(batch.target).check(table, batch.mapping, batch.decisions)
    reasons: dict[int, list[str]] = {}
    for message in check.messages:
        if message.severity == targets.ERROR:
            reasons.setdefault(message.line, []).append(words(message.code, message.data))
    yield [_("line"), _("reason"), *table.header]
    for line, row in zip(table.lines, table.rows, strict=True):
        if line in reasons:
            yield [str(line), " ".join(reasons[line]), *(text_of(cell) for cell in row)]
