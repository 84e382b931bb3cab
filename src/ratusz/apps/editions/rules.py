"""Answers the permissions that earlier stages ask for by name, from the table of permissions."""

from typing import Any

import rules

from ratusz.apps.editions import queries
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import ACTIONS, may


def predicate_for(action: str) -> rules.Predicate:
    """True when the person may do the action in the given edition, or in one that runs or is prepared."""

    def allowed(user: Any, edition: Edition | None = None) -> bool:
        if edition is not None:
            return may(user, action, edition)
        return any(may(user, action, one) for one in queries.editions_at_work(user))

    return rules.predicate(allowed, name=action)


def register() -> None:
    """Makes `user.has_perm("accounts.manage_people")` work in the apps that know no edition."""
    for action in ACTIONS:
        if action.startswith(("accounts.", "core.")) and not rules.perm_exists(action):
            rules.add_perm(action, predicate_for(action))
