"""The panel runs under a policy that allows no inline script, so none may be left in its pages."""

import re

import pytest
from django.urls import reverse
from wagtail.models import Page

from tests.editions.conftest import signed_in
from tests.editions.factories import make_edition, make_user

pytestmark = pytest.mark.django_db
INLINE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>", re.IGNORECASE)


def test_no_page_of_the_panel_carries_an_inline_script(settings):
    settings.DEMO = True
    make_edition()
    client = signed_in(make_user(is_superuser=True))
    addresses = [
        reverse(name) for name in ("wagtailadmin_home", "audit_index", "person_index", "wagtailimages:index")
    ]
    seen = set()
    for page in Page.objects.filter(depth__gt=1).specific():
        if type(page) not in seen:
            addresses.append(reverse("wagtailadmin_pages:edit", args=[page.pk]))
            addresses += [
                reverse("wagtailadmin_pages:add", args=[kind._meta.app_label, kind._meta.model_name, page.pk])
                for kind in type(page).creatable_subpage_models()
            ]
        seen.add(type(page))
    assert len(seen) > 2
    starts = 0
    for address in addresses:
        html = client.get(address, follow=True).content.decode()
        assert (address, INLINE.findall(html)) == (address, [])
        starts += html.count("data-starts=")
    assert starts > 5
