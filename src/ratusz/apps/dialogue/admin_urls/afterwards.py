from django.urls import path

from ratusz.apps.dialogue.views.organiser import afterwards

urlpatterns = [
    path("<int:year>/afterwards/", afterwards.overview, name="afterwards"),
    path("<int:year>/afterwards/meetings.<str:ending>", afterwards.meetings_file, name="meetings_file"),
]
