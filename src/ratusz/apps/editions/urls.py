from django.urls import path

from ratusz.apps.editions import views

urlpatterns = [
    path("my/", views.my_edition, name="my_edition"),
    path("my/second-factor/", views.set_up_second_factor, name="second_factor"),
]
