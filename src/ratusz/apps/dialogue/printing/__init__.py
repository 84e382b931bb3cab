"""What is printed for the day: badges, name tents, seat cards, and lists in case the network fails."""

from ratusz.apps.dialogue.printing.documents import (
    NothingToPrint,
    Printed,
    changed_since,
    digests,
    document_pdf,
)

__all__ = ["NothingToPrint", "Printed", "changed_since", "digests", "document_pdf"]
