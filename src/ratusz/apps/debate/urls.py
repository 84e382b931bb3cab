"""The addresses of the site: `/debate/<year>/<conversation>/`."""

from django.urls import path

from ratusz.apps.debate.views import downloads, joining, live, phone
from ratusz.apps.debate.views import taking_part as views

app_name = "debate"

urlpatterns = [
    path("debate/<int:year>/", views.conversations, name="conversations"),
    path("debate/<int:year>/key/", joining.enter, name="key"),
    path("debate/<int:year>/<slug:slug>/", views.conversation, name="conversation"),
    path("debate/<int:year>/<slug:slug>/vote/", views.vote, name="vote"),
    path("debate/<int:year>/<slug:slug>/votes/", phone.votes, name="votes"),
    path("debate/<int:year>/<slug:slug>/next/", phone.upcoming, name="next"),
    path("debate/<int:year>/<slug:slug>/map/", live.opinion_map, name="map"),
    path("debate/<int:year>/<slug:slug>/hall/", live.hall, name="hall"),
    path("debate/<int:year>/<slug:slug>/live/", live.pulse, name="live"),
    path("debate/<int:year>/<slug:slug>/go-on/", views.go_on, name="go_on"),
    path("debate/<int:year>/<slug:slug>/suggest/", views.suggest, name="suggest"),
    path("debate/<int:year>/<slug:slug>/own/", views.own, name="own"),
    path("debate/<int:year>/<slug:slug>/results/", views.results, name="results"),
    path("debate/<int:year>/<slug:slug>/results/report-<str:language>.pdf", downloads.report, name="report"),
    path("debate/<int:year>/<slug:slug>/results/polis.zip", downloads.polis, name="polis"),
    path("debate/<int:year>/<slug:slug>/results/bundle.zip", downloads.bundle, name="bundle"),
    path("debate/<int:year>/<slug:slug>/results/<str:what>.<str:ending>", downloads.table, name="table"),
    path("debate/<int:year>/<slug:slug>/moderation/", views.moderation, name="moderation"),
    path(
        "debate/<int:year>/<slug:slug>/moderation/log.<str:ending>",
        views.moderation_table,
        name="moderation_table",
    ),
]
