"""What later stages hear from the spine."""

from django.dispatch import Signal

# An edition was opened. Arguments: edition, copied_from (or None), by. Sent inside the transaction, so that
# a stage can copy its own settings of the earlier edition.
edition_opened = Signal()
