from django.urls import path

from ratusz.apps.dialogue.views import my_session, registration

urlpatterns = [
    path("session/<int:year>/register/", registration.register, name="register"),
    path("session/<int:year>/register/group/", registration.group, name="register_group"),
    path("session/<int:year>/invitation/<str:code>/", registration.invitation, name="invitation"),
    path("my/<int:year>/session/", my_session.hub, name="my_session"),
    path("my/<int:year>/session/details/", my_session.details, name="my_details"),
]
