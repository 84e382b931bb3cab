from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from ratusz.config.media import media

urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    path(f"{settings.MEDIA_URL.strip('/')}/<path:path>", media, name="media"),
    path("", include("ratusz.apps.website.urls_root")),
]

urlpatterns += i18n_patterns(
    path("account/", include("allauth.urls")),
    path("", include("ratusz.demo.urls")),
    path("", include("ratusz.apps.accounts.urls")),
    path("", include("ratusz.apps.editions.urls")),
    path("", include("ratusz.apps.cities.urls")),
    path("", include("ratusz.apps.ranking.urls")),
    path("", include("ratusz.apps.website.urls")),
    path("", include(wagtail_urls)),
)
