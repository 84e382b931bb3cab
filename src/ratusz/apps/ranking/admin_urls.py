from django.urls import path

from ratusz.apps.ranking.views import organiser

app_name = "ranking_admin"

urlpatterns = [
    path("", organiser.entrance, name="entrance"),
    path("<int:year>/", organiser.overview, name="overview"),
    path("<int:year>/method/new/", organiser.start_draft, name="start_draft"),
    path("<int:year>/method/edit/", organiser.edit_method, name="edit_method"),
    path("<int:year>/method/file/", organiser.edit_file, name="edit_file"),
    path("<int:year>/method/check/", organiser.check, name="check"),
    path("<int:year>/method/lock/", organiser.lock, name="lock"),
    path("<int:year>/method/discard/", organiser.discard_draft, name="discard_draft"),
    path("<int:year>/run/", organiser.request_run, name="request_run"),
    path("<int:year>/run/<int:pk>/", organiser.run, name="run"),
    path("<int:year>/run/<int:pk>/stop/", organiser.stop_run, name="stop_run"),
    path("<int:year>/result/<int:pk>/publish/", organiser.publish, name="publish"),
    path("<int:year>/result/<int:pk>/withdraw/", organiser.withdraw, name="withdraw"),
    path("<int:year>/result/<int:pk>/discard/", organiser.discard_result, name="discard_result"),
]
