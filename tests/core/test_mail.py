"""The mail queue: what waits, goes out, fails and is sent again; the mail server that refuses is a closed port."""

import socket
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from ratusz.apps.core import mail_queue, tasks
from ratusz.apps.core.errors import DomainError, NotAllowed
from ratusz.apps.core.models import AuditEntry, Mail
from tests.editions.conftest import as_organiser, edition, organiser, signed_in  # noqa: F401
from tests.editions.factories import make_user

pytestmark = pytest.mark.django_db

LOCMEM = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture(autouse=True)
def queue(settings):
    """The site outside the demo, whose mail server takes everything."""
    settings.EMAIL_BACKEND = "ratusz.apps.core.mail.QueueBackend"
    settings.SMTP_BACKEND = LOCMEM
    outbox.outbox = []


@pytest.fixture
def no_server(settings):
    """A mail server that is not there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = probe.getsockname()
    settings.SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


def write(*receivers: str, secret: bool = False, **more) -> list[Mail]:
    """Writes a mail as the apps do it; what is in the queue now."""
    message = EmailMultiAlternatives(
        "Temat", "Treść 123456", "Ratusz <ratusz@example.org>", receivers or ["a@example.org"], **more
    )
    message.attach_alternative("<p>Treść</p>", "text/html")
    message.secret = secret
    message.send()
    return list(Mail.objects.order_by("id"))


def test_mail_waits_in_the_queue_with_one_job_for_each_receiver():
    mails = write("a@example.org", "b@example.org", bcc=["c@example.org"])
    assert [(one.to, one.state) for one in mails] == [
        (f"{name}@example.org", "waiting") for name in ("a", "b", "c")
    ]
    jobs = ProcrastinateJob.objects.filter(task_name="core.send_mail")
    assert {job.args["mail_id"] for job in jobs} == {one.pk for one in mails}
    assert outbox.outbox == []


def test_mail_of_a_transaction_that_is_undone_does_not_exist():
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert not Mail.objects.exists()
    assert not ProcrastinateJob.objects.filter(task_name="core.send_mail").exists()


def test_mail_with_an_attachment_is_refused():
    with pytest.raises(ValueError, match="attachments"):
        write(attachments=[("a.txt", "x", "text/plain")])


def test_deliver_sends_once_and_keeps_the_text():
    [mail] = write()
    mail_queue.deliver(mail.pk, last=False)
    mail_queue.deliver(mail.pk, last=False)
    [sent] = outbox.outbox
    assert (sent.to, sent.subject, sent.body) == (["a@example.org"], "Temat", "Treść 123456")
    assert sent.from_email == "Ratusz <ratusz@example.org>"
    assert sent.extra_headers == {"Auto-Submitted": "auto-generated"}
    assert sent.alternatives[0].content == "<p>Treść</p>"
    mail.refresh_from_db()
    assert (mail.state, mail.tries, mail.error, mail.body) == ("sent", 1, "", "Treść 123456")
    assert mail.sent_at is not None


def test_deliver_leaves_an_erased_mail_alone():
    mail_queue.deliver(0, last=True)
    assert outbox.outbox == []


def test_failure_is_kept_then_the_mail_is_given_up_and_can_be_sent_again(no_server, settings, organiser):  # noqa: F811
    [mail] = write()
    for last, state in ((False, "waiting"), (True, "failed")):
        with pytest.raises(mail_queue.MailServerError, match="ConnectionRefusedError"):
            mail_queue.deliver(mail.pk, last=last)
        mail.refresh_from_db()
        assert (mail.state, mail.sent_at) == (state, None)
        assert "ConnectionRefusedError" in mail.error
    assert mail.tries == 2
    settings.SMTP_BACKEND = LOCMEM
    mail_queue.send_again(mail=mail, by=organiser)
    mail_queue.deliver(mail.pk, last=False)
    mail.refresh_from_db()
    assert (mail.state, mail.tries, mail.error, len(outbox.outbox)) == ("sent", 1, "", 1)
    entry = AuditEntry.objects.get(action="core.send_mail_again")
    assert (entry.actor, entry.subject_label) == (organiser, f"mail {mail.pk}")


@pytest.mark.parametrize("works", [True, False])
def test_code_is_not_kept_once_its_mail_is_sent_or_given_up(works, request, organiser):  # noqa: F811
    if not works:
        request.getfixturevalue("no_server")
    [mail] = write(secret=True)
    if works:
        mail_queue.deliver(mail.pk, last=False)
    else:
        with pytest.raises(mail_queue.MailServerError):
            mail_queue.deliver(mail.pk, last=False)
        assert Mail.objects.get().body  # the next try needs it
        with pytest.raises(mail_queue.MailServerError):
            mail_queue.deliver(mail.pk, last=True)
    mail.refresh_from_db()
    assert (mail.to, mail.subject, mail.body, mail.html) == ("a@example.org", "Temat", "", "")
    with pytest.raises(DomainError, match=r"sign-in|logowani"):
        mail_queue.send_again(mail=mail, by=organiser)


def test_sign_in_code_travels_through_the_queue_and_leaves_no_trace(client):
    make_user(email="osoba@example.org")
    client.post(reverse("account_login"), {"login": "osoba@example.org"})
    mail = Mail.objects.get()
    assert (mail.to, mail.secret) == ("osoba@example.org", True)
    assert mail.subject == "Twój kod logowania"
    mail_queue.deliver(mail.pk, last=False)
    assert "Twój kod logowania:" in outbox.outbox[0].body
    assert Mail.objects.get().body == ""


def test_send_again_is_for_those_who_look_after_mails_and_not_while_it_waits(organiser, edition):  # noqa: F811
    [mail] = write()
    with pytest.raises(DomainError) as waiting:
        mail_queue.send_again(mail=mail, by=organiser)
    assert waiting.value.code == "already_waiting"
    with pytest.raises(NotAllowed):
        mail_queue.send_again(mail=mail, by=make_user("secretary", edition=edition))


def test_worker_tries_three_times_more_within_ten_minutes():
    decisions, tries = [], 0
    while decision := tasks.RETRIES.get_retry_decision(
        exception=mail_queue.MailServerError(), job=Job(tries)
    ):
        decisions.append(decision.retry_at - timezone.now())
        tries += 1
    assert [round(one.total_seconds()) for one in decisions] == [8, 64, 512]


class Job:
    """What the retry strategy reads of a job."""

    def __init__(self, attempts: int) -> None:
        self.attempts = attempts


def test_texts_are_forgotten_after_thirty_days_outside_the_demo(settings):
    for secret in (False, True):
        write(secret=secret)
    Mail.objects.update(state="sent", created_at=timezone.now() - timedelta(days=31))
    [fresh, *_] = reversed(write())
    settings.DEMO = True
    tasks.forget_texts_of_mails(0)
    assert not Mail.objects.filter(body="").exists()
    settings.DEMO = False
    tasks.forget_texts_of_mails(0)
    assert list(Mail.objects.exclude(body="")) == [fresh]


def test_panel_lists_searches_filters_and_pages(as_organiser):  # noqa: F811
    index = reverse("mail_index")
    assert "Nie ma jeszcze żadnej wiadomości" in as_organiser.get(index).content.decode()
    write(*(f"osoba{number}@example.org" for number in range(60)))
    Mail.objects.filter(to="osoba7@example.org").update(state="failed", error="SMTPServerDisconnected: nie")
    text = as_organiser.get(index).content.decode()
    assert "osoba59@" in text
    assert "osoba7@" not in text
    assert "osoba7@" in as_organiser.get(index, {"p": 2}).content.decode()
    failed = as_organiser.get(index, {"state": "failed"}).content.decode()
    assert "osoba7@" in failed
    assert "SMTPServerDisconnected" in failed
    assert "osoba59@" not in failed
    assert "osoba8@" in as_organiser.get(index, {"q": "osoba8@"}).content.decode()
    assert "Żadna wiadomość nie pasuje" in as_organiser.get(index, {"q": "zebra"}).content.decode()


def test_panel_asks_the_database_as_often_for_many_mails_as_for_few(as_organiser):  # noqa: F811
    counts = []
    for number in (2, 30):
        write(*(f"osoba{number}-{one}@example.org" for one in range(number)))
        as_organiser.get(reverse("mail_index"))
        with CaptureQueriesContext(connection) as queries:
            as_organiser.get(reverse("mail_index"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_panel_shows_a_failed_mail_and_sends_it_again(as_organiser):  # noqa: F811
    [mail] = write()
    Mail.objects.update(state="failed", error="SMTPRecipientsRefused: 550")
    address = reverse("mail_screen", args=[mail.pk])
    text = as_organiser.get(address).content.decode()
    assert "SMTPRecipientsRefused: 550" in text
    assert "Treść 123456" in text
    assert "Wyślij ponownie" in text
    as_organiser.post(address)
    assert Mail.objects.get().state == "waiting"
    assert "Wyślij ponownie" not in as_organiser.get(address).content.decode()


def test_panel_never_shows_a_code(as_organiser):  # noqa: F811
    [mail] = write(secret=True)
    pages = [reverse("mail_screen", args=[mail.pk]), reverse("mail_index"), reverse("mail_index") + "?export=csv",
             reverse("mail_index") + "?q=123456"]  # fmt: skip
    for page in pages:
        answer = as_organiser.get(page)
        body = b"".join(answer) if answer.streaming else answer.content
        assert b"Tre\xc5\x9b\xc4\x87 123456" not in body
    assert "Żadna wiadomość nie pasuje" in as_organiser.get(pages[-1]).content.decode()


@pytest.mark.parametrize("role", ["secretary", "juror", None])
def test_panel_is_closed_to_everybody_else(edition, role):  # noqa: F811
    [mail] = write()
    client = signed_in(make_user(*[role] if role else [], edition=edition))
    for address in (reverse("mail_index"), reverse("mail_screen", args=[mail.pk])):
        assert client.get(address).status_code in {302, 403}
        assert client.post(address).status_code in {302, 403, 405}
    assert Mail.objects.get().state == "waiting"


def test_organiser_is_told_on_my_edition_that_a_mail_failed(as_organiser):  # noqa: F811
    write("a@example.org", "b@example.org")
    assert "Czekają" not in as_organiser.get("/pl/my/").content.decode()
    Mail.objects.update(state="failed")
    page = as_organiser.get("/pl/my/").content.decode()
    assert "Czekają na Ciebie 2 wiadomości." in page
    assert reverse("mail_index") + "?state=failed" in page
