"""Every likely bad input of an import gives its own message, in Polish and in English, and saves nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace

import pytest
from django.utils.translation import override

from ratusz.apps.cities import services as cities
from ratusz.apps.cities.models import City, Observation, Population
from ratusz.apps.cities.services import Figure
from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.imports import services
from ratusz.apps.core.imports.messages import words
from ratusz.apps.core.models import ImportChange
from tests.cities.conftest import choose, confirm_and_apply, make_indicator, upload

pytestmark = pytest.mark.django_db

HEADER = "Kod;Nazwa;wage 2023\n"
ROWS = [
    ("1061011", "Łódź", "7\u00a0850,20"),
    ("1465011", "Warszawa", "9\u202f540,11"),
    ("0264011", "Wrocław", "8 900,50"),
    ("1261011", "Kraków", "9100"),
    ("2261011", "Gdańsk", "8800"),
    ("3064011", "Poznań", "8700"),
    ("2469011", "Katowice", "8600"),
    ("0663011", "Lublin", "7500"),
    ("2061011", "Białystok", "7400"),
    ("2461011", "Bielsko-Biała", "7300"),
]


def table(*changes: tuple[int, str], header: str = HEADER, extra: str = "") -> str:
    """The good table with some lines replaced."""
    lines = [";".join(row) for row in ROWS]
    for index, line in changes:
        lines[index] = line
    return header + "\n".join(lines) + "\n" + extra


@pytest.fixture
def place(edition, organiser, cities66, wage, source):
    """Everything that a case may need."""
    return SimpleNamespace(edition=edition, organiser=organiser, wage=wage, source=source)


def add_swidnicas(place) -> None:
    for teryt, voivodeship in (
        ("0219011", "dolnośląskie"),
        ("0219072", "dolnośląskie"),
        ("0809072", "lubuskie"),
    ):
        kind = teryt[-1]
        cities.save_city(
            by=place.organiser,
            edition=place.edition,
            teryt=teryt,
            name="Świdnica",
            kind=kind,
            voivodeship=voivodeship,
        )


def add_expired(place) -> None:
    cities.save_city(
        by=place.organiser,
        edition=place.edition,
        teryt="0206011",
        name="Karpacz",
        kind="1",
        voivodeship="dolnośląskie",
        valid_to=date(2022, 12, 31),
    )


def add_boleslawiec(place) -> None:
    cities.save_city(
        by=place.organiser,
        edition=place.edition,
        teryt="0201011",
        name="Bolesławiec",
        kind="1",
        voivodeship="dolnośląskie",
    )


def last_year(factor: float) -> Callable:
    def prepare(place) -> None:
        figures = [Figure(code, 2022, 8000.0 * factor) for code, _name, _value in ROWS]
        cities.store_figures(by=None, indicator=place.wage, source=place.source, figures=figures)

    return prepare


def a_share(place) -> None:
    place.wage.unit_pl = "%"
    place.wage.save()


def zero_is_missing(place) -> None:
    place.wage.zero_means_missing = True
    place.wage.save()


def nothing(place) -> None:
    """Needs no preparation."""


@dataclass(frozen=True)
class Case:
    """A bad file, the code of what the preview says, and words of it in both languages."""

    name: str
    text: str | bytes
    code: str
    pl: str
    en: str
    prepare: Callable = nothing
    new: int | None = None


CASES = [
    Case(
        "cp1250",
        table().replace("\u202f", "\u00a0").encode("cp1250"),
        "read_as",
        "Odczytano jako cp1250",
        "Read as cp1250",
        new=10,
    ),
    Case("utf-8 with a mark", table().encode("utf-8-sig"), "read_as", "UTF-8 (BOM)", "UTF-8 (BOM)", new=10),
    Case(
        "empty last column",
        table().replace("\n", ";\n"),
        "empty_columns",
        "Pominięto 1 kolumnę",
        "1 column with neither",
        new=10,
    ),
    Case(
        "blank header",
        table(header="Kod;;wage 2023\n"),
        "blank_headers",
        "Kolumny bez nagłówka: 2",
        "Columns without a header: 2",
    ),
    Case(
        "double header",
        "Kod;Kod;wage 2023\n1061011;Łódź;7850\n",
        "header_twice",
        "Nagłówek „Kod” powtarza się",
        "The header “Kod” stands above 2",
    ),
    Case(
        "header of two lines",
        "Kod;Nazwa;wage\n;;2023\n1061011;Łódź;7850\n",
        "header_of_lines",
        "Nagłówek ma kilka wierszy (2)",
        "The header has 2 lines",
        new=1,
    ),
    Case(
        "lost leading zero",
        table((9, "201011;Bolesławiec;7300")),
        "zero_restored",
        "201011 odczytano jako 0201011: w pliku zginęło zero",
        "201011 is read as 0201011",
        add_boleslawiec,
        10,
    ),
    Case(
        "unknown code",
        table((9, "0219011;Świdnica;7300")),
        "code_unknown",
        "nie ma gminy o kodzie TERYT 0219011",
        "no gmina with the TERYT code 0219011",
        new=9,
    ),
    Case(
        "nonsense code",
        table((9, "abc;Nigdzie;7300")),
        "code_bad",
        "„abc” nie jest kodem TERYT",
        "“abc” is not a TERYT code",
        new=9,
    ),
    Case(
        "code valid until last year",
        table((9, "0206011;Karpacz;7300")),
        "code_expired",
        "Kod TERYT 0206011 (Karpacz) obowiązywał do 2022-12-31",
        "0206011 (Karpacz) was valid until 2022-12-31",
        add_expired,
        9,
    ),
    Case(
        "kind changed",
        table((9, "0201013;Bolesławiec;7300")),
        "code_kind_changed",
        "0201013 odczytano jako 0201011 (Bolesławiec)",
        "0201013 is read as 0201011 (Bolesławiec)",
        add_boleslawiec,
        10,
    ),
    Case(
        "two Świdnicas",
        "Nazwa;wage 2023\nŚwidnica;7000\nŁódź;7850\n",
        "name_ambiguous",
        "Nazwę „Świdnica” nosi kilka jednostek (3): 0219011 (dolnośląskie)",
        "“Świdnica” is the name of 3 units: 0219011 (dolnośląskie)",
        add_swidnicas,
    ),
    Case(
        "joined by name",
        "Nazwa;wage 2023\nPowiat m. Łódź;7850\nM.st.Warszawa od 2002;9000\n",
        "joined_by_name",
        "2 wiersze nie mają kodu TERYT i są dopasowane po nazwie",
        "2 rows have no TERYT code and are joined by the name",
    ),
    Case(
        "unknown name",
        "Nazwa;wage 2023\nAtlantyda;1\nŁódź;7850\n",
        "name_unknown",
        "W rejestrze nie ma miasta o nazwie „Atlantyda”",
        "The registry has no city named “Atlantyda”",
    ),
    Case(
        "name of another city",
        table((9, "2461011;Bytom;7300")),
        "name_differs",
        "Kod 2461011 to w rejestrze Bielsko-Biała, a w pliku jest „Bytom”",
        "The code 2461011 is Bielsko-Biała in the registry; the file says “Bytom”",
        new=10,
    ),
    Case(
        "row without a city",
        table((9, ";;7300")),
        "unit_missing",
        "Wiersz nie wskazuje miasta",
        "The row names no city",
        new=9,
    ),
    Case(
        "county",
        table((9, "0201000;Powiat bolesławiecki;6181")),
        "county_left_out",
        "0201000 to powiat, nie miasto",
        "0201000 is a county, not a city",
        new=9,
    ),
    Case(
        "district",
        table((9, "1465108;Bemowo;6181")),
        "part_left_out",
        "1465108 to część gminy albo dzielnica",
        "1465108 is a part of a gmina or a district",
        new=9,
    ),
    Case(
        "not a number",
        table((9, "2461011;Bielsko-Biała;ok. 7 tys.")),
        "not_a_number",
        "„ok. 7 tys.” w kolumnie „wage 2023” nie jest liczbą",
        "“ok. 7 tys.” in the column “wage 2023” is not a number",
        new=9,
    ),
    Case(
        "duplicate, the same",
        table(extra="1061011;Łódź;7850,20\n"),
        "duplicate_same",
        "Łódź, Przeciętne wynagrodzenie, 2023: to samo jest już w wierszu 2",
        "stands in line 2 already, with the same figure",
        new=10,
    ),
    Case(
        "duplicate, another figure",
        table(extra="1061011;Łódź;7000\n"),
        "duplicate_differs",
        "w wierszu 12 jest inna wartość (7\u00a0850,20 i 7\u00a0000)",
        "stands in line 12 with another figure (7,850.20 and 7,000)",
        new=9,
    ),
    Case(
        "no year",
        table(header="Kod;Nazwa;wage\n"),
        "year_missing",
        "Kolumna „wage” nie ma roku",
        "The column “wage” has no year",
    ),
    Case(
        "year not yet",
        "Kod;Rok;Wartosc;wskaznik\n1061011;2099;7850;wage\n1465011;2023;9000;wage\n",
        "not_a_year",
        "„2099” nie jest rokiem od 1990",
        "“2099” is not a year between 1990",
    ),
    Case(
        "changed header",
        table(header="identyfikacja;miejscowość;płaca\n"),
        "no_figure_column",
        "Nie wskazano żadnej kolumny z danymi",
        "No column of figures is chosen",
    ),
    Case(
        "zeros for no data",
        table((9, "2461011;Bielsko-Biała;0")),
        "zeros",
        "1 miasto ma 0. Starsze serie publiczne wpisują 0",
        "1 city has 0. Older public series write 0",
        zero_is_missing,
    ),
    Case(
        "zeros far from all others",
        table((9, "2461011;Bielsko-Biała;0")),
        "zeros",
        "1 miasto ma 0",
        "1 city has 0",
    ),
    Case(
        "thousand times the median",
        table((8, "2061011;Białystok;7400000"), (9, "2461011;Bielsko-Biała;7300000")),
        "looks_1000",
        "2 miasta wyglądają na 1000× medianę (8\u00a0850,25) – jednostka?",
        "2 cities look 1000× the median (8,850.25) – unit?",
    ),
    Case(
        "a thousandth of the median",
        table((9, "2461011;Bielsko-Biała;7,3")),
        "looks_thousandth",
        "1 miasto wygląda na tysięczną część mediany",
        "1 city looks a thousandth of the median",
    ),
    Case(
        "thousands of PLN by the unit",
        table(header="Kod;Nazwa;wage;2023;[tys. zł]\n").replace(
            "Kod;Nazwa;wage;2023;[tys. zł]", 'Kod;Nazwa;"wage;2023;[tys. zł]"'
        ),
        "thousands_unit",
        "w pliku jednostką jest „tys. zł”, we wskaźniku „zł”",
        "the file is in “tys. zł”, the indicator is in “zł”",
    ),
    Case(
        "thousands of PLN by last year",
        table(),
        "scale",
        "mediana wynosi 8\u00a0650, w systemie było 8",
        "the median is 8,650, in the system it was 8",
        last_year(0.001),
    ),
    Case(
        "percent against fraction",
        "Kod;wage 2023\n" + "".join(f"{code};0,0{i}\n" for i, (code, _n, _v) in enumerate(ROWS, 1)),
        "fractions",
        "wartości wygląda na ułamki, a jednostką jest %",
        "figures look like fractions, but the unit is %",
        a_share,
    ),
    Case(
        "percent sign",
        table((9, "2461011;Bielsko-Biała;7 300 %")),
        "percent_signs",
        "w komórkach jest znak procentu",
        "the cells have a percent sign",
    ),
    Case(
        "far from last year",
        table((9, "2461011;Bielsko-Biała;73000")),
        "changed_much",
        "1 miasto mocno odbiega od swojej ostatniej wartości",
        "1 city differs strongly from its last figure",
        last_year(1),
    ),
    Case(
        "mark of thousands",
        "Kod;wage 2023\n1061011;7,850\n1465011;9,540\n0264011;8,900\n",
        "thousands_mark",
        "znak stoi wszędzie przed dokładnie trzema cyframi, na przykład 7,850",
        "a mark before exactly three digits everywhere, such as 7,850",
    ),
    Case(
        "flag of unknown meaning",
        "Kod;Rok;Wartosc;Atrybut;wskaznik\n1061011;2023;7850;97;wage\n1465011;2023;9000;1;wage\n",
        "flag_unknown",
        "Znaczenie atrybutu „97” nie jest znane",
        "The flag “97” has no known meaning",
        new=1,
    ),
]


def everything_said(batch, language: str) -> dict[str, str]:
    """Code → text of all that the preview says."""
    report = batch.report
    found = [(m["code"], m["data"]) for m in report["messages"]] + [
        (q["code"], q["data"]) for q in report["questions"]
    ]
    found += [tuple(pair) for pair in report["notes"]] + [tuple(pair) for pair in report["problems"]]
    with override(language):
        return {code: words(code, data) for code, data in reversed(found)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_input_is_named_in_both_languages_and_saves_nothing(case, place):
    case.prepare(place)
    before = (list(Observation.objects.values()), Population.objects.count(), City.objects.count())
    batch = upload(place.organiser, place.edition, case.text)
    batch.refresh_from_db()
    assert case.pl in everything_said(batch, "pl").get(case.code, "nothing"), batch.report
    assert case.en in everything_said(batch, "en").get(case.code, "nothing")
    if case.new is not None:
        assert batch.report["counts"]["new"] == case.new
    assert (list(Observation.objects.values()), Population.objects.count(), City.objects.count()) == before
    assert ImportChange.objects.count() == 0


@pytest.mark.parametrize("cell", ["b.d.", "bd", "-", "–", "n/d", ".", "x", "", "B.D."])
def test_no_data_in_every_spelling_is_no_row_and_no_complaint(place, cell):
    batch = upload(place.organiser, place.edition, table((0, f"1061011;Łódź;{cell}")))
    assert batch.report["counts"] | {"rows": 10} == batch.report["counts"] | {
        "new": 9,
        "missing": 1,
        "error": 0,
        "rows": 10,
    }
    confirm_and_apply(batch, place.organiser)
    assert not Observation.objects.filter(city__teryt="1061011").exists()


def test_figures_of_the_good_table_are_read_as_people_mean_them(place):
    confirm_and_apply(upload(place.organiser, place.edition, table()), place.organiser)
    found = dict(Observation.objects.values_list("city__teryt", "value"))
    assert (found["1061011"], found["1465011"], found["0264011"]) == (7850.2, 9540.11, 8900.5)


@pytest.mark.parametrize(
    ("text", "prepare", "decision", "teryt", "value"),
    [
        (table((9, "2461011;Bielsko-Biała;0")), nothing, ("zeros", "missing"), "2461011", None),
        (table((9, "2461011;Bielsko-Biała;0")), nothing, ("zeros", "keep"), "2461011", 0.0),
        (table((9, "2461011;B;7300000")), nothing, ("looks_1000", "divide_1000"), "2461011", 7300.0),
        (table((9, "2461011;B;7300000")), nothing, ("looks_1000", "keep"), "2461011", 7300000.0),
        (table((9, "2461011;B;7300000")), nothing, ("looks_1000", "leave_out"), "2461011", None),
        (table((9, "2461011;B;7,3")), nothing, ("looks_thousandth", "multiply_1000"), "2461011", 7300.0),
        (table(), last_year(0.001), ("scale", "divide_1000"), "1261011", 9.1),
        (
            "Kod;wage 2023\n1061011;0,047\n1465011;0,015\n0264011;0,02\n",
            a_share,
            ("fractions", "multiply_100"),
            "1061011",
            4.7,
        ),
        (
            "Kod;wage 2023\n1061011;7,850\n1465011;9,540\n0264011;8,900\n",
            nothing,
            ("thousands_mark", "as_thousands"),
            "1061011",
            7850.0,
        ),
        (
            "Kod;wage 2023\n1061011;7,850\n1465011;9,540\n0264011;8,900\n",
            nothing,
            ("thousands_mark", "as_decimals"),
            "1061011",
            7.85,
        ),
    ],
)
def test_answer_to_a_question_changes_what_is_imported(place, text, prepare, decision, teryt, value):
    prepare(place)
    batch = upload(place.organiser, place.edition, text)
    keys = {question["code"]: question["key"] for question in batch.report["questions"]}
    with pytest.raises(DomainError) as refused:
        services.confirm(by=place.organiser, batch=batch, revision=batch.revision, start=lambda pk: None)
    assert refused.value.code == "undecided"
    batch = choose(batch, place.organiser, decisions={keys[decision[0]]: decision[1]})
    confirm_and_apply(batch, place.organiser)
    found = Observation.objects.filter(city__teryt=teryt, year=2023).values_list("value", flat=True).first()
    assert found == (pytest.approx(value) if value is not None else None)


@pytest.mark.parametrize(
    ("data", "pl", "en"),
    [
        (
            b"PK\x03\x04",
            "„dane.csv” to archiwum ZIP, a nie tabela",
            "“dane.csv” is a ZIP archive, not a table",
        ),
        (b"MZ\x90\x00\x03", "„dane.csv” to program, a nie tabela", "“dane.csv” is a program, not a table"),
        (
            b"%PDF-1.7",
            "„dane.csv” to dokument PDF, a nie tabela",
            "“dane.csv” is a PDF document, not a table",
        ),
        (b"", "Plik „dane.csv” jest pusty", "The file “dane.csv” is empty"),
        (b"Kod;Nazwa\n", "ma nagłówek, ale nie ma wierszy", "has a header and no rows"),
        (b"x" * (26 * 1024 * 1024), "ma 26.0 MB, a dozwolone jest 25 MB", "has 26.0 MB; the limit is 25 MB"),
    ],
    ids=["zip", "exe", "pdf", "empty", "no rows", "large"],
)
def test_file_that_is_no_table_is_refused_by_name(place, data, pl, en):
    for language, text in (("pl", pl), ("en", en)):
        with override(language), pytest.raises(DomainError) as refused:
            upload(place.organiser, place.edition, data)
        with override(language):
            assert text in str(refused.value)


def test_second_indicator_with_the_same_year_is_refused(place):
    make_indicator("other", place.source)
    batch = upload(place.organiser, place.edition, "Kod;wage 2023;other 2023\n1061011;1;2\n")
    batch = choose(batch, place.organiser, columns={2: "indicator:wage"})
    assert [code for code, _data in batch.report["problems"]] == ["measure_twice"]
