"""The baseline of the web benchmark: a Django site whose only view says hello, without middleware or database."""

from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path


def hello(request: HttpRequest) -> HttpResponse:
    """The shortest page."""
    return HttpResponse("hello")


urlpatterns = [path("pl/", hello)]


def application() -> ASGIHandler:
    """The site; settings are made only here, so that importing this module changes nothing."""
    import django

    settings.configure(
        SECRET_KEY="not a secret", ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__, MIDDLEWARE=[]
    )
    django.setup(set_prefix=False)
    return ASGIHandler()
