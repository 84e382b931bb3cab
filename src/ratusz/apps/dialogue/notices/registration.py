"""Mails about registrations, each in the language of its reader."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import EmailMessage, send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_noop as _

from ratusz.apps.accounts.models import User
from ratusz.apps.dialogue.models import Registration, Session
from ratusz.apps.editions.models import Role

if TYPE_CHECKING:
    from ratusz.apps.dialogue.queries.registration import Reading


def registered(registration: Registration) -> None:
    """Confirms the place, or says that the person waits and at which place."""
    from ratusz.apps.dialogue.queries.registration import place_in_line

    if registration.state == Registration.State.WAITING:
        title = _("You are on the waiting list of the Dialogue Session")
        _tell(registration, "waiting", title, line=place_in_line(registration))
    else:
        _tell(registration, "registered", _("You are registered for the Dialogue Session"))


def moved_up(registration: Registration) -> None:
    """Tells a person from the waiting list that there is a place now."""
    _tell(registration, "moved_up", _("There is a place for you at the Dialogue Session"))


def cancelled(registration: Registration, *, reason: str) -> None:
    """Confirms that the place was given back, or says why an organiser took it."""
    _tell(
        registration, "cancelled", _("Your registration for the Dialogue Session is cancelled"), reason=reason
    )


def type_changed(registration: Registration) -> None:
    """Tells a person on which side the organiser has put them."""
    _tell(registration, "type_changed", _("Your registration for the Dialogue Session was corrected"))


def replaced(original: Registration, substitute: Registration) -> None:
    """Tells a person that the substitute has accepted and has the place now."""
    _tell(original, "replaced", _("Your substitute comes to the Dialogue Session"), substitute=substitute)


def invited(registration: Registration, by: User) -> None:
    """Sends an invited person the link that only they get. The mail's text is not kept once it is sent."""
    reader = User.objects.filter(email=registration.email).first()
    with translation.override(reader.language if reader else translation.get_language() or by.language):
        year = registration.session.edition.year
        page = settings.BASE_URL + reverse("dialogue:invitation", args=[year, registration.code])
        context = {"registration": registration, "by": by, "page": page, "session": registration.session}
        message = EmailMessage(
            translation.gettext("An invitation to the Dialogue Session"),
            render_to_string("dialogue/mail/invited.txt", context),
            None,
            [registration.email],
        )
        message.secret = True
        message.send()


def declined(registration: Registration) -> None:
    """Tells whoever invited a person that they will not come."""
    asked_by = (
        registration.replaces.user
        if registration.replaces
        else registration.group.by
        if registration.group
        else None
    )
    if asked_by is None or not asked_by.is_active:
        return
    with translation.override(asked_by.language):
        title = translation.gettext("%(name)s declined the invitation") % {"name": registration.name}
        text = render_to_string(
            "dialogue/mail/declined.txt", {"registration": registration, "page": _hub(registration)}
        )
        send_mail(title, text, None, [asked_by.email])


def reading(registration: Registration, reading: "Reading") -> None:
    """Sends what to read before the day."""
    _tell(registration, "reading", _("To read before the Dialogue Session"), reading=reading)


def reading_text(registration: Registration, reading: "Reading") -> str:
    """The mail with the reading as the person would get it, for the organiser's preview."""
    context = {
        "registration": registration,
        "session": registration.session,
        "page": _hub(registration),
        "reading": reading,
    }
    return render_to_string("dialogue/mail/reading.txt", context)


def needs_deleted(session: Session, people: int) -> None:
    """Tells the organisers that the needs are gone."""
    organisers = User.objects.filter(
        edition_roles__edition=session.edition, edition_roles__role=Role.ORGANISER, is_active=True
    ).distinct()
    for organiser in organisers:
        with translation.override(organiser.language):
            text = render_to_string("dialogue/mail/needs_deleted.txt", {"session": session, "people": people})
            send_mail(
                translation.gettext("Needs of participants were deleted"), text, None, [organiser.email]
            )


def _tell(registration: Registration, template: str, title: str, **context: Any) -> None:
    person = registration.user
    if person is None or not person.is_active:
        return
    with translation.override(person.language):
        context |= {"registration": registration, "session": registration.session, "page": _hub(registration)}
        text = render_to_string(f"dialogue/mail/{template}.txt", context)
        send_mail(translation.gettext(title), text, None, [person.email])


def _hub(registration: Registration) -> str:
    return settings.BASE_URL + reverse("dialogue:my_session", args=[registration.session.edition.year])
