from django.urls import path

from ratusz.apps.cities import views

app_name = "cities"

urlpatterns = [
    path("cities/", views.cities, name="cities"),
    path("cities/<slug:slug>/", views.city, name="city"),
    path("indicators/", views.indicators, name="indicators"),
    path("indicators/<slug:code>/", views.indicator, name="indicator"),
    path("indicators/<slug:code>/figures.csv", views.indicator_csv, name="indicator_csv"),
    path("corrections.csv", views.corrections_csv, name="corrections_csv"),
    path("my/<int:year>/figures/", views.own_index, name="own_index"),
    path("my/<int:year>/figures/<str:teryt>/", views.own, name="own"),
    path("my/<int:year>/figures/<str:teryt>/figures.csv", views.own_figures_csv, name="own_figures_csv"),
    path("my/<int:year>/figures/<str:teryt>/objections.csv", views.objections_csv, name="objections_csv"),
    path("my/<int:year>/confirm/<str:teryt>/", views.confirm, name="confirm"),
    path("my/<int:year>/figures/<str:teryt>/<slug:code>/", views.own_figure, name="own_figure"),
    path("my/<int:year>/objections/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("my/<int:year>/objections/<int:pk>/document/", views.document, name="objection_document"),
]
