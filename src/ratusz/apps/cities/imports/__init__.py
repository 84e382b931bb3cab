"""The imports of this stage: figures of indicators, and the registry of gminas."""

from ratusz.apps.cities.imports.gminas import GminasTarget
from ratusz.apps.cities.imports.messages import MESSAGES
from ratusz.apps.cities.imports.observations import ObservationsTarget
from ratusz.apps.core.imports import messages, targets


def register() -> None:
    """Makes both kinds of import and their words known."""
    messages.add(MESSAGES)
    targets.register(ObservationsTarget())
    targets.register(GminasTarget())
