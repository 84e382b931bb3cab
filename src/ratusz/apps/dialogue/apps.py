from django.apps import AppConfig


class DialogueConfig(AppConfig):
    name = "ratusz.apps.dialogue"
    label = "dialogue"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ratusz.apps.dialogue import audit_words, board, personal  # the apps are ready only now

        audit_words.register()
        board.register()
        personal.register()
