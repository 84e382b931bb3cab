from django.urls import path

from ratusz.apps.dialogue.views.organiser import harvest, notes

urlpatterns = [
    path("<int:year>/notes/", notes.notes, name="notes"),
    path("<int:year>/notes/print/", notes.print_sheets, name="print_sheets"),
    path("<int:year>/notes/sheets/<int:pk>/", notes.sheet, name="sheet"),
    path("<int:year>/notes/sheets/<int:pk>/photo.jpg", notes.sheet_photo, name="sheet_photo"),
    path("<int:year>/harvest/", harvest.harvest, name="harvest"),
    path("<int:year>/harvest/notes.<str:ending>", harvest.harvest_file, name="harvest_file"),
    path("<int:year>/harvest/notes/<uuid:key>/", harvest.note, name="note"),
    path("<int:year>/harvest/themes/<int:pk>/", harvest.theme, name="theme"),
]
