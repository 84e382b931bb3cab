"""Serves uploaded media from the home; a reverse proxy or object storage may take this over."""

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.static import serve


def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """The uploaded file, locked down: an SVG or HTML file opened by itself can run nothing."""
    response = serve(request, path, document_root=settings.MEDIA_ROOT)
    if isinstance(response, FileResponse):
        # An asynchronous server would drain a synchronous stream in one go and warn at each file.
        headers = {name: response[name] for name in ("Content-Type", "Last-Modified") if name in response}
        response = HttpResponse(b"".join(response.streaming_content), headers=headers)
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "public, max-age=86400"
    return response
