from django.contrib.sitemaps.views import sitemap
from django.urls import path

from ratusz.apps.website import views
from ratusz.apps.website.sitemaps import SITEMAPS

urlpatterns = [
    path("robots.txt", views.robots),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path(".well-known/security.txt", views.security_txt),
    path("favicon.ico", views.favicon),
]
