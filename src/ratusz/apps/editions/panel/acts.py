"""What the forms of the stages share: call the service, keep what was typed, say what went wrong at its field."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ratusz.apps.core.errors import DomainError, NotAllowed


def written(form: forms.Form, act: Callable[[], Any], *, twice: Any = "") -> bool:
    """True when the form is valid and `act` wrote; else the form holds the reason.

    `twice` is what is said when a row with the same key is there already.
    """
    if not form.is_valid():
        return False
    try:
        with transaction.atomic():
            act()
    except NotAllowed:
        raise
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
    except IntegrityError:
        form.add_error(None, twice or _("There is one of that name or number already. Choose another."))
    else:
        return True
    return False
