from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "ratusz.apps.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"
