"""Photos and contacts: each consent stands alone in the ledger of the account, and only the person writes it."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts import services as accounts
from ratusz.apps.accounts.models import ConsentText, User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.dialogue.models import Registration, Session
from ratusz.apps.dialogue.queries.registration import consent_texts, contact_purpose, standing_consents
from ratusz.apps.dialogue.services.registration.rules import MANAGE
from ratusz.apps.editions.permissions import require

TITLE = {
    "pl": "Kontakt dla partnera: {partner}",
    "en": "My contact for a partner: {partner}",
}
TEXT = {
    "pl": (
        "Zgadzam się, aby organizator przekazał partnerowi {partner} moje imię i nazwisko, stanowisko, instytucję "
        "i adres e-mail, żeby mógł skontaktować się ze mną w sprawach, o których rozmawialiśmy na Sesji Dialogu "
        "{year}. Zgodę mogę wycofać w każdej chwili; organizator powie o tym partnerowi."
    ),
    "en": (
        "I agree that the organiser gives my name, position, organisation and e-mail to the partner {partner}, "
        "so that they can get in touch about what we talked of at the Dialogue Session {year}. I can withdraw "
        "this at any time; the organiser will tell the partner."
    ),
}


@transaction.atomic
def offer_contacts(*, by: User, session: Session, partner: Any) -> ConsentText:
    """Asks participants whether this partner of the edition may have their contact; asked twice, it is one text."""
    require(by, MANAGE, session.edition)
    if not session.edition.partnerships.filter(partner=partner).exists():
        raise DomainError(
            _("%(partner)s is no partner of this edition.") % {"partner": partner}, field="partner",
            next_step=_("Choose a partner from the list."), code="no_partner",
        )  # fmt: skip
    purpose, year = contact_purpose(session, partner.pk), session.edition.year
    standing = ConsentText.objects.filter(purpose=purpose).order_by("-version").first()
    if standing is not None:
        return standing
    names = {"pl": partner.name_pl, "en": partner.name_en or partner.name_pl}
    words = {
        f"{field}_{code}": words[code].format(partner=names[code], year=year)
        for field, words in (("title", TITLE), ("text", TEXT))
        for code in names
    }
    longest = ConsentText._meta.get_field("title_pl").max_length
    words = {name: text[:longest] if name.startswith("title") else text for name, text in words.items()}
    text = ConsentText.objects.create(purpose=purpose, version=1, **words)
    audit.record(by=by, action="dialogue.offer_contacts", subject=text, edition=session.edition)
    return text


@transaction.atomic
def set_consents(*, by: User, registration: Registration, given: Iterable[str]) -> None:
    """Makes exactly these purposes stand among those that the session asks about; only the person can do it.

    No phase and no state closes it: a consent is withdrawn at any time.
    """
    purposes = set(given)
    texts = {text.purpose: text for text in consent_texts(registration.session)}
    if unknown := purposes - texts.keys():
        raise DomainError(
            _("The Session does not ask for this consent: %(purpose)s.") % {"purpose": ", ".join(sorted(unknown))},
            next_step=_("Open the page again."), code="no_such_consent",
        )  # fmt: skip
    person = registration.user
    standing = standing_consents(person, texts) if person else {}
    for purpose, text in texts.items():
        if purpose in purposes and purpose not in standing:
            accounts.give_consent(user=person, text=text, by=by)
        elif purpose not in purposes and purpose in standing:
            accounts.withdraw_consent(consent=standing[purpose], by=by)
