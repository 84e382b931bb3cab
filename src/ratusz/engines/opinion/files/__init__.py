"""The files of a conversation: Polis exports in; groups, statements, consensus, report and bundle out."""

from ratusz.engines.opinion.files.bundle import Verdict, verify_bundle, write_files
from ratusz.engines.opinion.files.polis import Conversation, read_conversation
from ratusz.engines.opinion.files.report import lead

__all__ = ["Conversation", "Verdict", "lead", "read_conversation", "verify_bundle", "write_files"]
