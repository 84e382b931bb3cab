from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict:
    """What every page needs: demo mode for the role switch."""
    return {"demo_mode": settings.DEMO}
