"""Addresses without a language: the API and the files. The pages for people are in `pages`."""

from django.urls import path, re_path

from ratusz.apps.api import views
from ratusz.apps.api.service import api

urlpatterns = [
    path("api/v1/", api.urls),
    re_path(r"^open-data/catalog\.(?P<ending>jsonld|ttl|rdf)$", views.catalogue, name="catalogue"),
    re_path(r"^open-data/dictionary\.(?P<ending>csv|json)$", views.dictionary_file, name="dictionary"),
    re_path(r"^open-data/(?P<year>[0-9]{4})/datapackage\.json$", views.data_package, name="data_package"),
    re_path(
        r"^open-data/(?P<year>[0-9]{4})/(?P<code>[a-z-]+)\.(?P<ending>csv|json|xlsx)$",
        views.file,
        name="data_file",
    ),
    re_path(r"^open-data/(?P<year>[0-9]{4})/(?P<code>[a-z-]+)$", views.dataset, name="dataset"),
]

pages = [
    path("api/", views.api_page, name="api"),
    path("open-data/", views.open_data, name="open_data"),
]
