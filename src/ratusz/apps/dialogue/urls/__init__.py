"""The addresses of the site: `/session/<year>/…` is public, `/my/<year>/session/…` for those who take part."""

from ratusz.apps.dialogue.urls import afterwards, agenda, day, notes, registration, seating, tables

app_name = "dialogue"

urlpatterns = [
    *agenda.urlpatterns,
    *registration.urlpatterns,
    *seating.urlpatterns,
    *day.urlpatterns,
    *notes.urlpatterns,
    *tables.urlpatterns,
    *afterwards.urlpatterns,
]
