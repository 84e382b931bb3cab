"""Reads of imports: only who may import of that kind sees its batches."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ratusz.apps.core.imports import services, targets
from ratusz.apps.core.imports.cells import text_of
from ratusz.apps.core.imports.messages import words
from ratusz.apps.core.models import ImportBatch


def visible_to(user: Any) -> QuerySet[ImportBatch]:
    """The batches of the kinds and editions that the person may see, newest first."""
    pairs = ImportBatch.objects.order_by().values_list("target", "edition_id").distinct()
    rule = Q(pk__in=[])
    for key, edition_id in pairs:
        if targets.target(key).may_see(user, edition_id):
            rule |= Q(target=key, edition_id=edition_id)
    return ImportBatch.objects.filter(rule).select_related("by").order_by("-id")


def rejected_rows(batch: ImportBatch) -> Iterator[list[str]]:
    """The header and each row with an error, as in the file, with the line and the reasons in front."""
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
