"""Who takes part, without a name: a key that only the person holds, and the digest that the database keeps.

The key of an account is derived from it and from the conversation, so that a person has one vote on all of their
devices, no row names the account, and the rows of two conversations cannot be laid side by side.
"""

import hashlib
import hmac
import secrets
from typing import Any

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


def digest_for(user: Any, key: str, conversation: Conversation) -> str:
    """The digest of whoever asks: of the account where somebody is signed in, else of the browser's key, else ""."""
    if user is not None and user.is_authenticated:
        key = key_of(user, conversation)
    return digest_of(key, conversation) if key else ""


# Letters and digits that nobody mixes up when they are read aloud or copied from paper.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_invitation() -> str:
    """An invitation key for paper, with 79 bits: "K7MX-9PQR-2VWT-H4ZC"."""
    letters = "".join(secrets.choice(_LETTERS) for _place in range(16))
    return "-".join(letters[k : k + 4] for k in range(0, 16, 4))


def plain_invitation(typed: str) -> str:
    """The key as it was issued, however somebody typed it: without spaces and hyphens, in capitals.

    >>> plain_invitation(" k7mx 9pqr-2vwth4zc ")
    'K7MX9PQR2VWTH4ZC'
    """
    return "".join(letter for letter in typed.upper() if letter.isalnum())[:64]
