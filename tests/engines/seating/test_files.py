"""PEOPLE.csv and PLAN.toml as people write them; the files of a plan, and the recount of a bundle."""

import csv
import io
import json
import pickle
import zipfile
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from ratusz.engines.contracts import EngineError, Provenance
from ratusz.engines.seating import Person, Pin, Plan, Presence, Problem, Solution, Table, Weights, Wish
from ratusz.engines.seating.explain import explain
from ratusz.engines.seating.files import FileMistakes, read_problem, read_seating, verify_bundle, write_files
from ratusz.engines.seating.files.bundle import read_problem_json, write_problem
from ratusz.engines.seating.plan import Bounds
from ratusz.engines.seating.prepare import fingerprint
from ratusz.engines.seating.verify import verify

PEOPLE = """id,name,type,organisation,city,profession,context,topics,languages,step_free,rounds
a,Ada Łęska,city,Office of Ełk,Ełk,treasurer,small,water|air,pl|en,yes,
b,Bo Żak,NGO,Green,Opole,,,air,,no,1|3
c,Cy Nowak,business,Pumps,Tychy,,,,,,2-3
d,Di Lis,city,Office of Ełk,Ełk,treasurer,small,-,,,
"""
PLAN = """
rounds = 3
apart = [["b", "c"]]
together = [["a", "d"]]
presence = ["NGO"]

[[tables]]
name = "1"
capacity = 4
minimum = 1
topic = "water"
language = "pl"
room = "Hall"
moderator = "a"

[[tables]]
name = "Circle"
capacity = 3
step_free = false
types = ["city"]
professions = ["Treasurer"]
rounds = [2]

[[pins]]
round = 3
person = "Bo Żak"
table = "1"

[[wishes]]
people = ["a"]
others = ["b"]

[[wishes]]
people = ["c"]
others = ["a", "d"]
weight = 2

[weights]
repeats = 5
context = -1
"""
READ = Problem(
    (
        Person(
            "a", "Ada Łęska", "city", "Office of Ełk", "Ełk", "treasurer", "small", ("water", "air"),
            frozenset({"pl", "en"}), True,
        ),
        Person("b", "Bo Żak", "NGO", "Green", "Opole", topics=("air",), rounds=frozenset({0, 2})),
        Person("c", "Cy Nowak", "business", "Pumps", "Tychy", rounds=frozenset({1, 2})),
        Person("d", "Di Lis", "city", "Office of Ełk", "Ełk", "treasurer", "small"),
    ),
    (
        Table("1", 4, 1, "water", "pl", "Hall", True, "a"),
        Table(
            "Circle", 3, step_free=False, rounds=frozenset({1}), types=frozenset({"city"}),
            professions=frozenset({"treasurer"}),
        ),
    ),
    3,
    (("b", "c"),),
    (("a", "d"),),
    (Presence("NGO"),),
    (Pin(2, "b", "1"),),
    (Wish(("a",), ("b",)), Wish(("c",), ("a", "d"), 2.0)),
    Weights(repeats=5.0, context=-1.0),
)  # fmt: skip


def test_files_state_a_problem():
    assert read_problem(PEOPLE, PLAN) == (READ, ())


@pytest.mark.parametrize(
    "dress",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.replace(",", ";").replace("\n", "\r\n").encode("cp1250"),
        lambda text: text.replace(",", "\t").encode(),
        lambda text: text.replace(",", " , ").replace("Ada Łęska", " Ada\u00a0 Łęska"),
        lambda text: text.replace("step_free", "Step-free").replace("organisation", "Organization"),
        lambda text: "\n\n" + text.replace("\n", "\n\n"),
        lambda text: text.replace("yes", "tak").replace(",no,", ",NIE,").replace("1|3", '"1, 3"'),
    ],
)
def test_a_table_in_any_dress_is_the_same(dress):
    assert read_problem(dress(PEOPLE), PLAN) == (READ, ())


def test_pairs_of_a_list_and_tables_with_people():
    plan = (
        PLAN.replace('apart = [["b", "c"]]\n', "")
        + '\n[[apart]]\npeople = ["c", "b", "d"]\nreason = "rivals"\n'
    )
    assert read_problem(PEOPLE, plan)[0].apart == (("b", "c"), ("c", "d"), ("b", "d"))


def test_wishes_may_be_pairs():
    plan = 'rounds = 3\nwishes = [["a", "b"]]\n[[tables]]\nname = "1"\ncapacity = 4\n'
    assert read_problem(PEOPLE, plan)[0].wishes == (Wish(("a",), ("b",)),)


def test_spellings_of_one_type_are_one_and_told():
    problem, notes = read_problem(PEOPLE.replace("Di Lis,city", "Di Lis,City"), PLAN)
    assert problem == READ
    assert notes == ('PEOPLE.csv: the type "City" is taken for "city".',)


def test_columns_of_other_use_are_noted():
    text = "\n".join(
        f"{line},{'e-mail' if k == 0 else 'x@example.org'}" for k, line in enumerate(PEOPLE.split("\n")[:5])
    )
    assert read_problem(text, PLAN) == (READ, ('PEOPLE.csv: the column "e-mail" is not used.',))


PEOPLE_MISTAKES = [
    ("b,Bo", "a,Bo", 'PEOPLE.csv, line 3, column id: found "a", but it stands in line 2 already'),
    ("b,Bo", ",Bo", "PEOPLE.csv, line 3, column id: found nothing, but every person has an id; add one"),
    ("1|3", "1|4", 'PEOPLE.csv, line 3, column rounds: found "4", but rounds are 1 to 3, such as 1|3 or 2-4'),
    ("1|3", "-1", 'PEOPLE.csv, line 3, column rounds: found "-1"'),
    ("2-3", "3-2", 'PEOPLE.csv, line 4, column rounds: found "3-2"'),
    ("yes", "maybe", 'PEOPLE.csv, line 2, column step_free: found "maybe", but it is yes or no'),
    ("water|air", "air|air", 'PEOPLE.csv, line 2, column topics: found "air" twice'),
    (
        "organisation",
        "organistion",
        'PEOPLE.csv, line 1: found the column "organistion", but the nearest column is',
    ),
    (",name,", ",id,", "PEOPLE.csv, line 1: found the column id twice"),
    ("id,name", "number,name", "PEOPLE.csv, line 1: found the columns number, name"),
    ("a,Ada", "a,Ada,Eva,more", "PEOPLE.csv, line 2: found 13 cells, but the header has 11 columns"),
    (PEOPLE, "", "PEOPLE.csv: found 0 rows"),
    (PEOPLE, "id\n", "PEOPLE.csv: found 1 rows"),
]
PLAN_MISTAKES = [
    ("rounds = 3", "", "PLAN.toml: found no rounds, but rounds is required; add rounds = 1"),
    ("rounds = 3", "rounds = -3", "PLAN.toml, key rounds: found -3, but it must be a whole number from 1 to 100"),
    ("rounds = 3", 'rounds = "3"', 'PLAN.toml, key rounds: found "3"'),
    ("capacity = 4", "capacity = -4", 'PLAN.toml, table 1 "1", key capacity: found -4'),
    ("capacity = 4", "capacty = 4", 'table 1 "1": found the unknown key capacty, but the nearest known key is c'),
    ("capacity = 4", "", 'PLAN.toml, table 1 "1": found no capacity'),
    ("minimum = 1", "minimum = 5", 'table 1 "1", key minimum: found 5, but it is at most the capacity, 4'),
    ('name = "1"', "", "PLAN.toml, table 1: found no name"),
    ('name = "Circle"', 'name = "1"', 'table 2 "1", key name: found "1", but every table has a name of its own'),
    ("rounds = [2]", "rounds = [4]", "key rounds: found [4], but it is a list of rounds from 1 to 3"),
    ("step_free = false", "step_free = 0", "key step_free: found 0, but it must be true or false"),
    ('moderator = "a"', 'moderator = "Ada Leska"', 'key moderator: found "Ada Leska", but nobody in'),
    ('["b", "c"]', '["b", "x"]', 'PLAN.toml, apart 1: found "x", but nobody in PEOPLE.csv has this id'),
    ('["b", "c"]', '["b", "b"]', "PLAN.toml, apart 1: found ['b', 'b'], but it names at least two people"),
    ('["b", "c"]', '"b"', 'PLAN.toml, apart 1: found "b", but it is a list of ids'),
    ('presence = ["NGO"]', 'presence = ["NGOs"]', 'presence 1, key type: found "NGOs", but nobody has this'),
    ('types = ["city"]', "types = []", "key types: found [], but it must be a list of texts that is not empty"),
    ("round = 3", "round = 4", "PLAN.toml, pin 1, key round: found 4"),
    ('table = "1"', 'table = "circle"', 'pin 1, key table: found "circle", but there is no such table; write Circle'),
    ('others = ["a", "d"]', "", "PLAN.toml, wish 2: found only one side"),
    ("weight = 2", "weight = -2", "PLAN.toml, wish 2, key weight: found -2"),
    ("repeats = 5", "repeat = 5", "PLAN.toml, weights: found the unknown key repeat, but the nearest"),
    ("repeats = 5", "repeats = inf", "PLAN.toml, weights, key repeats: found inf, but it must be a number"),
    ("[weights]", "[weight]", "PLAN.toml: found the unknown key weight, but the nearest known key is weights"),
    ("rounds = 3", "rounds = = 3", "PLAN.toml: found broken TOML"),
    ("[[tables]]", "[tables]", "PLAN.toml"),
    (PLAN, "rounds = 3", "PLAN.toml: found no tables"),
    (PLAN, "rounds = 3\ntables = []", "PLAN.toml: found no tables"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "sentence"), PEOPLE_MISTAKES)
def test_mistake_in_the_people_is_named(old, new, sentence):
    with pytest.raises(EngineError) as refused:
        read_problem(PEOPLE.replace(old, new, 1), PLAN)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(("old", "new", "sentence"), PLAN_MISTAKES)
def test_mistake_in_the_plan_is_named(old, new, sentence):
    with pytest.raises(EngineError) as refused:
        read_problem(PEOPLE, PLAN.replace(old, new, 1))
    assert sentence in str(refused.value)


def test_all_mistakes_of_both_files_are_told_at_once():
    with pytest.raises(FileMistakes) as refused:
        read_problem(
            PEOPLE.replace("b,Bo", "a,Bo").replace("yes", "perhaps"),
            PLAN.replace("capacity = 4", "capacity = 0").replace(
                'name = "Circle"', 'name = "Circle"\nsize = 3'
            ),
        )
    told = str(refused.value).splitlines()
    assert told[0] == "7 mistakes in the files:"
    assert [line.split(": found")[0] for line in told[1:]] == [
        "- PEOPLE.csv, line 2, column step_free",
        "- PEOPLE.csv, line 3, column id",
        '- PLAN.toml, table 1 "1", key capacity',
        '- PLAN.toml, table 2 "Circle"',
        "- PLAN.toml, apart 1",
        "- PLAN.toml, pin 1, key person",
        "- PLAN.toml, wish 1, key others",
    ]
    assert str(pickle.loads(pickle.dumps(refused.value))) == str(refused.value)


def test_workbooks_and_other_encodings_are_refused():
    for content, found in (
        (b"PK\x03\x04rest", "a spreadsheet workbook"),
        ("id\na\n".encode("utf-16"), "unreadable"),
    ):
        with pytest.raises(EngineError, match=rf"PEOPLE\.csv: found {found}"):
            read_problem(content, PLAN)
    with pytest.raises(EngineError, match=r"PLAN\.toml: found unreadable letters"):
        read_problem(PEOPLE, "rounds = 1 # Łódź".encode("cp1250"))


def as_toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {as_toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    return json.dumps(value)


WORDS = """rounds tables apart together presence pins wishes weights name capacity minimum people others type types
round person table moderator at_least weight repeats step_free language"""
KEYS = st.sampled_from(WORDS.split())
VALUES = st.recursive(
    st.integers(-2, 5) | st.booleans() | st.sampled_from(["a", "b", "1", "city", "", "x"]) | st.floats(-2, 2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_any_plan_is_read_or_refused(keys):
    plan = "".join(f"{key} = {as_toml(value)}\n" for key, value in keys.items())
    with suppress(EngineError):
        problem, _ = read_problem(PEOPLE, plan)
        assert problem.tables


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60) | st.text(alphabet='id,;\n"|-ab 1ą', max_size=60).map(str.encode))
def test_any_people_are_read_or_refused(content):
    plan = 'rounds = 2\n[[tables]]\nname = "1"\ncapacity = 1'
    with suppress(EngineError):
        problem, _ = read_problem(b"id,name,rounds\n" + content, plan)
        assert problem.people


# --- what is asked for in the story of the programme


def story(kinds: dict[str, int], tables: int, seats: int, more: str = "") -> Problem:
    lines = ["id;name;type;organisation;city"]
    for kind, number in kinds.items():
        lines += [f"{kind}{i};{kind} {i};{kind};-;Łódź" for i in range(number)]
    plan = "rounds = 3\n" + more
    plan += "".join(f'[[tables]]\nname = "{t + 1}"\ncapacity = {seats}\n' for t in range(tables))
    return read_problem("\n".join(lines).encode("cp1250"), plan)[0]


def test_six_ngos_for_eight_tables_can_be_read_and_are_explained():
    problem = story({"NGO": 6, "city": 58}, 8, 8, 'presence = ["NGO"]\n')
    conflict = explain(problem)[0]
    assert (conflict.code, conflict.facts["lacking"]) == ("presence", 2)


def test_dashes_are_no_organisation_that_people_share():
    assert {person.organisation for person in story({"city": 3}, 1, 3).people} == {""}


def test_ten_rivals_at_eight_tables_are_explained():
    rivals = json.dumps([f"city{i}" for i in range(10)])
    problem = story({"city": 40}, 8, 5, f"apart = [{rivals}]\n")
    conflict = explain(problem)[0]
    assert (conflict.code, conflict.facts["count"], conflict.breach) == ("apart_clique", 10, 2)


# --- what is written


def solution_of(problem: Problem, plan: Plan) -> Solution:
    report = verify(problem, plan)
    return Solution(
        plan, report.quality, Bounds(0, 0.0, 0.0, 0, 0, None, 0, -1e9), report.violations,
        Provenance("1", fingerprint(problem), 7, 1, 0.5), 1000,
    )  # fmt: skip


@pytest.fixture
def written() -> dict[str, bytes]:
    plan = Plan([[0, 0, -1, 0], [0, -1, 0, 1], [0, 0, 0, 0]])
    return write_files(READ, solution_of(READ, plan), explain(READ, plan), ("a note <b>",))


def test_seats_are_written_and_read_again(written):
    lines = written["seating.csv"].decode().splitlines()
    assert lines[:4] == ["round,table,person", "1,1,a", "1,1,b", "1,1,d"]
    plan = Plan([[0, 0, -1, 0], [0, -1, 0, 1], [0, 0, 0, 0]])
    assert read_seating(written["seating.csv"], READ) == plan
    polish = written["seating.csv"].decode().replace(",", ";").encode("utf-8-sig")
    assert read_seating(polish, READ) == plan


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("1,1,a", "4,1,a", 'seating.csv, line 2, column round: found "4", but rounds are 1 to 3'),
        ("1,1,a", "1,circle,a", 'column table: found "circle", but there is no such table; write Circle'),
        ("1,1,a", "1,1,z", 'column person: found "z", but there is no such person'),
        ("1,1,a", "1,1,b", 'line 3: found "b", but it has a seat in round 1 already'),
        ("round,table,person", "round,table,who", "seating.csv: found no column person"),
    ],
)
def test_seats_that_do_not_fit_are_named(written, old, new, sentence):
    with pytest.raises(EngineError) as refused:
        read_seating(written["seating.csv"].decode().replace(old, new, 1), READ)
    assert sentence in str(refused.value)


def test_routes_and_lists_are_for_people(written):
    routes = list(csv.DictReader(io.StringIO(written["routes.csv"].decode())))
    assert routes[2] == {
        "person": "c", "name": "Cy Nowak", "type": "business", "organisation": "Pumps", "city": "Tychy",
        "round 1": "", "round 2": "1", "round 3": "1",
    }  # fmt: skip
    lists = list(csv.DictReader(io.StringIO(written["tables.csv"].decode())))
    assert (lists[0]["table"], lists[0]["room"], lists[0]["name"], lists[0]["moderator"]) == (
        "1",
        "Hall",
        "Ada Łęska",
        "yes",
    )


def test_report_and_quality_say_what_is_broken_and_why(written):
    quality = json.loads(written["quality.json"])
    assert quality["quality"]["violations"] == len(quality["violations"]) == 3
    assert [one["sentence"] for one in quality["violations"]] == [
        "Round 2, table 1: lacks one of NGO.",
        "Round 2: Ada Łęska, Di Lis must sit together.",
        "Round 3, table 1: Bo Żak, Cy Nowak must sit apart.",
    ]
    assert [one["rounds"] for one in quality["conflicts"]] == [[2], [3]]
    page = written["report.html"].decode()
    assert "Round 2, table 1: lacks one of NGO." in page
    assert "In round 2: NGO at each table is impossible: 0 &lt; 1; one table will lack one." in page
    assert "a note &lt;b&gt;" in page
    assert "Ada Łęska (moderator)" in page
    assert "http" not in page


def test_workbook_holds_all_and_runs_no_formula():
    people = (replace(READ.people[0], name="=HYPERLINK(1)", organisation="+48"), *READ.people[1:])
    problem = replace(READ, people=people)
    files = write_files(problem, solution_of(problem, Plan([[0, 0, -1, 0]] * 3)))
    book = load_workbook(io.BytesIO(files["seating.xlsx"]))
    assert book.sheetnames == ["plan", "routes", "tables", "quality"]
    assert [cell.value for cell in book["plan"][2]] == [1, "1", "a"]
    row = [cell.value for cell in book["routes"][2]]
    assert row[1:4] == ["'=HYPERLINK(1)", "city", "'+48"]
    assert all(cell.data_type != "f" for sheet in book for line in sheet.iter_rows() for cell in line)
    assert "'=HYPERLINK(1)" in files["routes.csv"].decode()


def test_same_plan_same_bytes(written):
    plan = Plan([[0, 0, -1, 0], [0, -1, 0, 1], [0, 0, 0, 0]])
    assert write_files(READ, solution_of(READ, plan), explain(READ, plan), ("a note <b>",)) == written


def test_problem_is_read_again_from_its_json():
    assert read_problem_json(write_problem(READ)) == READ


def changed(bundle: bytes, name: str, old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(bundle)) as before, zipfile.ZipFile(out, "w") as after:
        for one in before.namelist():
            content = before.read(one)
            if one == name:
                assert old in content
                content = content.replace(old, new)
            after.writestr(one, content)
    return out.getvalue()


def test_bundle_is_recounted(written):
    verdict = verify_bundle(written["bundle.zip"])
    assert (verdict.people, verdict.tables, verdict.rounds, verdict.violations) == (4, 2, 3, 3)
    assert verdict.differences == ()


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("quality.json", b'"repeats": 3', b'"repeats": 0', "quality.json: repeats is 0, recounted 3"),
        (
            "quality.json",
            b'"violations": 3',
            b'"violations": 0',
            "quality.json: violations is 0, recounted 3",
        ),
        ("seating.csv", b"3,1,d\n", b"", "seating.csv is not the file that the manifest was made for"),
        (
            "problem.json",
            b'"capacity": 4',
            b'"capacity": 9',
            "problem.json is not the problem that the manifest names",
        ),
    ],
)
def test_bundle_that_claims_too_much_is_found_out(written, name, old, new, sentence):
    assert sentence in verify_bundle(changed(written["bundle.zip"], name, old, new)).differences


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("problem.json", b"{", b"["),
        ("problem.json", b'"rounds"', b'"circles"'),
        ("quality.json", b'"quality"', b'"merit"'),
        ("manifest.json", b"ratusz-seating-1", b"ratusz-seating-9"),
        ("seating.csv", b"1,1,a", b"1,1,z"),
    ],
)
def test_what_is_no_bundle_is_refused(written, name, old, new):
    with pytest.raises(EngineError):
        verify_bundle(changed(written["bundle.zip"], name, old, new))


def test_text_is_no_bundle():
    with pytest.raises(EngineError, match="it must be a zip"):
        verify_bundle(b"round,table,person\n")
