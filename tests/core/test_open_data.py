import pytest

from ratusz.apps.core.open_data import as_download, guarded, write_table


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx"])
def test_text_never_runs_as_a_formula(text):
    assert guarded(text) == "'" + text


@pytest.mark.parametrize(("polish", "row"), [(True, "-1,5;true;;a; b"), (False, "-1.5,true,,a; b")])
def test_table_keeps_negative_numbers_truths_and_gaps(polish, row):
    content = write_table(["a", "b", "c", "d"], [[-1.5, True, None, ["a", "b"]]], polish=polish)
    line = content.decode("utf-8-sig").splitlines()[1]
    assert line.replace('"', "") == row


def test_download_is_saved_under_its_name():
    assert as_download("x", "text/plain", "x.txt")["Content-Disposition"] == 'attachment; filename="x.txt"'
    assert (
        as_download("x", "text/plain", "x.txt", inline=True)["Content-Disposition"]
        == 'inline; filename="x.txt"'
    )
