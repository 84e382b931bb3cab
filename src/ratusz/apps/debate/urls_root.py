"""The short address of a conversation, the same in both languages: `/d/12/`."""

from django.urls import path

from ratusz.apps.debate.views import joining

urlpatterns = [path("d/<int:pk>/", joining.short, name="debate_short")]
