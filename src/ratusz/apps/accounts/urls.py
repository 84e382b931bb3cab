from django.urls import path

from ratusz.apps.accounts import views

urlpatterns = [
    path("my/data/", views.my_data, name="my_data"),
    path("my/data/export/", views.export_my_data, name="export_my_data"),
    path("my/data/erase/", views.erase_me, name="erase_me"),
    path("my/data/erased/", views.erased, name="erased"),
    path("my/consents/<int:pk>/give/", views.give_consent, name="give_consent"),
    path("my/consents/<int:pk>/withdraw/", views.withdraw_consent, name="withdraw_consent"),
]
