from django.apps import AppConfig


class WebsiteConfig(AppConfig):
    name = "ratusz.apps.website"
    label = "website"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ratusz.apps.website import audit_words, signals

        audit_words.register()
        signals.connect()
