"""The method editor: form and text say the same, acts change the tree, mistakes stand at their field."""

import numpy as np
import pytest
from django.http import QueryDict
from django.utils.translation import override

from ratusz.apps.cities import queries as cities
from ratusz.apps.ranking.editor import Sketch, StepsForm, act, built, looked_at
from ratusz.apps.ranking.editor.sketch import STEPS_BACK, unpacked
from ratusz.engines import composite
from tests.ranking import factories

pytestmark = pytest.mark.django_db

RICH = """\
name = "Wszystko / Everything"
version = "7"

[data]
unit = "city"
class = "class"

[weights]
scheme = "relative"

[screening]
coverage = 0.3333333333333333
branch_coverage = 0.1
counted = "after imputation"

[imputation]
method = "nearest"
group = "voivodeship"
neighbours = 7

[treatment]
method = "box-cox"
skewness = 1.75

[normalisation]
method = "distance to target"
cap = true
beyond = true
subtract = 2
divide = 3

[aggregation]
mean = "generalised"
power = 0.3

[uncertainty]
runs = 321
seed = 11
top = 5
treatment = [{ winmax = 3 }, { winmax = 5 }, "none"]
normalisation = [{ method = "z-score", mean = 50, sd = 10 }, "min-max", "distance to target"]
aggregation = ["geometric", "generalised"]
imputation = ["em", { method = "nearest", neighbours = 3 }, "none"]
data_error = { share = 0.035, shape = "uniform" }
weights = { sets = [{ economy = 2, people = 1 }, { wage = 9.5 }] }
leave_one_out = false

[[aggregate]]
code = "deep"
parent = "economy"
name = "Głębiej / Deeper"
weight = 0.1234567890123
mean = "mazziotta-pareto"

[[aggregate]]
code = "Root of all"

[[aggregate]]
code = "people"
parent = "Root of all"
weight = 1
mean = "generalised"
power = -0.5
note = "Z głosowania / By a vote"

[[aggregate]]
code = "economy"
parent = "Root of all"
weight = 3

[[indicator]]
code = "nurseries"
parent = "people"
weight = 1
target = 40.000000001

[[indicator]]
code = "wage"
parent = "deep"
name = "Pensje"
error = 12.5
transform = "log"
unit = "zł"
denominator = "population"
goalposts = [1, 2.5]
target = 9000

[[indicator]]
code = "turnout"
parent = "people"
weight = 2
direction = -1
target = 70

[[indicator]]
code = "unemployed"
parent = "economy"
weight = 5
target = 1
direction = -1
"""
DIRICHLET = factories.METHOD.replace(
    'normalisation = ["min-max", "rank"]', 'weights = { concentration = 33.5, on = "indicators" }'
)


@pytest.fixture
def registry():
    factories.indicators()
    return {i.code: i for i in cities.indicators_visible_to(None)}


def posted(sketch, form, **changes):
    """What a browser sends for what it was shown."""
    data = QueryDict(mutable=True)
    for name in form.fields:
        value = form.start.get(name)
        if isinstance(value, list):
            data.setlist(name, value)
        elif value not in (None, "", False):
            data[name] = "on" if value is True else str(value)
    data["scheme"], data["history"] = sketch.scheme, sketch.packed_history()
    order = {}
    for node in sketch.nodes:
        order[node.parent] = order.get(node.parent, 0) + 1
        data.appendlist("key", node.key)
        data[f"{node.key}-kind"] = "group" if node.is_group else "indicator"
        data[f"{node.key}-code"] = node.code
        data[f"{node.key}-parent"] = data[f"{node.key}-was"] = node.parent
        data[f"{node.key}-order"] = str(order[node.parent])
        for name, text in node.texts.items():
            data[f"{node.key}-{name}"] = text
    for name, value in changes.items():
        if value is None:
            data.pop(name, None)
        else:
            data.setlist(name, value) if isinstance(value, list) else data.update({})
            if not isinstance(value, list):
                data[name] = value
    return data


def shown(text, registry):
    base = composite.Method.from_toml(text) if text else None
    return Sketch.of(base, registry), StepsForm(base=base, names=("Ranking", ""))


def sent(text, registry, **changes):
    sketch, form = shown(text, registry)
    data = posted(sketch, form, **{k.replace("__", "-"): v for k, v in changes.items()})
    return Sketch.posted(data, registry), StepsForm(data, base=form.base, names=("Ranking", ""))


def key_of(text, registry, code):
    return next(n.key for n in shown(text, registry)[0].nodes if n.code == code)


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("text", [factories.METHOD, DIRICHLET, RICH], ids=["plain", "dirichlet", "rich"])
def test_looking_at_a_method_and_saving_it_changes_no_byte(registry, text, language):
    with override(language):
        sketch, form = sent(text, registry)
        method = built(sketch, form)
    assert method is not None, (form.errors, sketch.faults)
    assert method.to_toml() == composite.Method.from_toml(text).to_toml()


def test_one_change_changes_nothing_else(registry):
    key = key_of(RICH, registry, "unemployed")
    method = built(*sent(RICH, registry, **{f"{key}__weight": "5,25", "seed": "12"}))
    expected = RICH.replace("weight = 5\n", "weight = 5.25\n").replace("seed = 11", "seed = 12")
    assert method.to_toml() == composite.Method.from_toml(expected).to_toml()


def test_alternatives_of_the_file_stay_and_new_ones_join(registry):
    method = built(
        *sent(RICH, registry, other_treatment=["@0", "@1", "@2"], other_normalisation=["@0", "rank"])
    )
    assert [n.method for n in method.uncertainty.normalisation] == ["distance to target", "z-score", "rank"]
    assert method.uncertainty.normalisation[1].mean == 50
    assert [t.winmax for t in method.uncertainty.treatment] == [3, 5, 5]


@pytest.mark.parametrize(
    ("changes", "noise"),
    [
        ({"noise": "none"}, composite.Noise()),
        ({"noise": "spread", "spread": "12,5"}, composite.Noise(spread=0.125)),
        ({"noise": "concentration", "concentration": "40", "on": "aggregates"},
         composite.Noise(concentration=40, on="aggregates")),
        ({"noise": "sets", "sets": "economy = 50, people = 50\n\neconomy = 70, people = 30"},
         composite.Noise(sets=((("economy", 50.0), ("people", 50.0)), (("economy", 70.0), ("people", 30.0))))),
    ],
)  # fmt: skip
def test_each_way_to_vary_weights_is_written(registry, changes, noise):
    assert built(*sent(factories.METHOD, registry, **changes)).uncertainty.weights == noise


def command(text, registry, *commands, **data):
    sketch, _form = sent(text, registry)
    said = [act(sketch, c, QueryDict("&".join(f"{k}={v}" for k, v in data.items()))) for c in commands]
    return sketch, said


def tree_of(sketch):
    def walk(branch):
        return branch.node.code if not branch.children else (branch.node.code, *map(walk, branch.children))

    return walk(sketch.tree())


def test_acts_move_nodes_and_say_so(registry):
    wage = key_of(factories.METHOD, registry, "wage")
    economy = key_of(factories.METHOD, registry, "economy")
    sketch, said = command(factories.METHOD, registry, f"down:{wage}", f"down:{wage}", f"down:{economy}")
    assert tree_of(sketch) == ("index", ("people", "turnout", "nurseries"), ("economy", "unemployed", "wage"))
    assert "2" in said[0]
    assert sketch.by_key[wage].texts["weight"] == "50"
    sketch, said = command(factories.METHOD, registry, f"out:{wage}", f"out:{wage}")
    assert tree_of(sketch) == ("index", ("economy", "unemployed"), ("people", "turnout", "nurseries"), "wage")
    assert sketch.by_key[wage].texts["weight"] == ""
    assert len(sketch.history) == 1
    sketch, said = command(factories.METHOD, registry, f"into:{economy}")
    assert tree_of(sketch) == ("index", ("people", ("economy", "wage", "unemployed"), "turnout", "nurseries"))


def test_drag_puts_a_node_before_another(registry):
    wage, people, nurseries = (key_of(factories.METHOD, registry, c) for c in ("wage", "people", "nurseries"))
    sketch, _said = command(factories.METHOD, registry, f"move:{wage}:{people}:{nurseries}")
    assert tree_of(sketch) == ("index", ("economy", "unemployed"), ("people", "turnout", "wage", "nurseries"))
    economy = key_of(factories.METHOD, registry, "economy")
    before = tree_of(sketch)
    for silly in (
        f"move:{economy}:{economy}",
        f"move:{wage}:{nurseries}",
        "move:k1:k2",
        "move:x",
        "up",
        "zzz:k1",
        "up:k99",
    ):
        act(sketch, silly, QueryDict(""))
    assert tree_of(sketch) == before


def test_undo_brings_back_every_step(registry):
    wage = key_of(factories.METHOD, registry, "wage")
    start = tree_of(sent(factories.METHOD, registry)[0])
    sketch, _said = command(factories.METHOD, registry, *[f"out:{wage}", f"remove:{wage}"])
    assert wage not in sketch.by_key
    again = Sketch.posted(posted(sketch, shown(factories.METHOD, registry)[1]), registry)
    assert again.history == sketch.history
    act(again, "undo", QueryDict(""))
    act(again, "undo", QueryDict(""))
    assert tree_of(again) == start
    assert again.by_key[wage].texts["weight"] == "50"
    assert act(again, "undo", QueryDict("")) != ""
    for _turn in range(STEPS_BACK + 5):
        act(again, f"down:{wage}", QueryDict(""))
        act(again, f"up:{wage}", QueryDict(""))
    assert len(again.history) == STEPS_BACK


@pytest.mark.parametrize("history", ["", "x", "eJw=", "W10=", "eNqLjgUAARUAuQ=="])
def test_history_that_was_tampered_with_is_dropped(history):
    assert unpacked(history) == []


def test_a_tree_is_built_from_nothing(registry):
    sketch, form = sent("", registry, name_pl="Nowy")
    act(sketch, "add_group", QueryDict("new_name_pl=Ludzie&new_name_en=People"))
    people = next(n for n in sketch.nodes if n.texts.get("name_pl") == "Ludzie")
    act(
        sketch,
        "add_indicators",
        QueryDict(f"new_under={people.key}&new_code=turnout&new_code=nurseries&new_code=none"),
    )
    act(sketch, "add_indicators", QueryDict("new_under=k1&new_code=wage"))
    method = built(sketch, form)
    assert method is not None, (form.errors, sketch.faults)
    assert [(i.code, i.parent) for i in method.framework.indicators] == [
        ("turnout", "people"), ("nurseries", "people"), ("wage", "index"),
    ]  # fmt: skip
    assert method.framework.root.code == "index"
    assert sketch.unused[0].code == "unemployed"


def test_parents_and_places_can_be_chosen_without_a_script(registry):
    wage, economy, people = (key_of(factories.METHOD, registry, c) for c in ("wage", "economy", "people"))
    sketch, _form = sent(factories.METHOD, registry, **{f"{wage}__parent": people, f"{wage}__order": "1,5"})
    assert tree_of(sketch) == ("index", ("economy", "unemployed"), ("people", "turnout", "wage", "nurseries"))
    sketch, form = sent(
        factories.METHOD, registry, **{f"{economy}__parent": people, f"{people}__parent": economy}
    )
    assert built(sketch, form) is None
    assert any(field == "parent" for _n, _name, field, _w in sketch.faults)
    assert tree_of(sketch)[0] == "index"


def test_rest_and_equal_set_weights(registry):
    turnout, people = (key_of(factories.METHOD, registry, c) for c in ("turnout", "people"))
    sketch, _form = sent(factories.METHOD, registry, **{f"{turnout}__weight": ""})
    act(sketch, f"rest:{turnout}", QueryDict(""))
    assert sketch.by_key[turnout].texts["weight"] == "70"
    act(sketch, f"equal:{people}", QueryDict(""))
    assert {c.texts["weight"] for c in sketch.children(sketch.by_key[people])} == {""}


@pytest.mark.parametrize(
    ("code", "field", "value", "words"),
    [
        ("turnout", "weight", "69", "99"), ("turnout", "weight", "", "above 0"), ("turnout", "weight", "dużo", "dużo"),
        ("wage", "weight", "-5", "above 0"), ("wage", "direction", "2", "more is better"),
        ("wage", "denominator", "peple", "peple"), ("wage", "target", "x", "number"), ("wage", "low", "5", "both"),
        ("economy", "name_pl", "", "no name"),
        ("economy", "name_pl", "mieszkańcy", "same name"),
        ("economy", "name_pl", "A / B", "two languages"), ("economy", "mean", "generalised", "power"),
        ("economy", "power", "500", "100"),
    ],
)  # fmt: skip
def test_mistake_in_the_tree_stands_at_its_field(registry, code, field, value, words):
    key = key_of(factories.METHOD, registry, code)
    with override("en"):
        sketch, form = sent(factories.METHOD, registry, **{f"{key}__{field}": value})
        assert built(sketch, form) is None
        assert [w for _n, _name, _f, w in sketch.faults if words in w], sketch.faults
    assert sketch.by_key[key].texts[field] == value


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"normalisation": "z-score", "mean": "geometric"}, "normalisation", "above zero"),
        ({"mean": "geometric"}, "lower", "begin at 1"),
        ({"other_mean": ["harmonic"]}, "lower", "begin at 1"),
        ({"mean": "generalised"}, "power", "needs a power"),
        ({"imputation": "group mean"}, "group", "which groups"),
        ({"normalisation": "distance to reference"}, "reference", "yardstick"),
        ({"lower": "100"}, "upper", "above the lower"), ({"coverage": "120"}, "coverage", "0 to 100"),
        ({"coverage": "wiele"}, "coverage", "wiele"), ({"sd": "0"}, "sd", "above"), ({"divide": "0"}, "divide", "0"),
        ({"noise": "sets", "sets": "economy 50"}, "sets", "economy 50"), ({"noise": "sets"}, "sets", "at least one"),
        ({"name_pl": None}, "name_pl", "required"), ({"runs": "-1"}, "runs", "0"),
    ],
)  # fmt: skip
def test_mistake_in_a_step_stands_at_its_field(registry, changes, field, words):
    with override("en"):
        sketch, form = sent(factories.METHOD, registry, **changes)
        assert built(sketch, form) is None
        assert any(words in error for error in form.errors[field]), form.errors


def test_scales_that_need_more_ask_for_it_at_each_indicator(registry):
    with override("en"):
        for scale, field in (("distance to target", "target"), ("goalposts", "low")):
            sketch, form = sent(factories.METHOD, registry, normalisation=scale)
            assert built(sketch, form) is None
            assert [f for _n, _name, f, _w in sketch.faults] == [field] * 4


def test_unfinished_method_is_looked_at_with_equal_weights(registry):
    turnout = key_of(factories.METHOD, registry, "turnout")
    sketch, form = sent(factories.METHOD, registry, **{f"{turnout}__weight": "69"})
    act(sketch, "add_group", QueryDict("new_name_pl=Pusta"))
    method, assumed = looked_at(sketch, form)
    assert len(assumed) == 1
    assert [i.weight for i in method.framework.indicators] == [50, 50, None, None]
    assert looked_at(*sent("", registry))[0] is None


def test_hostile_post_makes_a_tree_and_no_crash(registry):
    data = QueryDict(mutable=True)
    data.setlist("key", ["a", "b", "b", "c"])
    data.update({"a-kind": "group", "a-parent": "c", "b-kind": "indicator", "b-code": "wage", "b-parent": "b",
                 "c-kind": "group", "c-parent": "a", "c-was": "a", "a-was": "c", "a-order": "∞",
                 "history": "e" * 50})  # fmt: skip
    sketch = Sketch.posted(data, registry)
    assert len(sketch.nodes) == 3
    assert tree_of(sketch) is not None
    assert Sketch.posted(QueryDict("key=x"), registry).root.code == "index"


def test_note_says_when_weights_left_it(registry):
    noted = factories.METHOD.replace("weight = 40\n", 'weight = 40\nnote = "Eksperci / Experts"\n')
    turnout, nurseries = (key_of(noted, registry, c) for c in ("turnout", "nurseries"))
    kept = built(*sent(noted, registry))
    assert next(a for a in kept.framework.aggregates if a.code == "people").note == "Eksperci / Experts"
    changed = built(*sent(noted, registry, **{f"{turnout}__weight": "60", f"{nurseries}__weight": "40"}))
    note = next(a for a in changed.framework.aggregates if a.code == "people").note
    assert note.endswith("; later changed by hand")
    assert note.startswith("Eksperci; ")


def test_constant_column_is_named(registry):
    from ratusz.apps.ranking import feasibility

    edition = factories.edition()
    values = factories.random_values(12)
    values[:, 1] = 4.0
    factories.figures(edition, values)
    with override("en"):
        found = feasibility.looked_into(composite.Method.from_toml(factories.METHOD), edition)
    assert not found.can_be_computed
    assert ["Unemployed" in f.text for f in found.shown if f.kind == "critical"] == [True]


def test_check_names_double_counting_opposites_and_the_dominant(registry):
    from ratusz.apps.ranking import feasibility

    edition = factories.edition()
    rng = np.random.default_rng(3)
    wage = rng.normal(7000, 900, 40)
    values = np.column_stack(
        [wage, 20 - wage / 700 + rng.normal(0, 0.1, 40), rng.normal(66, 5, 40), np.zeros(40)]
    )
    values[:, 3] = 100 - values[:, 2] + rng.normal(0, 0.1, 40)
    values[0, :2] = np.nan
    factories.figures(edition, values)
    with override("en"):
        found = feasibility.looked_into(composite.Method.from_toml(factories.METHOD), edition)
    said = " ".join(f.text for f in found.shown)
    assert "Wage and Unemployed say nearly the same" in said
    assert "Turnout and Nurseries pull against each other" in said
    assert "1 of 40 cities" in said
    assert found.unclassified[0].missing == ("Wage", "Unemployed")
    assert len(found.heat) == 4
    assert [look.code for look in found.looks] == [
        "wage",
        "unemployed",
        "turnout",
        "nurseries",
        "economy",
        "people",
    ]
