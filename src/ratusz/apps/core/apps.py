from django.apps import AppConfig
from django.core.checks import Tags, register


class CoreConfig(AppConfig):
    name = "ratusz.apps.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ratusz.apps.core import audit_words, checks, choosers, receivers  # noqa: F401 - models are ready only now

        audit_words.register()
        choosers.start_from_a_file()
        register(checks.demo_stays_on_loopback, Tags.security)
