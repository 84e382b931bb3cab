"""What changing a figure now means for later stages, which cities do not know: each stage says so itself."""

from collections.abc import Callable, Iterable

from ratusz.apps.core.errors import Text
from ratusz.apps.editions.models import Edition

Provider = Callable[[Edition], Iterable[Text]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Adds a stage's provider, which answers with whole sentences, or with nothing."""
    if provider not in _providers:
        _providers.append(provider)


def of(edition: Edition) -> list[Text]:
    """What follows for the edition when a figure changes now."""
    return [text for provider in _providers for text in provider(edition)]
