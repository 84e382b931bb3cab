"""Bilingual values: two columns, one attribute."""

from django.utils.translation import get_language


class Bilingual:
    """Reads `<name>_pl` or `<name>_en` by the active language; Polish where English is empty.

    class Edition(models.Model):
        name_pl = models.CharField(max_length=200)
        name_en = models.CharField(max_length=200, blank=True)
        name = Bilingual("name")
    """

    def __init__(self, name: str) -> None:
        self.pl, self.en = f"{name}_pl", f"{name}_en"

    def __get__(self, instance: object | None, owner: type) -> "str | Bilingual":
        if instance is None:
            return self
        english = (get_language() or "pl").startswith("en")
        return (english and getattr(instance, self.en)) or getattr(instance, self.pl)
