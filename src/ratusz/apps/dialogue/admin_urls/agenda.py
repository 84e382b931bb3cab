from django.urls import path

from ratusz.apps.dialogue.views.organiser import agenda, places, questions

urlpatterns = [
    path("<int:year>/agenda/", agenda.builder, name="agenda"),
    path("<int:year>/agenda/publish/", agenda.publish, name="publish_agenda"),
    path("<int:year>/agenda/block/", agenda.edit_block, name="new_block"),
    path("<int:year>/agenda/block/<int:pk>/", agenda.edit_block, name="block"),
    path("<int:year>/agenda/block/<int:pk>/move/", agenda.move, name="move_block"),
    path("<int:year>/agenda/block/<int:pk>/rounds/", agenda.rounds, name="rounds"),
    path("<int:year>/agenda/block/<int:pk>/delete/", agenda.delete_block, name="delete_block"),
    path("<int:year>/agenda/block/<int:block>/table/", places.edit_table, name="new_table"),
    path("<int:year>/agenda/block/<int:block>/table/<int:pk>/", places.edit_table, name="table"),
    path("<int:year>/agenda/table/<int:pk>/delete/", places.delete_table, name="delete_table"),
    path("<int:year>/agenda/rooms/", places.rooms, name="rooms"),
    path("<int:year>/agenda/rooms/<int:pk>/", places.rooms, name="room"),
    path("<int:year>/agenda/topics/", places.topics, name="topics"),
    path("<int:year>/agenda/topics/<int:pk>/", places.topics, name="topic"),
    path("<int:year>/questions/", questions.questions, name="questions"),
]
