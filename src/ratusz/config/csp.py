"""Content Security Policy: the site loads nothing but its own files."""

from csp.constants import NONE, SELF, UNSAFE_INLINE

_OWN_FILES = {
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
    "worker-src": [SELF],
}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": _OWN_FILES}
# Wagtail's editor writes style attributes and shows pictures before they are uploaded; its scripts are files.
CONTENT_SECURITY_POLICY_OF_THE_ADMIN = _OWN_FILES | {
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
}
