from django.urls import path

from ratusz.apps.cities import views

app_name = "cities"

urlpatterns = [
    path("cities/", views.cities, name="cities"),
    path("cities/<slug:slug>/", views.city, name="city"),
    path("indicators/", views.indicators, name="indicators"),
    path("indicators/<slug:code>/", views.indicator, name="indicator"),
    path("indicators/<slug:code>/figures.csv", views.indicator_csv, name="indicator_csv"),
]
