"""Mails about a new version of the agenda, each in the language of its reader, to those whose day it changes."""

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from ratusz.apps.dialogue.agenda.changes import Change, changes
from ratusz.apps.dialogue.models import AgendaVersion, Block, Registration, Stakeholder

State = Registration.State


def agenda_changed(version: AgendaVersion, last: AgendaVersion) -> int:
    """Tells each registered person of the changes that touch them; returns how many were told."""
    told = 0
    blocks = {block.pk: block for block in version.session.blocks.all()}
    people = _people(version)
    found = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found[language] = changes(last.content, version.content)
    for person in people:
        mine = [one for one in found[person.user.language] if _touches(one, person, blocks)]
        if not mine:
            continue
        told += 1
        with translation.override(person.user.language):
            context = {
                "version": version,
                "changes": mine,
                "page": settings.BASE_URL + reverse("dialogue:agenda", args=[version.session.edition.year]),
            }
            title = _("New agenda of the Session (version %(number)s)") % {"number": version.number}
            send_mail(title, render_to_string("dialogue/mail/agenda.txt", context), None, [person.user.email])
    return told


def _people(version: AgendaVersion) -> QuerySet[Registration]:
    people = version.session.registrations.filter(state=State.REGISTERED, user__is_active=True)
    return people.select_related("user").prefetch_related("duties__table")


def _touches(change: Change, person: Registration, blocks: dict[int, Block]) -> bool:
    """Circles touch their own officials and hosts; everything else touches everybody."""
    block = blocks.get(change.block) if change.block else None
    if block is None or not block.is_circle:
        return True
    if any((duty.block_id or duty.table.block_id) == block.pk for duty in person.duties.all()):
        return True
    own = person.stakeholder == Stakeholder.LOCAL_GOVERNMENT
    return own and (not block.professions or person.profession in block.professions)
