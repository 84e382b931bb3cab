from django.apps import AppConfig


class CitiesConfig(AppConfig):
    name = "ratusz.apps.cities"
    label = "cities"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ratusz.apps.cities import audit_words, imports

        imports.register()
        audit_words.register()
