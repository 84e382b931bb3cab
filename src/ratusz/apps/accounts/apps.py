from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "ratusz.apps.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from ratusz.apps.accounts import audit_words, exports, receivers  # noqa: F401 - models are ready only now

        audit_words.register()
        exports.register()
