"""The addresses of the organiser's panel: `/admin/session/<year>/…`."""

from django.urls import path

from ratusz.apps.dialogue.admin_urls import afterwards, agenda, day, notes, registration, seating
from ratusz.apps.dialogue.views.organiser import overview

app_name = "dialogue_admin"

urlpatterns = [
    path("", overview.entrance, name="entrance"),
    path("<int:year>/", overview.overview, name="overview"),
    path("<int:year>/settings/", overview.change_session, name="change_session"),
    *agenda.urlpatterns,
    *registration.urlpatterns,
    *seating.urlpatterns,
    *day.urlpatterns,
    *notes.urlpatterns,
    *afterwards.urlpatterns,
]
