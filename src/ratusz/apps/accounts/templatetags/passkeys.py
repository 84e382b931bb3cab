"""Where passkeys work: browsers bind them to a name and refuse a bare address."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from django import template
from django.conf import settings
from django.http.request import split_domain_port, validate_host

register = template.Library()


@dataclass(frozen=True)
class Detour:
    """The address under which the page was opened, and the same page under a name where there is one."""

    address: str
    site: str = ""
    url: str = ""


@register.simple_tag(takes_context=True)
def passkey_detour(context: dict[str, Any]) -> Detour | None:
    """The way to a page on which passkeys work; None when they work on this one."""
    request = context["request"]
    domain, port = split_domain_port(request.get_host())
    try:
        address = ip_address(domain.strip("[]"))
    except ValueError:
        return None
    if not address.is_loopback or not validate_host("localhost", settings.ALLOWED_HOSTS):
        return Detour(str(address))
    site = f"{request.scheme}://localhost{f':{port}' if port else ''}"
    return Detour(str(address), site, site + request.get_full_path())
