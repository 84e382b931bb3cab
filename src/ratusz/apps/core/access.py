"""Asks for a permission that a later stage of the edition decides on."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ratusz.apps.core.errors import NotAllowed


def require(user: Any, permission: str) -> None:
    """Raises NotAllowed unless the person has the permission; who has it is said in the editions' table."""
    if user is None or not user.is_authenticated or not user.has_perm(permission):
        raise NotAllowed(next_step=_("Ask the organiser of the edition for the role that you need."))
