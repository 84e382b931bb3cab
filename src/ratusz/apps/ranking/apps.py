from django.apps import AppConfig


class RankingConfig(AppConfig):
    name = "ratusz.apps.ranking"
    label = "ranking"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ratusz.apps.ranking import (  # the apps are ready only now
            audit_words,
            board,
            consequences,
            personal,
        )

        audit_words.register()
        board.register()
        personal.register()
        consequences.register()
