from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "ratusz.apps.partners"
    label = "partners"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ratusz.apps.partners import audit_words  # the apps are ready only now

        audit_words.register()
