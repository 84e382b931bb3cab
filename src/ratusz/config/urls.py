from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.shortcuts import redirect
from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access

from ratusz.apps.api.urls import pages as api_pages
from ratusz.apps.editions.panel.home import OwnAccount
from ratusz.config.media import media

handler429 = "ratusz.apps.core.ratelimit.sign_in_paused"

urlpatterns = [
    # One door: Wagtail's own sign-in leads to ours.
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("admin/account/", require_admin_access(OwnAccount.as_view())),
    path("admin/", include(wagtailadmin_urls)),
    path(f"{settings.MEDIA_URL.strip('/')}/<path:path>", media, name="media"),
    path("", include("ratusz.apps.website.urls_root")),
    path("", include("ratusz.apps.debate.urls_root")),
    path("", include("ratusz.apps.api.urls")),
]

urlpatterns += i18n_patterns(
    path("", include("ratusz.apps.core.urls")),
    # There are no passwords: a code or a passkey opens the account.
    path("account/password/<path:rest>", lambda request, rest: redirect("account_login")),
    path("account/", include("allauth.urls")),
    path("", include("ratusz.demo.urls")),
    path("", include("ratusz.apps.accounts.urls")),
    path("", include("ratusz.apps.editions.urls")),
    path("", include("ratusz.apps.cities.urls")),
    path("", include("ratusz.apps.efficiency.urls")),
    path("", include("ratusz.apps.ranking.urls")),
    path("", include("ratusz.apps.dialogue.urls")),
    path("", include("ratusz.apps.debate.urls")),
    path("", include("ratusz.apps.website.urls")),
    path("", include(api_pages)),
    path("", include(wagtail_urls)),
)
