from django.urls import path

from ratusz.apps.ranking.views.organiser import comparison, methods, overview, results, runs

app_name = "ranking_admin"

urlpatterns = [
    path("", overview.entrance, name="entrance"),
    path("<int:year>/", overview.overview, name="overview"),
    path("<int:year>/method/new/", methods.start_draft, name="start_draft"),
    path("<int:year>/method/edit/", methods.edit_method, name="edit_method"),
    path("<int:year>/method/file/", methods.edit_file, name="edit_file"),
    path("<int:year>/method/check/", methods.check, name="check"),
    path("<int:year>/method/compare/", comparison.compare, name="compare"),
    path("<int:year>/method/lock/", methods.lock, name="lock"),
    path("<int:year>/method/discard/", methods.discard_draft, name="discard_draft"),
    path("<int:year>/run/", runs.request_run, name="request_run"),
    path("<int:year>/run/<int:pk>/", runs.run, name="run"),
    path("<int:year>/run/<int:pk>/stop/", runs.stop_run, name="stop_run"),
    path("<int:year>/result/<int:pk>/publish/", results.publish, name="publish"),
    path("<int:year>/result/<int:pk>/withdraw/", results.withdraw, name="withdraw"),
    path("<int:year>/result/<int:pk>/discard/", results.discard_result, name="discard_result"),
]
