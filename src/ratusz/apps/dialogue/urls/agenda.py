from django.urls import path

from ratusz.apps.dialogue.views import agenda, city_questions

urlpatterns = [
    path("session/<int:year>/", agenda.agenda, name="agenda"),
    path("session/<int:year>/session.ics", agenda.agenda_ics, name="agenda_ics"),
    path("session/<int:year>/schedule.json", agenda.schedule_json, name="schedule_json"),
    path("session/<int:year>/schedule.xml", agenda.schedule_xml, name="schedule_xml"),
    path("session/<int:year>/block/<int:pk>/", agenda.block, name="agenda_block"),
    path("session/<int:year>/block/<int:pk>/block.ics", agenda.agenda_ics, name="agenda_block_ics"),
    path("session/feed/<str:code>.ics", agenda.own_feed, name="own_feed"),
    path("my/<int:year>/session/agenda/", agenda.own_agenda, name="own_agenda"),
    path("my/<int:year>/session/agenda/feed/", agenda.renew_feed, name="renew_feed"),
    path("my/<int:year>/session/questions/", city_questions.own_questions, name="city_questions"),
    path(
        "my/<int:year>/session/questions/<str:teryt>/<int:number>/", city_questions.edit, name="city_question"
    ),
]
