"""The engine's refusals in the reader's language: the engine itself speaks plain English and knows no Django."""

import re

from django.utils.translation import get_language, gettext, gettext_noop

from ratusz.engines.contracts import EngineError

# What a person can meet by editing a method file: where, what was found, the rule and the next step.
# Anything else is quoted whole as the engine says it: half a sentence in another language helps nobody.
SENTENCES = (
    gettext_noop("Method file"),
    gettext_noop("Framework"),
    gettext_noop("Weights under %(code)s"),
    gettext_noop("Indicator %(code)s"),
    gettext_noop("Aggregate %(code)s"),
    gettext_noop("Node %(code)s"),
    gettext_noop("Method file, key %(key)s"),
    gettext_noop("%(section)s, key %(key)s"),
    gettext_noop("the sum %(sum)s"),
    gettext_noop("no weight for %(code)s"),
    gettext_noop("broken TOML (%(reason)s)"),
    gettext_noop("the unknown key %(key)s"),
    gettext_noop("the parent %(code)s"),
    gettext_noop("the code %(code)s twice"),
    gettext_noop("no indicator"),
    gettext_noop("no aggregate"),
    gettext_noop("no children"),
    gettext_noop("no %(key)s"),
    gettext_noop("a circle of parents"),
    gettext_noop("%(key)s is required"),
    gettext_noop('add %(key)s = "…"'),
    gettext_noop("known keys are %(keys)s"),
    gettext_noop("it must be between %(low)s and %(high)s"),
    gettext_noop("it must be at least %(low)s"),
    gettext_noop("it must be at most %(high)s"),
    gettext_noop("it must be one of %(options)s"),
    gettext_noop("it must be text in quotes"),
    gettext_noop("it must be true or false"),
    gettext_noop("it must be a whole number, at least %(low)s"),
    gettext_noop("add an [[aggregate]] with code %(code)s or correct the parent"),
    gettext_noop("delete or rename it"),
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
    gettext_noop("correct the method file"),
    gettext_noop("an indicator must tell units apart"),
    gettext_noop("drop the indicator or correct the column"),
    gettext_noop("a ranking needs at least two"),
    gettext_noop("add data, or lower coverage under [screening]"),
    gettext_noop("it must be a number"),
    gettext_noop("the framework is a tree"),
    gettext_noop("break it"),
)


LONG = {"reason", "keys", "options"}  # what may hold spaces


def _pattern(sentence: str) -> re.Pattern[str]:
    def group(found: re.Match[str]) -> str:
        return f"(?P<{found[1]}>{'.+' if found[1] in LONG else '[^ ]+'})"

    return re.compile(re.sub(r"%\\\((\w+)\\\)s", group, re.escape(sentence)), re.DOTALL)


PATTERNS = [(sentence, _pattern(sentence)) for sentence in SENTENCES]
# What the file itself holds: numbers, quoted words, lists.
AS_IS = re.compile(r"[-+\d.,e]+|'.*'|\".*\"|\w+ = \S+|True|False|None|\[.*\]|\{.*\}", re.DOTALL)


def explain(error: EngineError) -> str:
    """One sentence: where, what was found, the rule and the next step."""
    if (get_language() or "en").startswith("en"):
        return _sentence(error.where, error.value, error.rule, error.next_step)
    parts = [_known(text) for text in (error.where, str(error.value), error.rule, error.next_step)]
    if None in parts:
        return gettext("The calculation refuses this method and says in English: “%(sentence)s”") % {
            "sentence": str(error)
        }
    return _sentence(*parts)


def _sentence(where: object, value: object, rule: object, next_step: object) -> str:
    parts = {"where": where, "value": value, "rule": rule, "next_step": next_step}
    return gettext("%(where)s: found %(value)s, but %(rule)s; %(next_step)s.") % parts


def _known(text: str) -> str | None:
    """The text in the reader's language; None for one that has no translation."""
    if AS_IS.fullmatch(text):
        return text
    for sentence, pattern in PATTERNS:
        if found := pattern.fullmatch(text):
            return gettext(sentence) % found.groupdict() if found.groupdict() else gettext(sentence)
    return None
