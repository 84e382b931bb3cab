"""What leaves the harvest: roles are told only where at least three people of the table could have said it.

Counted at the one table in the one round: records say both, and a participant may know who sat there.
"""

from collections import Counter
from collections.abc import Iterable

from ratusz.apps.dialogue.models import Note, Seat, SeatingPlan, Session
from ratusz.apps.dialogue.queries.afterwards import FEWEST

Crowd = dict[tuple[int, int, str], int]


def crowd_of(session: Session) -> Crowd:
    """How many people of a group sat at a table in a round, by the published plan."""
    seats = Seat.objects.filter(plan__session=session, plan__state=SeatingPlan.State.PUBLISHED)
    return dict(Counter(seats.order_by().values_list("table", "round", "registration__stakeholder")))


def told_role(note: Note, crowd: Crowd) -> str:
    """The role of the note, or nothing where fewer than three people of it sat at the table in that round."""
    many = crowd.get((note.record.table_id, note.record.round_id, note.role), 0)
    return note.role if note.role and many >= FEWEST else ""


def told_counts(notes: Iterable[Note], crowd: Crowd) -> tuple[dict[str, int], int]:
    """Notes by role as they may be told, and the rest; a count or a rest of fewer than three hides in the rest."""
    counts = Counter(told_role(note, crowd) for note in notes)
    rest = counts.pop("", 0)
    kept = dict(sorted(counts.items()))
    while kept and (min(kept.values()) < FEWEST or 0 < rest < FEWEST):
        smallest = min(kept, key=lambda role: (kept[role], role))
        rest += kept.pop(smallest)
    return kept, rest
