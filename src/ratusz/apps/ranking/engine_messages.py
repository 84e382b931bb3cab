"""The engine's refusals in the reader's language: the engine itself speaks plain English and knows no Django."""

from django.utils.translation import gettext, gettext_noop

from ratusz.engines.contracts import EngineError

# The sentences a person can meet by editing a method file; anything else is shown as the engine says it.
SENTENCES = (
    gettext_noop("weights of siblings must sum to 100"),
    gettext_noop('change a weight, or set scheme = "relative" under [weights] to use any positive numbers'),
    gettext_noop("either all siblings state a weight or none does"),
    gettext_noop("add or remove it"),
    gettext_noop("a weight must be positive"),
    gettext_noop("raise it or delete the node"),
    gettext_noop("it must be valid TOML"),
    gettext_noop("correct it"),
    gettext_noop("an index needs at least one"),
    gettext_noop("add an [[indicator]]"),
    gettext_noop("an index needs a root"),
    gettext_noop("add an [[aggregate]] without a parent"),
    gettext_noop("every code is used once"),
    gettext_noop("rename or delete one"),
    gettext_noop("exactly one aggregate is the index"),
    gettext_noop("give every other aggregate a parent"),
    gettext_noop("a parent must be one of the aggregates"),
    gettext_noop("an aggregate needs at least one"),
    gettext_noop("delete it"),
    gettext_noop("delete or rename it"),
    gettext_noop("correct the method file"),
    gettext_noop("an indicator must tell units apart"),
    gettext_noop("drop the indicator or correct the column"),
    gettext_noop("a ranking needs at least two"),
    gettext_noop("add data, or lower coverage under [screening]"),
    gettext_noop("it must be a number"),
    gettext_noop("the framework is a tree"),
    gettext_noop("break it"),
)


def explain(error: EngineError) -> str:
    """One sentence: where, what was found, the rule and the next step."""
    return gettext("%(where)s: found %(value)s, but %(rule)s; %(next_step)s.") % {
        "where": error.where,
        "value": error.value,
        "rule": gettext(error.rule),
        "next_step": gettext(error.next_step),
    }
