from tests.cities.conftest import cities66, edition, organiser, source, stranger, unemployment, wage

__all__ = ["cities66", "edition", "organiser", "source", "stranger", "unemployment", "wage"]
