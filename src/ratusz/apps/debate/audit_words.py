"""What the audit log calls the actions of the debate."""

from django.utils.translation import gettext_lazy as _

from ratusz.apps.core import audit


def register() -> None:
    """Gives each action its words."""
    audit.name_actions(
        {
            "debate.accept_statement": _("accepted a statement"),
            "debate.close_conversation": _("closed a conversation"),
            "debate.compute_result": _("computed the results of a conversation"),
            "debate.exclude_participants": _("excluded participants of a conversation"),
            "debate.hand_on": _("handed a statement on as a recommendation"),
            "debate.issue_invitations": _("issued invitation keys"),
            "debate.merge_statement": _("merged a statement into another"),
            "debate.reject_statement": _("rejected a statement"),
            "debate.revoke_invitations": _("revoked invitation keys"),
            "debate.save_conversation": _("changed a conversation"),
            "debate.seed_statement": _("added a statement of the organiser"),
            "debate.suggest_statement": _("sent a statement"),
            "debate.take_back": _("took a recommendation back"),
            "debate.undo_exclusion": _("undid an exclusion of participants"),
            "debate.word_statement": _("changed the wording of a statement"),
            "debate.write_words": _("wrote the foreword or the closing note of a result"),
        }
    )
