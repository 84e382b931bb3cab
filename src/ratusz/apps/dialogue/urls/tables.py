from django.urls import path

from ratusz.apps.dialogue.views import table

urlpatterns = [
    path("my/<int:year>/session/tables/", table.tables, name="tables"),
    path("my/<int:year>/session/tables/worker.js", table.table_worker, name="table_worker"),
    path("my/<int:year>/session/tables/<int:pk>/", table.table, name="table"),
    path("my/<int:year>/session/tables/<int:pk>/state.json", table.table_state, name="table_state"),
    path("my/<int:year>/session/tables/<int:pk>/sync/", table.table_sync, name="table_sync"),
    path("my/<int:year>/session/tables/<int:pk>/note/", table.table_note, name="table_note"),
]
