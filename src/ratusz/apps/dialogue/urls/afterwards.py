from django.urls import path

from ratusz.apps.dialogue.views import afterwards

urlpatterns = [
    path("my/<int:year>/session/people/", afterwards.people_met, name="people_met"),
    path("my/<int:year>/session/contact/<int:pk>/", afterwards.contact, name="contact"),
    path("my/<int:year>/session/feedback/", afterwards.feedback, name="feedback"),
]
