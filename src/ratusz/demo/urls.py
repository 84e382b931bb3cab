from django.urls import include, path

from ratusz.demo import views

pages = (
    [
        path("", views.roles, name="roles"),
        path("sign-in/<slug:key>/", views.sign_in, name="sign_in"),
        path("mailbox/", views.mailbox, name="mailbox"),
        path("mailbox/<int:pk>/", views.mail, name="mail"),
    ],
    "demo",
)
urlpatterns = [path("demo/", include(pages))]
