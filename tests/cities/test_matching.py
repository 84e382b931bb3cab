from ratusz.apps.cities.imports.matching import match_indicator

NAMES = {"saldo migracji": "net-migration", "studenci": "students"}


def test_match_indicator_with_the_totals_of_the_bdl_website() -> None:
    assert match_indicator("saldo migracji ogółem;ogółem;2022;[osoba]", NAMES) == "net-migration"
    assert match_indicator("studenci ogółem;2022;[osoba]", NAMES) == "students"
    assert match_indicator("studenci kobiety;2022;[osoba]", NAMES) is None
