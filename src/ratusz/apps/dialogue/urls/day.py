from django.urls import path

from ratusz.apps.dialogue.views import check_in, hall

urlpatterns = [
    path("my/<int:year>/session/check-in/", check_in.desk, name="check_in"),
    path("my/<int:year>/session/check-in/people.json", check_in.people, name="check_in_people"),
    path("my/<int:year>/session/check-in/note/", check_in.note, name="check_in_note"),
    path("my/<int:year>/session/check-in/undo/", check_in.undo, name="check_in_undo"),
    path("my/<int:year>/session/check-in/live/", check_in.live, name="check_in_live"),
    path("session/<int:year>/hall/", hall.hall, name="hall"),
    path("session/<int:year>/hall/live/", hall.hall_live, name="hall_live"),
    path("session/<int:year>/hall/<str:code>/", hall.display, name="hall_display"),
    path("session/<int:year>/hall/<str:code>/live/", hall.display_live, name="hall_display_live"),
]
