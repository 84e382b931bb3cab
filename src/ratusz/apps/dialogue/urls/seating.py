from django.urls import path

from ratusz.apps.dialogue.views import seating

urlpatterns = [path("my/<int:year>/session/route/", seating.route, name="route")]
