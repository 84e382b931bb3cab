from django.utils.translation import override

from ratusz.apps.ranking.engine_messages import explain
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
    error = EngineError("Column x", "it as a number and as a text", "a column is one of them", "copy it")
    with override("pl"):
        assert explain(error).endswith(f"„{error}”")
    with override("en"):
        assert explain(error) == str(error)
