"""What happens around every request: the policy of the admin, and a reason with every refusal."""

from typing import Any

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.views.defaults import permission_denied

from ratusz.apps.core.errors import NotAllowed


class ContentSecurityPolicy(CSPMiddleware):
    """Sends the strict policy of the site, or the one that Wagtail's admin needs on its own addresses."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        in_admin = request.path_info.startswith(reverse("wagtailadmin_home"))
        if in_admin and not report_only and parts.config is None:
            parts.config = settings.CONTENT_SECURITY_POLICY_OF_THE_ADMIN
        return parts


class ReasonForRefusal(MiddlewareMixin):
    """Answers 403 with the reason and the next step where a service refuses the person."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, NotAllowed):
            return None
        refusal: Any = permission_denied(request, exception)
        return refusal
