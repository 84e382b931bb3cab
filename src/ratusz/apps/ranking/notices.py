"""Mails of the ranking, in the language of each reader."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from ratusz.apps.editions.models import Role
from ratusz.apps.ranking.models import Method


def tell_cities_of_new_version(*, method_id: int) -> int:
    """Mails every city team of the edition that the method changed, and why; the number of mails."""
    method = Method.objects.select_related("edition").get(pk=method_id)
    assignments = method.edition.roles.filter(role=Role.CITY, user__is_active=True).select_related("user")
    for assignment in assignments:
        with translation.override(assignment.user.language):
            page = reverse("ranking:method", args=[method.edition.year])
            send_mail(
                _("The method of the ranking %(year)s changed: version %(version)s")
                % {"year": method.edition.year, "version": method.version},
                render_to_string(
                    "ranking/mail/new_version.txt", {"method": method, "page": settings.BASE_URL + page}
                ),
                None,
                [assignment.user.email],
            )
    return len(assignments)
