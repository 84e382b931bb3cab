from django.urls import path

from ratusz.apps.dialogue.views.organiser import seating, seating_acts, seating_files

urlpatterns = [
    path("<int:year>/seating/", seating.plans, name="seating"),
    path("<int:year>/seating/make/", seating.make, name="seating_make"),
    path("<int:year>/seating/repair/", seating_acts.repair, name="seating_repair"),
    path("<int:year>/seating/<int:pk>/", seating.board, name="seating_board"),
    path("<int:year>/seating/<int:pk>/act/", seating.act, name="seating_act"),
    path("<int:year>/seating/<int:pk>/what-if/", seating.what_if, name="seating_what_if"),
    path("<int:year>/seating/<int:pk>/person/", seating.person, name="seating_person"),
    path("<int:year>/seating/<int:pk>/settings/", seating_acts.settings, name="seating_settings"),
    path("<int:year>/seating/<int:pk>/compare/<int:other>/", seating_acts.compare, name="seating_compare"),
    path("<int:year>/seating/<int:pk>/publish/", seating_acts.publish, name="seating_publish"),
    path("<int:year>/seating/<int:pk>/seats.<str:ending>", seating_files.seats_file, name="seats_file"),
    path("<int:year>/seating/<int:pk>/tables/", seating_files.by_table, name="seating_tables"),
    path("<int:year>/seating/<int:pk>/people/", seating_files.by_person, name="seating_people"),
]
