"""Who takes part, without a name: a key that only the person holds, and the digest that the database keeps.

The key of an account is derived from it and from the conversation, so that a person has one vote on all of their
devices, no row names the account, and the rows of two conversations cannot be laid side by side.
"""

import hashlib
import hmac
import secrets

from django.conf import settings

from ratusz.apps.accounts.models import User
from ratusz.apps.debate.models import Conversation


def new_key() -> str:
    """A key for somebody without an account."""
    return secrets.token_urlsafe(24)


def key_of(user: User, conversation: Conversation) -> str:
    """The key of an account in a conversation."""
    message = f"debate:{conversation.pk}:{user.pk}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).hexdigest()


def digest_of(key: str, conversation: Conversation) -> str:
    """What the database keeps of a key (SHA-256, hex)."""
    return hashlib.sha256(f"{conversation.pk}:{key}".encode()).hexdigest()
