"""Which indicator a header, a series or a file of the BDL website is about."""

import re
from collections.abc import Mapping

from ratusz.apps.cities.models import Indicator
from ratusz.apps.core.imports.guess import header_parts, normal_name

# Subjects of the BDL website (in the names of its files) → the one variable that matters here.
SUBJECTS = {
    2137: 72305, 2425: 60559, 2392: 60270, 2497: 64428, 4508: 1735396, 2419: 395374, 2862: 155064, 2290: 58565,
    2622: 76070, 2633: 76477,
}  # fmt: skip
PEOPLE = {"population", "ludnosc", "liczba ludnosci", "ludnosc ogolem"}


def names_of_indicators() -> dict[str, str]:
    """Every normal name under which an indicator is known → its code."""
    names: dict[str, str] = {}
    for code, name_pl, name_en in Indicator.objects.order_by("-code").values_list(
        "code", "name_pl", "name_en"
    ):
        for name in (name_en, name_pl, code):
            if name:
                names[normal_name(name)] = code
    return names


def match_indicator(header: str, names: Mapping[str, str]) -> str | None:
    """The indicator whose code or name the header is, with or without a year."""
    name, label = normal_name(header), normal_name(header_parts(header).label)
    # The BDL website says "ogółem" (in total) once for the variable and once for each of its dimensions.
    tries = (name, _without_year(name), label, re.sub(r"( ogolem)+$", "", label))
    return next((names[one] for one in tries if one in names), None)


def _without_year(name: str) -> str:
    return " ".join(re.sub(r"\b(19|20)\d\d\b", " ", name).split())


def indicator_of_subject(file_name: str) -> str | None:
    """The indicator of the BDL variable that a file of the BDL website holds, by the subject in its name."""
    found = re.match(r"[A-Z]{4}_(\d{3,5})_(?:CTAB|CREL|XTAB|XPIV)_", file_name)
    variable = SUBJECTS.get(int(found[1])) if found else None
    return (
        Indicator.objects.filter(bdl_variable=variable).values_list("code", flat=True).first()
        if variable
        else None
    )


def is_population(header: str) -> bool:
    """True for a header that means the number of people."""
    return _without_year(normal_name(header_parts(header).label)) in PEOPLE
