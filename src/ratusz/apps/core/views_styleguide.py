"""The style guide: every component and picture, live, in both languages and themes."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ratusz.apps.core.pictures import (
    MapCity,
    Track,
    class_range,
    distribution,
    map_of_poland,
    rank_history,
    rank_interval,
)
from ratusz.apps.core.templatetags.formats import number

# Invented places; only the coordinates are real, so that the map can show its labels.
SCORES = [
    ("Warszawa", 1, 1, 2, 83.2),
    ("Kraków", 2, 1, 3, 80.0),
    ("Sopot", 7, 4, 10, 66.6),
    ("Łódź", 12, 9, 18, 54.1),
]
PLACES = [
    ("Warszawa", 21.0122, 52.2297, 1_863_845, True),
    ("Kraków", 19.945, 50.0647, 809_168, True),
    ("Łódź", 19.456, 51.7592, 645_693, True),
    ("Gdańsk", 18.6466, 54.352, 488_651, True),
    ("Gdynia", 18.5305, 54.5189, 240_554, True),
    ("Sopot", 18.5601, 54.4418, 31_444, True),
    ("Katowice", 19.0238, 50.2649, 278_885, True),
    ("Sosnowiec", 19.104, 50.2863, 185_930, True),
    ("Bytom", 18.9158, 50.3484, 149_000, True),
    ("Chorzów", 18.9546, 50.2975, 101_000, False),
    ("Szczecin", 14.5528, 53.4285, 387_700, True),
    ("Białystok", 23.1688, 53.1325, 291_700, True),
]


class SampleForm(forms.Form):
    """A form with one field of each kind, sent empty so that the errors show."""

    city = forms.CharField(
        label=gettext_lazy("City"), help_text=gettext_lazy("Without diacritics is fine: lodz finds Łódź.")
    )
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    size = forms.ChoiceField(
        label=gettext_lazy("Size class"),
        choices=[("s", "≤ 60 000"), ("m", "60 000 – 120 000"), ("l", "> 120 000")],
    )
    circle = forms.ChoiceField(
        label=gettext_lazy("Professional circle"),
        widget=forms.RadioSelect,
        choices=[("f", gettext_lazy("Treasurers")), ("u", gettext_lazy("Planners"))],
    )
    note = forms.CharField(label=gettext_lazy("Question to the table"), widget=forms.Textarea, required=False)
    file = forms.FileField(
        label=gettext_lazy("File with figures"),
        required=False,
        help_text=gettext_lazy("CSV, TSV or XLSX, up to 25 MB."),
    )
    consent = forms.BooleanField(label=gettext_lazy("My name may be published in the report"))


def styleguide(request: HttpRequest) -> HttpResponse:
    """The page; it needs no database."""
    return render(
        request,
        "core/styleguide.html",
        {
            "form": SampleForm(),
            "wrong_form": SampleForm({"wrong-email": "anna@", "wrong-size": "m"}, prefix="wrong"),
            "rows": [sample_row(*row) for row in SCORES],
            "profile": sample_profile(),
            "map": sample_map(),
            "history": sample_history(),
            "distribution": sample_distribution(),
            "stages": [
                ("done", _("Measurement")),
                ("done", _("Ranking")),
                ("current", _("Calls")),
                ("", _("Chapter")),
                ("", _("Dialogue Session")),
                ("", _("Commitments")),
            ],
            "tokens": [
                "ink",
                "ink-2",
                "ink-3",
                "line",
                "paper",
                "card",
                "brick",
                "brick-ink",
                "slate",
                "gold",
                "moss",
            ],
        },
    )


def sample_row(name: str, rank: int, low: int, high: int, score: float) -> dict:
    """A row of the sample ranking."""
    words = _("%(city)s: place %(rank)d, between %(low)d and %(high)d") % {
        "city": name, "rank": rank, "low": low, "high": high
    }  # fmt: skip
    return {
        "name": name,
        "rank": rank,
        "low": low,
        "high": high,
        "score": score,
        "picture": rank_interval(rank=rank, low=low, high=high, count=20, title=words),
    }


def sample_profile() -> list[dict]:
    """Two indicators of a city against its class; for the second less is better."""
    unemployment, wage = _("Unemployment"), _("Average pay")
    five = {"minimum": 1.5, "q1": 3.0, "median": 4.4, "q3": 6.1, "maximum": 12.8}
    pay = {"minimum": 5900, "q1": 6500, "median": 6900, "q3": 7400, "maximum": 8540}
    return [
        {
            "name": wage,
            "value": number(7650),
            "unit": "zł",
            "picture": class_range(value=7650, **pay, title=f"{wage}: {number(7650)} zł"),
        },
        {
            "name": unemployment,
            "value": number(6.6, 1),
            "unit": "%",
            "picture": class_range(
                value=6.6, **five, direction=-1, title=f"{unemployment}: {number(6.6, 1)} %"
            ),
        },
    ]


def sample_map():
    """The map with the cities whose labels are hard to place."""
    cities = [
        MapCity(name, lon, lat, people, note=number(people), own=name == "Sopot", label=label)
        for name, lon, lat, people, label in PLACES
    ]
    return map_of_poland(cities, title=_("Cities by population"), headings=(_("City"), _("Population")))


def sample_history():
    """Places of three cities over four editions, one of them with a gap."""
    tracks = [
        Track("Sopot", [9, None, 8, 7], own=True),
        Track("Gdynia", [3, 4, 4, 5]),
        Track("Gdańsk", [6, 5, 6, 6]),
    ]
    return rank_history(
        tracks,
        ["2023", "2024", "2025", "2026"],
        count=20,
        title=_("Places over editions"),
        place_heading=_("City"),
    )


def sample_distribution():
    """A line with a dot for each city of a class."""
    values = [(name, float(people), number(people)) for name, _lon, _lat, people, _label in PLACES[1:]]
    return distribution(
        values, own="Sopot", title=_("Population in the class"), headings=(_("City"), _("Population"))
    )
