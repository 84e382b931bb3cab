import ast
from pathlib import Path

import pytest
from django.utils.translation import gettext, override

from ratusz.apps.ranking.engine_messages import SENTENCES, _known, explain
from ratusz.engines import composite
from ratusz.engines.contracts import EngineError


def test_explain_speaks_one_language() -> None:
    rule, step = "weights of siblings must sum to 100", "correct the method file"
    with override("pl"):
        text = explain(EngineError("Weights under index", "the sum 99", rule, step))
    assert text == (
        "Wagi w węźle index: suma 99. Reguła: wagi rodzeństwa (węzłów o tym samym rodzicu) "
        "muszą sumować się do 100. Co zrobić: popraw plik metody."
    )


def test_explain_quotes_whole_what_it_cannot_say() -> None:
    error = EngineError("Column x", "a surprise", "a column is one of them", "copy it")
    with override("pl"):
        assert explain(error).endswith(f"„{error}”")
    with override("en"):
        assert explain(error) == str(error)


ENGINE = Path(composite.__file__).parent
# These refuse what a program passes, not what a person writes.
LIBRARY = {"panel.py", "rank_sets.py", "outranking.py", "sensitivity.py", "reach.py", "influence.py"}
# What stands for a name in a sentence that the engine puts together.
NAMES = {
    "what": "the target",
    "why": "the distance to a target",
    "limits": "at least 3",
    "drawn": "",
    "FORMATS": "7",
}


def _texts(node: ast.AST) -> list[str]:
    """The texts an argument may come to, with 7 for a value; none for a name alone, which is told elsewhere."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body), *_texts(node.orelse)]
    if isinstance(node, ast.BinOp):
        return [left + "7" for left in _texts(node.left)]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return [text.replace("{:g}", "7") for text in _texts(node.func.value)]
    if isinstance(node, ast.JoinedStr):
        parts = [
            part.value if isinstance(part, ast.Constant) else NAMES.get(ast.unparse(part.value), "7")
            for part in node.values
        ]
        return ["".join(parts)]
    return []


def _refusals() -> list[str]:
    found = []
    for file in sorted(ENGINE.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if file.name in LIBRARY or not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            arguments = {"EngineError": node.args, "refuse": node.args[2:]}.get(name, [])
            found += [text for argument in arguments for text in _texts(argument)]
    return sorted(set(found) - {"the target 7", "every 7 occurs once"})


def test_every_refusal_of_the_engine_has_polish_words() -> None:
    assert len(_refusals()) > 150
    with override("pl"):
        missing = [text for text in _refusals() if _known(text) is None]
        assert missing == []
        english = [text for text in SENTENCES if gettext(text) == text and text != "Ranking"]
        assert english == []


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (
            (
                "Unit Jelenia Góra",
                "no value of its own",
                "an imputation among the variants leaves it empty",
                'count coverage "before imputation", or take that imputation out of the list',
            ),
            "Miasto Jelenia Góra: brak własnej wartości. Reguła: jeden ze sposobów",
        ),
        (
            (
                "Indicator debt, unit Nowy Sącz",
                "the value -3",
                "a logarithm takes only values above 0",
                "correct the value, leave it empty if unknown, or delete the transform",
            ),
            "Wskaźnik debt, miasto Nowy Sącz: wartość -3. Reguła: logarytm",
        ),
        (
            (
                "Column debt, unit Łódź",
                "2e+60",
                "values must be finite and within 1e+60",
                "correct the cell or leave it empty",
            ),
            "Kolumna debt, miasto Łódź: 2e+60. Reguła: wartości muszą być skończone",
        ),
    ],
)
def test_refusals_of_figures_are_said_in_polish(parts: tuple[str, str, str, str], said: str) -> None:
    with override("pl"):
        assert explain(EngineError(*parts)).startswith(said)
