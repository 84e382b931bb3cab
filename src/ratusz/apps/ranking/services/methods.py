from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from ratusz.apps.accounts.models import User
from ratusz.apps.core import audit
from ratusz.apps.core.errors import DomainError
from ratusz.apps.editions.models import Edition
from ratusz.apps.editions.permissions import require
from ratusz.apps.ranking import rules, tasks
from ratusz.apps.ranking.models import Method


def start_draft(*, edition: Edition, by: User) -> Method:
    """The edition's draft: the one there is, or a new version that begins as a copy of the newest locked one."""
    require(by, "ranking.change_method", edition)
    with transaction.atomic():
        Edition.objects.select_for_update().get(pk=edition.pk)
        if draft := edition.methods.filter(state=Method.State.DRAFT).first():
            return draft
        newest = edition.methods.order_by("-version").first()
        method = Method.objects.create(
            edition=edition,
            version=(edition.methods.aggregate(v=Max("version"))["v"] or 0) + 1,
            name_pl=newest.name_pl if newest else edition.name_pl,
            name_en=newest.name_en if newest else edition.name_en,
            toml=newest.toml if newest else "",
        )
        audit.record(
            by=by, action="ranking.start_draft", subject=method, edition=edition, version=method.version
        )
    return method


def save_draft(
    *, method: Method, name_pl: str, name_en: str, toml: str, by: User, seen: str | None = None
) -> Method:
    """Changes the draft; the text is kept in the engine's canonical form.

    `seen` is the moment (ISO) of the draft that the person began from: a draft changed since then is not overwritten.
    """
    require(by, "ranking.change_method", method.edition)
    with transaction.atomic():
        method = Method.objects.select_for_update().select_related("edition").get(pk=method.pk)
        _refuse_locked(method)
        if seen and seen != method.changed_at.isoformat():
            raise DomainError(
                _(
                    "This draft was saved by somebody else, or in another window, at %(time)s, after you opened it."
                )
                % {"time": date_format(timezone.localtime(method.changed_at), "H:i")},
                next_step=_("Look at it in a new window; tick the box below to save yours over it."),
                code="changed_meanwhile",
            )
        method.name_pl, method.name_en = name_pl.strip(), name_en.strip()
        method.toml = rules.read_method(toml).to_toml()
        method.changed_at = timezone.now()
        method.save()
        audit.record(by=by, action="ranking.save_draft", subject=method, edition=method.edition)
    return method


def discard_draft(*, method: Method, by: User) -> None:
    """Deletes a draft; a locked version stays for ever."""
    require(by, "ranking.change_method", method.edition)
    with transaction.atomic():
        method = Method.objects.select_for_update().select_related("edition").get(pk=method.pk)
        _refuse_locked(method)
        audit.record(by=by, action="ranking.discard_draft", subject=method, edition=method.edition)
        method.delete()


def lock_method(*, method: Method, note_pl: str = "", note_en: str = "", by: User) -> Method:
    """Locks the draft: hash, time, version. The version before it is replaced, and its cities are told why."""
    edition = method.edition
    require(by, "ranking.lock_method", edition)
    with transaction.atomic():
        method = Method.objects.select_for_update().select_related("edition").get(pk=method.pk)
        _refuse_locked(method)
        if method.version > 1 and not note_pl.strip():
            raise DomainError(
                _("Version %(version)d needs a public note in Polish.") % {"version": method.version},
                next_step=_("Say what changed and why: everybody reads it on the method page."),
                field="note_pl",
                code="note_required",
            )
        check = rules.check_method(method.toml, edition)
        if check.problems:
            raise check.problems[0]
        edition.methods.filter(state=Method.State.LOCKED).update(state=Method.State.RETIRED)
        method.state = Method.State.LOCKED
        method.hash = rules.read_method(method.toml).hash()
        method.note_pl, method.note_en = note_pl.strip(), note_en.strip()
        method.locked_at, method.locked_by = timezone.now(), by
        method.save()
        audit.record(
            by=by, action="ranking.lock_method", subject=method, edition=edition,
            version=method.version, hash=method.hash,
        )  # fmt: skip
        if method.version > 1:
            tasks.tell_cities.defer(method_id=method.pk)
    return method


def _refuse_locked(method: Method) -> None:
    if method.state != Method.State.DRAFT:
        raise DomainError(
            _("Version %(version)d is locked and never changes.") % {"version": method.version},
            next_step=_("Start a new version: it will be public, with a note of what changed."),
            code="locked",
        )
