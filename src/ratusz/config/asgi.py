import os
import warnings

from django.core.asgi import get_asgi_application

# Files are sent by a synchronous reader, which Django runs in a thread: right for files of our size.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ratusz.config.settings")
application = get_asgi_application()
