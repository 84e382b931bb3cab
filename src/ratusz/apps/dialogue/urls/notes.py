from django.urls import path

from ratusz.apps.dialogue.views import records

urlpatterns = [
    path("my/<int:year>/session/records/", records.records, name="records"),
    path("my/<int:year>/session/slides/<int:block>/", records.slides, name="slides"),
    path("session/<int:year>/sheet/<str:code>/", records.sheet, name="sheet"),
]
