from django.urls import path

from ratusz.apps.dialogue.views.organiser import registration

urlpatterns = [
    path("<int:year>/registrations/", registration.people, name="registrations"),
    path("<int:year>/registrations/quotas/", registration.quotas, name="quotas"),
    path("<int:year>/registrations/duplicates/", registration.duplicates, name="duplicates"),
    path("<int:year>/registrations/reading/", registration.reading, name="reading"),
    path(
        "<int:year>/registrations/registrations.<str:ending>", registration.table, name="registrations_file"
    ),
    path("<int:year>/registrations/needs.<str:ending>", registration.needs, name="needs_file"),
    path("<int:year>/registrations/partners/", registration.partners, name="contact_partners"),
    path(
        "<int:year>/registrations/partners/<int:partner>.<str:ending>",
        registration.contacts,
        name="contacts_file",
    ),
    path("<int:year>/registrations/<int:pk>/", registration.person, name="registration"),
]
