"""Opinion: votes on statements to groups of opinion, and what unites and divides them."""

from ratusz.engines.contracts import EngineError
from ratusz.engines.opinion.agreement import adjusted_rand
from ratusz.engines.opinion.consensus import Consensus, uncertain, united
from ratusz.engines.opinion.conversation import DEFAULT, POLIS, Opinions, Picture, analyse, picture_of
from ratusz.engines.opinion.representative import Counts, Majority, Representative
from ratusz.engines.opinion.routing import chances, next_statement
from ratusz.engines.opinion.stable import Grouping
from ratusz.engines.opinion.verify import Report, check, verify
from ratusz.engines.opinion.votes import Votes, from_events, from_matrix, some_of

__all__ = [
    "DEFAULT",
    "POLIS",
    "Consensus",
    "Counts",
    "EngineError",
    "Grouping",
    "Majority",
    "Opinions",
    "Picture",
    "Report",
    "Representative",
    "Votes",
    "adjusted_rand",
    "analyse",
    "chances",
    "check",
    "from_events",
    "from_matrix",
    "next_statement",
    "picture_of",
    "some_of",
    "uncertain",
    "united",
    "verify",
]
