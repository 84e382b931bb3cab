"""What editions keep about a person: the roles."""

from typing import Any

from ratusz.apps.accounts import privacy
from ratusz.apps.accounts.models import User
from ratusz.apps.editions.models import RoleAssignment


def roles(user: User) -> list[dict[str, Any]]:
    """The person's roles, by edition."""
    assignments = RoleAssignment.objects.filter(user=user).select_related("edition")
    return [{"edition": str(one.edition), "year": one.edition.year, "role": one.role} for one in assignments]


def end_roles(user: User) -> None:
    """Takes all roles from a person who is erased; the audit log keeps that they were held."""
    for assignment in RoleAssignment.objects.filter(user=user):
        assignment.delete()


def register() -> None:
    """Adds the roles to the export of one's own data and to the erasure."""
    privacy.register_exporter("roles", roles)
    privacy.register_eraser("roles", end_roles)
