from django.urls import path

from ratusz.apps.core.views_styleguide import styleguide

urlpatterns = [path("styleguide/", styleguide, name="styleguide")]
