"""The one error a person can cause: it says what is wrong, where, and what to do next."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class DomainError(Exception):
    """A rule was broken. `message` names the value and the rule, `next_step` says what to do.

    `field` is the form field at which the message belongs; `code` is stable for the API and tests.
    """

    def __init__(
        self,
        message: Text,
        *,
        next_step: Text = "",
        field: str | None = None,
        code: str = "invalid",
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step
        self.field = field
        self.code = code
        self.data = dict(data or {})

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".strip()


class NotAllowed(DomainError):
    """The person may not do this in this edition now; views answer 403 with the reason."""

    def __init__(
        self, message: Text | None = None, *, next_step: Text = "", code: str = "not_allowed"
    ) -> None:
        message = message or _("Your role in this edition, or the edition's phase, does not allow it.")
        super().__init__(message, next_step=next_step, code=code)
