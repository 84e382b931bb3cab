from django.apps import AppConfig


class EditionsConfig(AppConfig):
    name = "ratusz.apps.editions"
    label = "editions"
    default_auto_field = "django.db.models.BigAutoField"
