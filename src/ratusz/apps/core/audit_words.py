"""What the audit log calls the actions of imports and mails."""

from django.utils.translation import gettext_lazy as _

from ratusz.apps.core import audit


def register() -> None:
    """Gives each action its words."""
    audit.name_actions(
        {
            "core.apply_import": _("imported a file"),
            "core.confirm_import": _("confirmed an import"),
            "core.discard_import": _("discarded an import"),
            "core.reopen_import": _("opened the preview of an import again"),
            "core.restart_import": _("started an import again"),
            "core.send_mail_again": _("sent a mail again"),
            "core.undo_import": _("undid an import"),
            "core.upload_import": _("uploaded a file"),
        }
    )
