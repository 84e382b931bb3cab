from django.urls import path

from ratusz.apps.ranking.views import charts, city, compare, downloads, method, playground, ranking, verify

app_name = "ranking"

urlpatterns = [
    path("ranking/", ranking.current, name="current"),
    path("ranking/<int:year>/", ranking.ranking, name="ranking"),
    path("ranking/<int:year>/embed/", ranking.embed, name="embed"),
    path("ranking/<int:year>/compare/", compare.compare, name="compare"),
    path("ranking/<int:year>/charts/", charts.charts, name="charts"),
    path("ranking/<int:year>/charts/<slug:name>.<slug:kind>", charts.chart_file, name="chart"),
    path("ranking/<int:year>/playground/", playground.playground, name="playground"),
    path("ranking/<int:year>/playground/places/", playground.places, name="playground_places"),
    path("ranking/<int:year>/playground/method.toml", playground.method_toml, name="playground_method"),
    path("ranking/<int:year>/method/", method.method, name="method"),
    path("ranking/<int:year>/method.toml", downloads.method_toml, name="method_toml"),
    path("ranking/<int:year>/verify/", verify.verify, name="verify"),
    path("ranking/<int:year>/ranking.csv", downloads.csv, name="csv"),
    path("ranking/<int:year>/ranking.xlsx", downloads.xlsx, name="xlsx"),
    path("ranking/<int:year>/ranking.json", downloads.json, name="json"),
    path("ranking/<int:year>/bundle.zip", downloads.bundle, name="bundle"),
    path("ranking/<int:year>/city/<slug:slug>/", city.city, name="city"),
    path("ranking/<int:year>/city/<slug:slug>/score-card.pdf", city.score_card, name="score_card"),
    path("ranking/<int:year>/city/<slug:slug>/seat/", city.ask_for_seat, name="ask_for_seat"),
    path("ranking/<int:year>/seat/<int:pk>/withdraw/", city.withdraw_seat, name="withdraw_seat"),
]
