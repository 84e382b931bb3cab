from django.urls import path

from ratusz.apps.dialogue.views.organiser import day, printing

urlpatterns = [
    path("<int:year>/run/", day.run, name="run"),
    path("<int:year>/run/live/", day.run_live, name="run_live"),
    path("<int:year>/run/clock/", day.clock, name="run_clock"),
    path("<int:year>/run/message/", day.message, name="run_message"),
    path("<int:year>/run/rooms/", day.rooms, name="run_rooms"),
    path("<int:year>/run/display/", day.new_display, name="run_display"),
    path("<int:year>/print/", printing.sets, name="print"),
    path("<int:year>/print/<slug:document>.pdf", printing.pdf, name="print_pdf"),
]
