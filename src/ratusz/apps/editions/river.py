"""The edition as a river: each phase with its state at a moment."""

from dataclasses import dataclass
from datetime import datetime

from ratusz.apps.editions.models import Edition, Phase


@dataclass(frozen=True)
class Reach:
    """One phase of the river: `phase` is None where the calendar has no dates for it yet."""

    kind: Phase.Kind
    phase: Phase | None
    state: str  # unplanned, ahead, open or past


def river_of(edition: Edition, at: datetime) -> list[Reach]:
    """All phases in the order in which they flow."""
    phases = {phase.kind: phase for phase in edition.phases.all()}
    return [Reach(kind, phases.get(kind), _state(phases.get(kind), at)) for kind in Phase.Kind]


def _state(phase: Phase | None, at: datetime) -> str:
    if phase is None:
        return "unplanned"
    if phase.is_open(at):
        return "open"
    return "ahead" if at < phase.opens_at else "past"
