from django.urls import path

from ratusz.apps.website import views
from ratusz.apps.website.sitemaps import sitemap_xml

urlpatterns = [
    path("robots.txt", views.robots),
    path("sitemap.xml", sitemap_xml, name="sitemap"),
    path(".well-known/security.txt", views.security_txt),
    path("favicon.ico", views.favicon),
]
