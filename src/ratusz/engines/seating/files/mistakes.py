"""All mistakes of the files at once, so that nobody mends a file line by line and run by run."""

from __future__ import annotations

from difflib import get_close_matches

from ratusz.engines.contracts import EngineError

SHOWN = 50


class FileMistakes(EngineError):
    """Several refusals as one; `mistakes` holds each.

    >>> one = EngineError("people.csv, line 2, column id", "nothing", "every person has one", "add it")
    >>> print(FileMistakes([one, one]))
    2 mistakes in the files:
    - people.csv, line 2, column id: found nothing, but every person has one; add it.
    - people.csv, line 2, column id: found nothing, but every person has one; add it.
    """

    def __init__(self, mistakes: list[EngineError]):
        first = mistakes[0]
        super().__init__(first.where, first.value, first.rule, first.next_step)
        self.mistakes = tuple(mistakes)
        if len(mistakes) > 1:
            lines = [f"- {mistake}" for mistake in mistakes[:SHOWN]]
            if len(mistakes) > SHOWN:
                lines.append(f"- and {len(mistakes) - SHOWN} more")
            self.args = (f"{len(mistakes)} mistakes in the files:\n" + "\n".join(lines),)

    def __reduce__(self) -> tuple:
        return type(self), (list(self.mistakes),)


class Found:
    """What reading has found so far: mistakes, which stop it at the end, and notes, which do not."""

    def __init__(self) -> None:
        self.mistakes: list[EngineError] = []
        self.notes: list[str] = []

    def mistake(self, where: str, value: object, rule: str, next_step: str) -> None:
        """Add a mistake."""
        self.mistakes.append(EngineError(where, value, rule, next_step))

    def stop(self) -> None:
        """Raise what has been found, if anything."""
        if self.mistakes:
            raise FileMistakes(self.mistakes)


def nearest(name: str, known: object, cutoff: float = 0.6) -> str:
    """Return the known name that a misspelt one is nearest to; "" if none is near.

    >>> nearest("capcity", ["name", "capacity"])
    'capacity'
    """
    folded = {str(one).casefold(): str(one) for one in known}
    close = get_close_matches(name.casefold(), folded, n=1, cutoff=cutoff)
    return folded[close[0]] if close else ""


def shown(value: object) -> str:
    """Return a value as a message quotes it: short, texts in quotes."""
    if isinstance(value, int) and abs(value) > 10**30:
        return "a number of very many digits"
    try:
        text = f'"{value}"' if isinstance(value, str) else str(value)
    except ValueError:  # such a number inside a list
        return "numbers of very many digits"
    return text if len(text) <= 80 else text[:79] + "…"
