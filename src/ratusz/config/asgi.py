"""The site as an ASGI application: each request passes middleware and view in one thread."""

import os
import warnings

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# Files are sent by a synchronous reader, which Django runs in a thread: right for files of our size.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")


class InOneThread(ASGIHandler):
    """Django's handler with a synchronous middleware chain: all of it, and our views, are synchronous.

    The asynchronous chain hands each request to a thread and back for every middleware, which costs more than
    a vote. Streams are sent by the event loop all the same.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ratusz.config.settings")
django.setup(set_prefix=False)
application = InOneThread()
