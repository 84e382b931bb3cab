"""The files of a conversation: Polis exports in; groups, statements, consensus, report and bundle out."""

from ratusz.engines.opinion.files.bundle import (
    Verdict,
    bundled_votes,
    verify_bundle,
    write_bundle,
    write_files,
)
from ratusz.engines.opinion.files.polis import Conversation, read_conversation
from ratusz.engines.opinion.files.report import lead

__all__ = [
    "Conversation",
    "Verdict",
    "bundled_votes",
    "lead",
    "read_conversation",
    "verify_bundle",
    "write_bundle",
    "write_files",
]
