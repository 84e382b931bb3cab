"""Keeps the site in step with what happens elsewhere: a new edition, a role given, a page published."""

from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.models.signals import post_delete, post_migrate, post_save
from django.dispatch import receiver
from wagtail.signals import page_published, page_unpublished

from ratusz.apps.dialogue.models import AgendaVersion
from ratusz.apps.editions.models import Edition, Phase, Role, RoleAssignment
from ratusz.apps.partners.models import Partner, Partnership
from ratusz.apps.ranking.models import Ranking
from ratusz.apps.website import page_cache
from ratusz.apps.website.models import DistinctionTitle, HomePage, Laureate, Picture
from ratusz.apps.website.services.site import ORGANISERS, ensure_edition_pages, ensure_site

ON_THE_FRONT_PAGE: tuple[type[models.Model], ...] = (
    Edition, Phase, Partner, Partnership, Laureate, DistinctionTitle, Picture, Ranking,
    AgendaVersion,
)  # fmt: skip


def start_site(sender: Any, using: str = "default", **kwargs: Any) -> None:
    """After a migration: the home page and the pages that every site has."""
    if using == "default" and HomePage._meta.db_table in connection.introspection.table_names():
        call_command("createcachetable", verbosity=0)  # saving a site clears what is cached of it
        for label in ("website", "wagtailcore", "wagtailimages", "wagtaildocs", "simple_translation"):
            create_permissions(apps.get_app_config(label), verbosity=0)  # these apps may come after ours
        ensure_site()


@receiver(post_save, sender=Edition)
def give_page(sender: Any, raw: bool = False, **kwargs: Any) -> None:
    """A new or renamed edition: its page."""
    if not raw:
        ensure_edition_pages()


@receiver([post_save, post_delete], sender=RoleAssignment)
def follow_role(sender: Any, instance: RoleAssignment, **kwargs: Any) -> None:
    """Organisers of any edition may write pages: Wagtail asks its groups, not our roles."""
    if instance.role == Role.ORGANISER:
        group, _made = Group.objects.get_or_create(name=ORGANISERS)
        organises = RoleAssignment.objects.filter(user=instance.user_id, role=Role.ORGANISER).exists()
        (group.user_set.add if organises else group.user_set.remove)(instance.user_id)


def forget_pages(sender: Any, **kwargs: Any) -> None:
    """Something that the front page shows has changed."""
    transaction.on_commit(page_cache.forget)


for signal in (post_save, post_delete):
    for model in ON_THE_FRONT_PAGE:
        signal.connect(forget_pages, sender=model, dispatch_uid=f"forget {model._meta.label}")
for signal in (page_published, page_unpublished):
    signal.connect(forget_pages, dispatch_uid="forget pages")


def connect() -> None:
    """Called once all apps are ready."""
    post_migrate.connect(start_site, sender=apps.get_app_config("website"), dispatch_uid="start site")
