"""What the audit log calls the actions of accounts."""

from django.utils.translation import gettext_lazy as _

from ratusz.apps.core import audit


def register() -> None:
    """Gives each action of accounts its words."""
    audit.name_actions(
        {
            "accounts.add_second_factor": _("added a second factor"),
            "accounts.change_email": _("changed the e-mail"),
            "accounts.change_organisation": _("changed an organisation"),
            "accounts.change_person": _("changed a person's details"),
            "accounts.change_second_factor": _("changed a second factor"),
            "accounts.create_organisation": _("added an organisation"),
            "accounts.create_person": _("added a person"),
            "accounts.end_mandate": _("ended a mandate"),
            "accounts.erase_person": _("erased a person"),
            "accounts.give_consent": _("gave a consent"),
            "accounts.give_mandate": _("gave a mandate"),
            "accounts.publish_consent_text": _("published a consent text"),
            "accounts.sign_in": _("signed in"),
            "accounts.sign_in_failed": _("failed to sign in"),
            "accounts.sign_out": _("signed out"),
            "accounts.sign_up": _("created an account"),
            "accounts.withdraw_consent": _("withdrew a consent"),
        }
    )
