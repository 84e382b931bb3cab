from django.apps import AppConfig


class EfficiencyConfig(AppConfig):
    name = "ratusz.apps.efficiency"
    label = "efficiency"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ratusz.apps.efficiency import audit_words  # the apps are ready only now

        audit_words.register()
