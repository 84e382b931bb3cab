"""Rules about persons and organisations that need no database."""

import re

from django.utils.translation import gettext_lazy as _

from ratusz.apps.core.errors import DomainError

NIP_WEIGHTS = (6, 5, 7, 2, 3, 4, 5, 6, 7)
VOIVODESHIPS = {f"{number:02d}" for number in range(2, 33, 2)}
KINDS_OF_GMINA = {"1", "2", "3"}


def clean_teryt(value: str) -> str:
    """The seven digits of a gmina's TERYT code; says so when a leading zero was lost."""
    code = re.sub(r"[\s_-]", "", value)
    if is_teryt(code):
        return code
    if is_teryt("0" + code):
        raise DomainError(
            _("“%(value)s” is a TERYT code without its leading zero.") % {"value": value},
            next_step=_("Write 0%(code)s; spreadsheets drop the zero unless the column is text.")
            % {"code": code},
            field="teryt",
            code="teryt_lost_zero",
        )
    raise DomainError(
        _("“%(value)s” is not a TERYT code of a gmina: it has seven digits and ends with 1, 2 or 3.")
        % {"value": value},
        next_step=_("Look the code up in the TERYT register, for example 1061011 for Łódź."),
        field="teryt",
        code="teryt_invalid",
    )


def is_teryt(code: str) -> bool:
    """True for the shape of a gmina's code: voivodeship, county, gmina, kind."""
    return bool(re.fullmatch(r"[0-9]{7}", code)) and code[:2] in VOIVODESHIPS and code[6] in KINDS_OF_GMINA


def clean_nip(value: str) -> str:
    """The ten digits of a tax number (NIP) whose check digit is right."""
    digits = re.sub(r"[\s-]", "", value)
    digits = re.sub(r"^PL", "", digits, flags=re.IGNORECASE)
    if not re.fullmatch(r"[0-9]{10}", digits):
        raise DomainError(
            _("“%(value)s” is not a NIP: it has ten digits.") % {"value": value},
            next_step=_("Write the digits with or without hyphens, for example 725-002-89-02."),
            field="nip",
            code="nip_invalid",
        )
    check = sum(weight * int(digit) for weight, digit in zip(NIP_WEIGHTS, digits, strict=False)) % 11
    if check != int(digits[9]):
        raise DomainError(
            _("The check digit of the NIP “%(value)s” is wrong, so one of its digits is.") % {"value": value},
            next_step=_("Compare it with the organisation's papers."),
            field="nip",
            code="nip_check_digit",
        )
    return digits
