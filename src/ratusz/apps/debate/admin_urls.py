"""The addresses of the organiser's panel: `/admin/debate/<year>/…`."""

from django.urls import path

from ratusz.apps.debate.views import organiser as views
from ratusz.apps.debate.views import panel_joining, panel_queue, panel_results, panel_signs

app_name = "debate_admin"

urlpatterns = [
    path("", views.entrance, name="entrance"),
    path("<int:year>/", views.overview, name="overview"),
    path("<int:year>/new/", views.new, name="new"),
    path("<int:year>/<int:pk>/", views.statements, name="statements"),
    path("<int:year>/<int:pk>/change/", views.change, name="change"),
    path("<int:year>/<int:pk>/joining/", panel_joining.joining, name="joining"),
    path("<int:year>/<int:pk>/joining/poster-<str:language>.pdf", panel_joining.poster, name="poster"),
    path("<int:year>/<int:pk>/signs/", panel_signs.signs, name="signs"),
    path("<int:year>/<int:pk>/signs/effect/", panel_signs.effect, name="effect"),
    path("<int:year>/<int:pk>/exclusions/<int:exclusion>/", panel_signs.undo, name="undo"),
    path("<int:year>/<int:pk>/result/", panel_results.result, name="result"),
    path("<int:year>/<int:pk>/close/", views.close, name="close"),
    path("<int:year>/<int:pk>/statements/<int:number>/", panel_queue.statement, name="statement"),
]
