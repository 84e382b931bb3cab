from django.apps import AppConfig


class CitiesConfig(AppConfig):
    name = "ratusz.apps.cities"
    label = "cities"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ratusz.apps.cities import audit_words, board, exports, imports  # models are ready only now

        imports.register()
        audit_words.register()
        board.register()
        exports.register()
