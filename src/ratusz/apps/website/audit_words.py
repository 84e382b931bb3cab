"""What the audit log calls the actions of the website."""

from django.utils.translation import gettext_lazy as _

from ratusz.apps.core import audit


def register() -> None:
    """Gives each action its words."""
    audit.name_actions(
        {
            "website.add_laureate": _("added a laureate"),
            "website.add_title": _("added a title to the catalogue"),
            "website.change_laureate": _("changed a laureate"),
            "website.change_title": _("changed a title of the catalogue"),
            "website.remove_laureate": _("removed a laureate"),
            "website.remove_title": _("removed a title from the catalogue"),
        }
    )
