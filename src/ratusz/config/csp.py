"""Content Security Policy: the site loads nothing but its own files."""

from csp.constants import NONE, SELF

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
        "frame-src": [SELF],
        "manifest-src": [SELF],
    },
    # Wagtail's admin still writes inline styles and scripts; it gets a policy of its own there.
    "EXCLUDE_URL_PREFIXES": ("/admin/",),
}
