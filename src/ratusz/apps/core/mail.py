"""E-mail backend of the demo: keeps each mail for the mailbox page and sends nothing."""

from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from ratusz.apps.core.models import Mail


class MailboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages: list) -> int:
        for message in email_messages:
            html = next((text for text, kind in getattr(message, "alternatives", []) if kind == "text/html"), "")
            Mail.objects.create(
                to=", ".join(message.recipients()),
                subject=message.subject,
                body=message.body,
                html=html,
                sent_at=timezone.now(),
            )
        return len(email_messages)
