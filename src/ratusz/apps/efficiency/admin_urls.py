from django.urls import path

from ratusz.apps.efficiency.views import organiser

app_name = "efficiency_admin"

urlpatterns = [
    path("", organiser.entrance, name="entrance"),
    path("<int:year>/", organiser.overview, name="overview"),
    path("<int:year>/new/", organiser.start, name="start"),
    path("<int:year>/edit/", organiser.edit, name="edit"),
    path("<int:year>/check/", organiser.check, name="check"),
    path("<int:year>/discard/", organiser.discard, name="discard"),
    path("<int:year>/run/", organiser.run, name="run"),
    path("<int:year>/state/", organiser.state, name="state"),
    path("<int:year>/stop/", organiser.stop, name="stop"),
    path("<int:year>/publish/", organiser.publish, name="publish"),
    path("<int:year>/publication/<int:number>/withdraw/", organiser.withdraw, name="withdraw"),
]
