"""Publication of a plan: the one before becomes past, those whose way changed get a mail, nothing is changed after."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit, live
from ratusz.apps.core.errors import DomainError
from ratusz.apps.dialogue.models import Host, SeatingPlan, Table
from ratusz.apps.dialogue.notices import seating as notices
from ratusz.apps.dialogue.planner.compare import routes_changed
from ratusz.apps.dialogue.planner.input import read_seats
from ratusz.apps.dialogue.services.agenda import publish_rooms
from ratusz.apps.dialogue.services.seating.store import count_anew, draft_locked, input_for


@transaction.atomic
def publish_plan(
    *,
    by: User,
    plan: SeatingPlan,
    note_pl: str = "",
    note_en: str = "",
    accept_broken: str = "",
    version: int | None = None,
) -> SeatingPlan:
    """Publishes a draft; `accept_broken` is the reason for publishing although rules are broken."""
    plan = draft_locked(by, plan, version)
    session = plan.session
    session.plans.select_for_update().filter(state=SeatingPlan.State.PUBLISHED).first()
    found = input_for(plan)
    seats = read_seats(plan, found)
    if not seats:
        raise DomainError(
            _("The plan has no seats yet."),
            next_step=_("Search first, or seat people by hand."),
            code="empty",
        )
    count_anew(plan, found, seats)
    reason = _accepted(plan, accept_broken)
    previous = session.plans.filter(state=SeatingPlan.State.PUBLISHED).first()
    if previous is not None:
        previous.state = SeatingPlan.State.PAST
        previous.save(update_fields=["state"])
    changed = routes_changed(found, read_seats(previous, found) if previous else {}, seats)
    moved_rooms = _follow_rooms_and_hosts(by, plan)
    changed |= {person for (_slot, person), (table, _fixed) in seats.items() if table in moved_rooms}
    plan.state, plan.published_at = SeatingPlan.State.PUBLISHED, timezone.now()
    plan.note_pl, plan.note_en = note_pl.strip()[:300], note_en.strip()[:300]
    plan.report = {**plan.report, "accepted": reason}
    plan.save()
    audit.record(
        by=by, action="dialogue.publish_plan", subject=plan, edition=session.edition,
        changed=len(changed), violations=plan.report["quality"]["violations"], reason=reason,
    )  # fmt: skip
    notices.route_changed(plan, [found.people[pk] for pk in sorted(changed)], first=previous is None)
    live.publish(f"session:{session.pk}:plan", "plan", {"plan": plan.number})
    return plan


def _accepted(plan: SeatingPlan, reason: str) -> str:
    """The reason for broken rules; the wall of a circle cannot be broken for any."""
    broken = plan.report["violations"]
    if any(one["rule"] == "walls" for one in broken):
        raise DomainError(
            _("Somebody sits in a circle whose wall keeps them out."),
            next_step=_("Move that person: no reason opens a circle."),
            code="walls",
        )
    if broken and not reason.strip():
        raise DomainError(
            _("The plan breaks rules (%(number)s).") % {"number": len(broken)},
            field="accept_broken",
            next_step=_("Mend them, or say why the plan is to be published all the same."),
            code="violations",
        )
    return reason.strip()[:300] if broken else ""


def _follow_rooms_and_hosts(by: User, plan: SeatingPlan) -> set[int]:
    """Writes the rooms and moderators that the plan was made with; the keys of the tables that changed rooms."""
    rooms: Mapping[str, int] = plan.settings.get("rooms", {})
    tables = Table.objects.filter(block__session=plan.session)
    moved = {
        pk for pk, room in tables.filter(pk__in=rooms).values_list("pk", "room") if room != rooms[str(pk)]
    }
    for pk in moved:
        tables.filter(pk=pk).update(room=rooms[str(pk)])
    publish_rooms(by=by, session=plan.session, tables=tables.filter(pk__in=moved))
    for table, person in plan.settings.get("hosts", {}).items():
        standing = Host.objects.filter(table=table, duty=Host.Duty.MODERATOR)
        if not standing.filter(registration=person).exists():
            standing.delete()
            Host.objects.update_or_create(
                table_id=int(table),
                registration_id=person,
                block=None,
                defaults={"duty": Host.Duty.MODERATOR},
            )
    return moved
