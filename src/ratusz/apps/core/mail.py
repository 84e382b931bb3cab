"""E-mail backends: outside the demo a mail waits in the queue for the worker, in the demo it is kept and shown."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from ratusz.apps.core.models import Mail


class QueueBackend(BaseEmailBackend):
    """Stores a mail for each receiver and lets the worker send it, so that nobody waits for the mail server.

    One mail each: nobody sees the others' addresses, and a failure tells whom the mail did not reach. A mail
    written in a transaction exists when and only when the transaction is kept.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        from ratusz.apps.core import tasks  # the tasks need the apps to be ready

        for message in email_messages:
            if message.attachments:
                raise ValueError("The queue carries mails without attachments: link to the file instead.")
            with transaction.atomic():
                for receiver in dict.fromkeys(message.recipients()):
                    tasks.send_mail.defer(mail_id=_store(message, receiver, Mail.State.WAITING).pk)
        return len(email_messages)


class MailboxBackend(BaseEmailBackend):
    """Keeps each mail for the mailbox page of the demo and sends nothing."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            _store(message, ", ".join(message.recipients()), Mail.State.SENT)
        return len(email_messages)


def _store(message: EmailMessage, to: str, state: str) -> Mail:
    html = next((text for text, kind in getattr(message, "alternatives", []) if kind == "text/html"), "")
    return Mail.objects.create(
        sender=message.from_email,
        to=to,
        subject=message.subject,
        body=message.body,
        html=html,
        secret=getattr(message, "secret", False),
        state=state,
        sent_at=timezone.now() if state == Mail.State.SENT else None,
    )
