"""The engine's refusals in the reader's language: the engine itself speaks plain English and knows no Django."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as noop

from ratusz.engines.contracts import EngineError

# The sentences a person can meet by editing a method file; anything else is shown as the engine says it.
SENTENCES = (
    noop("weights of siblings must sum to 100"),
    noop('change a weight, or set scheme = "relative" under [weights] to use any positive numbers'),
    noop("either all siblings state a weight or none does"),
    noop("add or remove it"),
    noop("a weight must be positive"),
    noop("raise it or delete the node"),
    noop("it must be valid TOML"),
    noop("correct it"),
    noop("an index needs at least one"),
    noop("add an [[indicator]]"),
    noop("an index needs a root"),
    noop("add an [[aggregate]] without a parent"),
    noop("every code is used once"),
    noop("rename or delete one"),
    noop("exactly one aggregate is the index"),
    noop("give every other aggregate a parent"),
    noop("a parent must be one of the aggregates"),
    noop("an aggregate needs at least one"),
    noop("delete it"),
    noop("delete or rename it"),
    noop("correct the method file"),
    noop("an indicator must tell units apart"),
    noop("drop the indicator or correct the column"),
    noop("a ranking needs at least two"),
    noop("add data, or lower coverage under [screening]"),
    noop("it must be a number"),
    noop("the framework is a tree"),
    noop("break it"),
)


def explain(error: EngineError) -> str:
    """One sentence: where, what was found, the rule and the next step."""
    return gettext("%(where)s: found %(value)s, but %(rule)s; %(next_step)s.") % {
        "where": error.where,
        "value": error.value,
        "rule": gettext(error.rule),
        "next_step": gettext(error.next_step),
    }
