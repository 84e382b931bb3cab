from django.templatetags.static import static
from django.urls import URLPattern
from django.utils.html import format_html
from wagtail import hooks


@hooks.register("insert_global_admin_css")
def our_colours() -> str:
    """The link to the admin's colours."""
    return format_html('<link rel="stylesheet" href="{}">', static("core/admin.css"))


@hooks.register("insert_global_admin_js")
def started_from_a_file() -> str:
    """The script that replaces Wagtail's inline ones, so that the admin's policy allows files alone."""
    return format_html('<script type="module" src="{}"></script>', static("core/admin.js"))


@hooks.register("register_admin_urls")
def urls_of_imports() -> list[URLPattern]:
    """The screens of the import that every stage shares."""
    from ratusz.apps.core.imports.urls import urlpatterns  # its views need the apps to be ready

    return urlpatterns
