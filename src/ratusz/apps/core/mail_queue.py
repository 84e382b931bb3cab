"""What happens to a mail in the queue: it is sent, tried again, given up, sent once more, forgotten."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ratusz.apps.core import audit
from ratusz.apps.core.access import require
from ratusz.apps.core.errors import DomainError
from ratusz.apps.core.models import Mail

VIEW = "core.view_mail"
KEEP_TEXTS = timedelta(days=30)


class MailServerError(Exception):
    """The mail server did not take a mail; the worker tries it again."""


def visible_to(user: Any) -> QuerySet[Mail]:
    """All mails for those who may look after them, none for anybody else."""
    if user is None or not user.is_authenticated or not user.has_perm(VIEW):
        return Mail.objects.none()
    return Mail.objects.all()


def deliver(mail_id: int, *, last: bool) -> None:
    """Hands a waiting mail to the mail server; what went wrong stays with the mail, which fails on its `last` try.

    The row is locked meanwhile: a job that runs twice waits, and finds the mail sent.
    """
    with transaction.atomic():
        mail = Mail.objects.select_for_update().filter(pk=mail_id, state=Mail.State.WAITING).first()
        if mail is None:  # sent already, or erased with the person
            return
        failure = _hand_over(mail)
        mail.tries += 1
        mail.error = failure
        if not failure:
            mail.state, mail.sent_at = Mail.State.SENT, timezone.now()
        elif last:
            mail.state = Mail.State.FAILED
        if mail.secret and mail.state != Mail.State.WAITING:
            mail.body = mail.html = ""  # RODO and safety: a code serves once, its text has no further use
        mail.save()
    if failure:
        raise MailServerError(f"mail {mail_id}: {failure}")


def _hand_over(mail: Mail) -> str:
    """Sends the mail; the reason when it could not be sent."""
    message = EmailMultiAlternatives(
        mail.subject, mail.body, mail.sender or None, [mail.to], headers={"Auto-Submitted": "auto-generated"}
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    try:
        message.connection = get_connection(settings.SMTP_BACKEND)
        message.send()
    except Exception as error:  # noqa: BLE001 - whatever a mail server or its library answers belongs on the page
        return f"{type(error).__name__}: {error}"
    return ""


def send_again(*, mail: Mail, by: AbstractBaseUser) -> Mail:
    """Puts a mail that failed, or that did not arrive, back into the queue."""
    from ratusz.apps.core import tasks  # the tasks call this module

    require(by, VIEW)
    with transaction.atomic():
        mail = Mail.objects.select_for_update().get(pk=mail.pk)
        if mail.state == Mail.State.WAITING:
            raise DomainError(
                _("This mail is waiting to be sent already."),
                next_step=_("Look again in a few minutes."),
                code="already_waiting",
            )
        if not mail.can_be_sent_again:
            raise DomainError(
                _("The text of this mail is not kept any more, so it cannot be sent again."),
                next_step=_("Codes are sent anew when the person asks for one at the sign-in."),
                code="text_is_gone",
            )
        mail.state, mail.tries, mail.error, mail.sent_at = Mail.State.WAITING, 0, "", None
        mail.save()
        audit.record(by=by, action="core.send_mail_again", subject=mail)
        tasks.send_mail.defer(mail_id=mail.pk)
    return mail


def forget_texts() -> int:
    """Drops the texts of mails older than thirty days; who got which subject when stays. The number of mails."""
    old = Mail.objects.filter(created_at__lt=timezone.now() - KEEP_TEXTS).exclude(state=Mail.State.WAITING)
    return old.exclude(body="", html="").update(body="", html="")
