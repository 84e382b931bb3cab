import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ratusz.config.settings")
application = get_asgi_application()

from ratusz.apps.core.checks import refuse_unsafe_demo  # noqa: E402 - settings are ready only now

refuse_unsafe_demo()
