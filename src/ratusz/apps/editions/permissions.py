"""Who may do what, and when: one table, asked through `may` and `require`."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from ratusz.apps.core.errors import NotAllowed, Text
from ratusz.apps.editions.models import Edition, Phase, Role

K = Phase.Kind
ADMINISTRATOR = "administrator"
ORGANISERS = frozenset({Role.ORGANISER})
# Everybody with an account; the service asks what else it takes, such as a registration of one's own.
ANYBODY = "anybody"
SIGNED_IN = frozenset({ANYBODY})


@dataclass(frozen=True)
class Action:
    """Roles that may do it, and the phases in which it is open (None: at any time)."""

    label: Text
    roles: AbstractSet[str]
    phases: AbstractSet[str] | None = None


ACTIONS: dict[str, Action] = {
    # Running the edition
    "accounts.manage_people": Action(_("manage people and organisations"), ORGANISERS),
    "editions.create_edition": Action(_("open a new edition"), ORGANISERS),
    "editions.change_edition": Action(_("change the edition"), ORGANISERS),
    "editions.assign_role": Action(_("give a role"), ORGANISERS),
    "core.view_audit": Action(_("read the audit log"), ORGANISERS | {Role.SECRETARY}),
    "core.view_mail": Action(_("look after the mails"), ORGANISERS),
    # Measure
    "cities.import": Action(_("import figures"), ORGANISERS, frozenset({K.MEASURE, K.VERIFY})),
    "cities.change_indicator": Action(_("change an indicator"), ORGANISERS, frozenset({K.MEASURE, K.VERIFY})),
    "cities.correct_observation": Action(_("correct a figure"), ORGANISERS, frozenset({K.MEASURE, K.VERIFY})),
    "cities.freeze_classes": Action(
        _("freeze the size classes"), ORGANISERS, frozenset({K.MEASURE, K.VERIFY})
    ),
    # Data dialogue
    "cities.invite_cities": Action(
        _("invite cities to look at their figures"), ORGANISERS, frozenset({K.MEASURE, K.VERIFY})
    ),
    "cities.object": Action(
        _("confirm a city's figures or object to them"), frozenset({Role.CITY}), frozenset({K.VERIFY})
    ),
    "cities.withdraw_objection": Action(
        _("withdraw an objection"), frozenset({Role.CITY}), frozenset({K.VERIFY, K.RANK})
    ),
    "cities.decide_objection": Action(_("decide on an objection"), ORGANISERS, frozenset({K.VERIFY, K.RANK})),
    # Rank
    "ranking.change_method": Action(
        _("change the method"), ORGANISERS, frozenset({K.MEASURE, K.VERIFY, K.RANK})
    ),
    "ranking.lock_method": Action(_("lock the method"), ORGANISERS, frozenset({K.MEASURE, K.VERIFY, K.RANK})),
    "ranking.run": Action(_("run the ranking"), ORGANISERS, frozenset({K.VERIFY, K.RANK})),
    "ranking.publish": Action(
        _("publish the ranking"), ORGANISERS, frozenset({K.RANK, K.CALL, K.JUDGE, K.CONVENE})
    ),
    "ranking.view_unpublished": Action(_("see a result before it is published"), ORGANISERS),
    "ranking.ask_for_seat": Action(
        _("ask for a seat beside another city"),
        frozenset({Role.CITY}),
        frozenset({K.RANK, K.CALL, K.JUDGE, K.CONVENE}),
    ),
    "ranking.view_seat_requests": Action(_("see which cities would like to sit together"), ORGANISERS),
    # Efficiency: a second view of the same figures, which may come after the ranking
    "efficiency.change_study": Action(
        _("change the study of efficiency"),
        ORGANISERS,
        frozenset({K.MEASURE, K.VERIFY, K.RANK, K.CALL, K.JUDGE, K.CONVENE}),
    ),
    "efficiency.run": Action(
        _("compute the study of efficiency"),
        ORGANISERS,
        frozenset({K.VERIFY, K.RANK, K.CALL, K.JUDGE, K.CONVENE}),
    ),
    "efficiency.publish": Action(
        _("publish the study of efficiency"), ORGANISERS, frozenset({K.RANK, K.CALL, K.JUDGE, K.CONVENE})
    ),
    "efficiency.view_unpublished": Action(_("see a study of efficiency before it is published"), ORGANISERS),
    # Dialogue Session
    "dialogue.view_unpublished": Action(_("see the session before it is published"), ORGANISERS),
    "dialogue.change_session": Action(
        _("prepare the Dialogue Session"),
        ORGANISERS,
        frozenset({K.MEASURE, K.VERIFY, K.RANK, K.CALL, K.JUDGE, K.CONVENE}),
    ),
    "dialogue.bring_questions": Action(
        _("bring the city's questions"),
        frozenset({Role.CITY}),
        frozenset({K.RANK, K.CALL, K.JUDGE, K.CONVENE}),
    ),
    "dialogue.register": Action(
        _("register for the Dialogue Session"), SIGNED_IN, frozenset({K.CALL, K.JUDGE, K.CONVENE})
    ),
    "dialogue.manage_registrations": Action(
        _("look after registrations"), ORGANISERS, frozenset({K.CALL, K.JUDGE, K.CONVENE})
    ),
    "dialogue.view_needs": Action(
        _("see what participants need on the day"), ORGANISERS, frozenset({K.CALL, K.JUDGE, K.CONVENE})
    ),
    "dialogue.plan_seats": Action(_("plan the seats"), ORGANISERS, frozenset({K.CALL, K.JUDGE, K.CONVENE})),
    "dialogue.print": Action(
        _("print badges, cards and lists"), ORGANISERS, frozenset({K.CALL, K.JUDGE, K.CONVENE})
    ),
    "dialogue.check_in": Action(_("note who came"), ORGANISERS | {Role.STEWARD}, frozenset({K.CONVENE})),
    "dialogue.run_day": Action(_("run the day of the session"), ORGANISERS, frozenset({K.CONVENE})),
    # Whose table it is, `queries.tables_hosted_by` says.
    "dialogue.write_notes": Action(
        _("write the notes of a table"), SIGNED_IN, frozenset({K.CONVENE, K.RECOMMEND})
    ),
    "dialogue.harvest": Action(
        _("group the notes of the tables"), ORGANISERS, frozenset({K.CONVENE, K.RECOMMEND})
    ),
    # What a participant does after the day: contacts and feedback.
    "dialogue.follow_up": Action(
        _("exchange contacts and give feedback"),
        SIGNED_IN,
        frozenset({K.CONVENE, K.RECOMMEND, K.COMMIT, K.CONSULT}),
    ),
    # Debate
    "debate.view_unpublished": Action(_("see the conversations of the debate before they open"), ORGANISERS),
    "debate.change": Action(
        _("open and change conversations"),
        ORGANISERS,
        frozenset({K.CALL, K.JUDGE, K.CONVENE, K.RECOMMEND, K.COMMIT, K.CONSULT}),
    ),
    "debate.moderate": Action(
        _("look through statements"),
        ORGANISERS,
        frozenset({K.CALL, K.JUDGE, K.CONVENE, K.RECOMMEND, K.COMMIT, K.CONSULT}),
    ),
    # Around the edition
    "partners.change": Action(_("change partners and patrons"), ORGANISERS),
    "website.change_laureates": Action(_("change laureates"), ORGANISERS | {Role.SECRETARY}),
}


def roles_of(user: Any, edition: Edition | None) -> set[str]:
    """The person's roles in the edition; an administrator has that one role everywhere."""
    if user is None or not user.is_authenticated or not user.is_active:
        return set()
    roles = {ADMINISTRATOR} if user.is_superuser else set()
    if edition is not None:
        cache = user.__dict__.setdefault("_edition_roles", {})
        if edition.pk not in cache:
            cache[edition.pk] = set(user.edition_roles.filter(edition=edition).values_list("role", flat=True))
        roles |= cache[edition.pk]
    return roles


def _fits(rule: Action, roles: set[str], user: Any) -> bool:
    if ADMINISTRATOR in roles:
        roles = roles | {Role.ORGANISER}
    known = user is not None and user.is_authenticated and user.is_active
    return bool(roles & rule.roles) or (known and ANYBODY in rule.roles)


def may(user: Any, action: str, edition: Edition | None, at: datetime | None = None) -> bool:
    """True when one of the person's roles may do `action` and a phase that opens it is open.

    An administrator keeps the machine alive and has the organiser's rights, in the same phases.
    """
    rule = ACTIONS[action]
    if not _fits(rule, roles_of(user, edition), user):
        return False
    return rule.phases is None or (edition is not None and edition.phase_allows(action, at))


def require(user: Any, action: str, edition: Edition | None, at: datetime | None = None) -> None:
    """Raises NotAllowed with the reason, which is either the role or the phase."""
    if may(user, action, edition, at):
        return
    rule = ACTIONS[action]
    if _fits(rule, roles_of(user, edition), user):
        names = ", ".join(str(K(kind).label) for kind in K.values if kind in (rule.phases or ()))
        raise NotAllowed(
            _("It is not the time to %(action)s: that is open in the phases %(phases)s.")
            % {"action": rule.label, "phases": names},
            next_step=_("An organiser can change the dates of the phases in the edition's calendar."),
            code="wrong_phase",
        )
    raise NotAllowed(
        _("Your role does not allow you to %(action)s.") % {"action": rule.label},
        next_step=_("Ask the organiser of the edition for the role that you need."),
    )
