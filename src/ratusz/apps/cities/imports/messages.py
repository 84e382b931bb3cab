"""What the preview says about units, figures and years; each names the value, the rule and the next step."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ratusz.apps.core.errors import Text

MESSAGES: dict[str, Text] = {
    # Units
    "code_bad": _(
        "“%(value)s” is not a TERYT code. A gmina has seven digits, such as 1061011. Correct the code."
    ),
    "code_unknown": _(
        "The registry has no gmina with the TERYT code %(code)s. "
        "Correct the code, or import the registry of gminas first."
    ),
    "code_expired": _(
        "The TERYT code %(code)s (%(name)s) was valid until %(date)s; the figure is of %(year)s. Use today's code."
    ),
    "code_kind_changed": _(
        "%(code)s is read as %(now)s (%(name)s): the gmina has changed its kind since then."
    ),
    "code_kind_changed_in_registry": _(
        "The registry has the gmina %(name)s as %(code)s, the file as %(now)s. "
        "Change the code in the registry first, so that its figures stay with it."
    ),
    "code_ambiguous": _("The code %(value)s has no kind digit and fits %(codes)s. Write all seven digits."),
    "zero_restored": _("%(value)s is read as %(code)s: the file had lost the leading zero."),
    "county_left_out": _("%(value)s is a county, not a city: left out."),
    "region_left_out": _("%(value)s is a larger region: left out."),
    "part_left_out": _("%(value)s is a part of a gmina or a district: left out, it would be counted twice."),
    "name_differs": _(
        "The code %(code)s is %(name)s in the registry; the file says “%(value)s”. Check the row."
    ),
    "name_ambiguous": _(
        "“%(value)s” is the name of %(count)s units: %(units)s. Add a column with the TERYT code."
    ),
    "name_unknown": _("The registry has no city named “%(value)s”. Add a column with the TERYT code."),
    "unit_missing": _("The row names no city. Fill in its TERYT code."),
    # Figures and years
    "not_a_number": _(
        "“%(value)s” in the column “%(column)s” is not a number. Correct it, or write “b.d.” for no data."
    ),
    "not_a_year": _("“%(value)s” is not a year between 1990 and %(last)s. Correct the year."),
    "duplicate_same": _(
        "%(city)s, %(measure)s, %(year)s stands in line %(line)s already, with the same figure: counted once."
    ),
    "duplicate_differs": _(
        "%(city)s, %(measure)s, %(year)s stands in line %(line)s with another figure (%(first)s and %(second)s): "
        "neither is imported. Leave the right one in the file."
    ),
    "flag_unknown": _(
        "The flag “%(value)s” has no known meaning; the figure is left out. Check it in the source."
    ),
    "population_not_whole": _("A population of %(value)s is not a whole positive number. Correct it."),
    "kind_unknown": _("“%(value)s” is not a kind of gmina (urban, rural, urban-rural). Correct it."),
    "gmina_incomplete": _(
        "The new gmina %(code)s needs a name and a voivodeship. Choose these columns or fill them in."
    ),
    "voivodeship_unknown": _("“%(value)s” is not a voivodeship. Correct the name."),
    # What stops the whole import
    "no_unit_column": _("No column says which city a row is. Choose the column with the TERYT code."),
    "no_figure_column": _(
        "No column of figures is chosen. Say for at least one column which indicator it holds."
    ),
    "role_twice": _("Two columns are chosen as “%(role)s”. Leave one of them."),
    "measure_twice": _(
        "Two columns are chosen for “%(measure)s” and the year %(year)s. Leave one, or correct a year."
    ),
    "year_missing": _(
        "The column “%(column)s” has no year. Enter it above the column, or one year for the whole file."
    ),
    "source_missing": _(
        "The source of the figures is not chosen. Choose it, readers see it beside each number."
    ),
    "series_open": _(
        "Nothing says which indicator the rows hold. Choose an indicator for at least one series."
    ),
    # Questions
    "zeros": ngettext_lazy(
        "%(measure)s, %(year)s: %(count)s city has 0. Older public series write 0 for “no data”.",
        "%(measure)s, %(year)s: %(count)s cities have 0. Older public series write 0 for “no data”.",
        "count",
    ),
    "looks_1000": ngettext_lazy(
        "%(measure)s, %(year)s: %(count)s city looks 1000× the median (%(median)s) – unit?",
        "%(measure)s, %(year)s: %(count)s cities look 1000× the median (%(median)s) – unit?",
        "count",
    ),
    "looks_thousandth": ngettext_lazy(
        "%(measure)s, %(year)s: %(count)s city looks a thousandth of the median (%(median)s) – unit?",
        "%(measure)s, %(year)s: %(count)s cities look a thousandth of the median (%(median)s) – unit?",
        "count",
    ),
    "fractions": ngettext_lazy(
        "%(measure)s, %(year)s: %(count)s figure looks like a fraction, but the unit is %(unit)s.",
        "%(measure)s, %(year)s: %(count)s figures look like fractions, but the unit is %(unit)s.",
        "count",
    ),
    "scale": _(
        "%(measure)s, %(year)s: the median is %(median)s, in the system it was %(before)s. "
        "Thousands of złoty against złoty, percent against fraction?"
    ),
    "thousands_unit": _(
        "%(measure)s, %(year)s: the file is in “%(unit)s”, the indicator is in “%(wanted)s”."
    ),
    "unit_differs": _(
        "%(measure)s, %(year)s: the file is in “%(unit)s”, the indicator is in “%(wanted)s”. The same thing?"
    ),
    "percent_signs": _(
        "%(measure)s, %(year)s: the cells have a percent sign, the indicator is in “%(wanted)s”."
    ),
    "changed_much": ngettext_lazy(
        "%(measure)s, %(year)s: %(count)s city differs strongly from its last figure.",
        "%(measure)s, %(year)s: %(count)s cities differ strongly from their last figures.",
        "count",
    ),
    "corrected": ngettext_lazy(
        "%(measure)s, %(year)s: %(count)s figure was corrected by hand, with a public reason; "
        "the file has another one.",
        "%(measure)s, %(year)s: %(count)s figures were corrected by hand, with a public reason; the file has others.",
        "count",
    ),
    "joined_by_name": ngettext_lazy(
        "%(count)s row has no TERYT code and is joined by the name of the city.",
        "%(count)s rows have no TERYT code and are joined by the name of the city.",
        "count",
    ),
    "thousands_mark": _(
        "The column “%(column)s” has a mark before exactly three digits everywhere, such as %(example)s."
    ),
}
