"""Lets organisers and secretaries into the organiser's panel: a group each, kept in step with the roles."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page
from wagtail.users.models import UserProfile

from ratusz.apps.editions.models import Role, RoleAssignment

GROUPS = {Role.ORGANISER: "Organisers", Role.SECRETARY: "Secretaries"}
PAGES = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
FILES = ("add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document")


@receiver(post_save, sender=RoleAssignment)
@receiver(post_delete, sender=RoleAssignment)
def keep_in_step(sender: type, instance: RoleAssignment, raw: bool = False, **kwargs: Any) -> None:
    """Puts the person into the groups of the roles held in any edition, and out of the others."""
    user = instance.user
    user.__dict__.pop("_edition_roles", None)
    roles = set(RoleAssignment.objects.filter(user=user).values_list("role", flat=True))
    for role, name in GROUPS.items():
        if role in roles:
            user.groups.add(group_of(role))
        elif instance.role == role:
            user.groups.remove(*Group.objects.filter(name=name))
    is_staff = user.is_superuser or bool(roles & GROUPS.keys())
    if user.is_staff != is_staff:
        user.is_staff = is_staff
        user.save(update_fields=["is_staff"])
        UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": user.language})


def group_of(role: str) -> Group:
    """The group of the role, made with its permissions on first use."""
    group, created = Group.objects.get_or_create(name=GROUPS[Role(role)])
    if created:
        group.permissions.add(
            *Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin")
        )
        if role == Role.ORGANISER:
            _let_edit_pages(group)
    return group


def _let_edit_pages(group: Group) -> None:
    root, collection = Page.get_first_root_node(), Collection.get_first_root_node()
    for permission in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=PAGES):
        GroupPagePermission.objects.create(group=group, page=root, permission=permission)
    for permission in Permission.objects.filter(codename__in=FILES):
        GroupCollectionPermission.objects.create(group=group, collection=collection, permission=permission)
