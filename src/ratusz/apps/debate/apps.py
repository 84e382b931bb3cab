from django.apps import AppConfig


class DebateConfig(AppConfig):
    name = "ratusz.apps.debate"
    label = "debate"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ratusz.apps.debate import audit_words, board, personal  # the apps are ready only now

        audit_words.register()
        board.register()
        personal.register()
