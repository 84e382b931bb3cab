from django.apps import AppConfig


class EditionsConfig(AppConfig):
    name = "ratusz.apps.editions"
    label = "editions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ratusz.apps.editions import access, audit_words, board, exports, rules  # noqa: F401 - models are ready only now

        audit_words.register()
        rules.register()
        exports.register()
        board.register()
