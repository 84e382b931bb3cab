"""The small picture of a figure within its class, with the words for those who do not see it."""

from django.utils.translation import gettext as _

from ratusz.apps.cities.models import City
from ratusz.apps.cities.queries.own import OwnFigure, Standing
from ratusz.apps.core.pictures import class_range
from ratusz.apps.core.templatetags.formats import number


def class_picture(figure: OwnFigure, city: City) -> str:
    """The line of the class with the city's dot; nothing where the class has no figures."""
    return picture_of(figure, figure.standing, figure.compared, city)


def picture_of(figure: OwnFigure, standing: Standing, compared: float | None, city: City) -> str:
    """The same for any value, such as a proposed one."""
    if standing.five is None:
        return ""
    least, q1, median, q3, most = standing.five
    decimals = figure.indicator.decimals
    title = _("%(indicator)s: %(city)s %(value)s, median of the class %(median)s") % {
        "indicator": figure.indicator, "city": city, "value": number(compared, decimals),
        "median": number(median, decimals),
    }  # fmt: skip
    return class_range(
        value=compared, minimum=least, q1=q1, median=median, q3=q3, maximum=most,
        direction=figure.indicator.direction, title=title,
    )  # fmt: skip
