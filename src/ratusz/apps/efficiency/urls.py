from django.urls import path

from ratusz.apps.efficiency.views import city, downloads, method, study

app_name = "efficiency"

urlpatterns = [
    path("efficiency/", study.current, name="current"),
    path("efficiency/<int:year>/", study.study, name="study"),
    path("efficiency/<int:year>/method/", method.method, name="method"),
    path("efficiency/<int:year>/efficiency.csv", downloads.csv, name="csv"),
    path("efficiency/<int:year>/efficiency.xlsx", downloads.xlsx, name="xlsx"),
    path("efficiency/<int:year>/efficiency.json", downloads.json, name="json"),
    path("efficiency/<int:year>/bundle.zip", downloads.bundle, name="bundle"),
    path("efficiency/<int:year>/city/<slug:slug>/", city.city, name="city"),
]
