from django.urls import path

from ratusz.apps.dialogue.views import agenda

urlpatterns = [
    path("session/<int:year>/", agenda.agenda, name="agenda"),
]
