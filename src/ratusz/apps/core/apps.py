from django.apps import AppConfig
from django.core.checks import Tags, register


class CoreConfig(AppConfig):
    name = "ratusz.apps.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ratusz.apps.core import checks, choosers, receivers  # noqa: F401 - models are ready only now

        choosers.start_from_a_file()
        register(checks.demo_stays_on_loopback, Tags.security)
