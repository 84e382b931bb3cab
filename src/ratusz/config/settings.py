"""Settings, all from the environment; docs/reference/settings.md describes each variable."""

import os
from pathlib import Path
from secrets import token_urlsafe

import psycopg

from ratusz.config import postgres

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("RATUSZ_HOME", "var")).resolve()


def _flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def _secret_key() -> str:
    """The key from SECRET_KEY, or one kept in the home so that sessions survive a restart."""
    if key := os.environ.get("SECRET_KEY"):
        return key
    path = HOME / "secret_key"
    if not path.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(token_urlsafe(50))
        except FileExistsError:
            pass
    return path.read_text()


def _database() -> dict:
    """Django's view of DATABASE_URL (libpq's own URL form); without it, of the embedded server of the home."""
    info = psycopg.conninfo.conninfo_to_dict(os.environ.get("DATABASE_URL") or postgres.url(HOME))
    known = {key: str(info.pop(key, "")) for key in ("dbname", "user", "password", "host", "port")}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": known["dbname"],
        "USER": known["user"],
        "PASSWORD": known["password"],
        "HOST": known["host"],
        "PORT": known["port"],
        "CONN_MAX_AGE": 0,
        "OPTIONS": {**info, "pool": {"min_size": 1, "max_size": 8, "timeout": 20}}
        if _flag("RATUSZ_DB_POOL")
        else info,
        "ATOMIC_REQUESTS": False,
    }


SECRET_KEY = _secret_key()
DEBUG = _flag("RATUSZ_DEBUG")
# One-click sign-in and the mailbox page; a system check refuses it off the loopback interface.
DEMO = _flag("RATUSZ_DEMO")
BASE_URL = os.environ.get("RATUSZ_BASE_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")
ALLOWED_HOSTS = [h for h in os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if h]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "ratusz.demo",
    "ratusz.apps.api",
    "ratusz.apps.website",
    "ratusz.apps.partners",
    "ratusz.apps.debate",
    "ratusz.apps.dialogue",
    "ratusz.apps.ranking",
    "ratusz.apps.efficiency",
    "ratusz.apps.cities",
    "ratusz.apps.editions",
    "ratusz.apps.accounts",
    "ratusz.apps.core",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "rules",
    "csp",
    "procrastinate.contrib.django",
    "wagtail.contrib.simple_translation",
    "wagtail.contrib.settings",
    "wagtail.contrib.redirects",
    "wagtail.locales",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "ratusz.apps.core.middleware.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ratusz.apps.api.middleware.PublicData",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "ratusz.apps.core.middleware.NoNullCharacter",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ratusz.apps.core.middleware.LanguageOfThePanel",
    "ratusz.apps.editions.second_factor.RequireSecondFactor",
    "ratusz.apps.core.middleware.ReasonForRefusal",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "ratusz.config.urls"
ASGI_APPLICATION = "ratusz.config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["ratusz.apps.core.templatetags.formats"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ratusz.apps.website.context.site",
            ],
        },
    }
]

DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# One cache for all web processes: rate limits and sessions of the sign-in must be shared.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"},
    # Sizes of pictures are rows already: a cache in the same database would only write them twice.
    "renditions": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my_edition"

LANGUAGE_CODE = "pl"
LANGUAGES = [("pl", "polski"), ("en", "English")]  # each in its own language
LOCALE_PATHS = [Path(__file__).with_name("locale")]  # before the words of any app: see panel_words
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
TIME_ZONE = "Europe/Warsaw"
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]  # one clock for everybody: phases open and close by it
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = HOME / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

WAGTAIL_SITE_NAME = "Ratusz"
WAGTAIL_I18N_ENABLED = True
WAGTAILSIMPLETRANSLATION_SYNC_PAGE_TREE = True
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAILIMAGES_IMAGE_MODEL = "website.Picture"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 5 * 1024 * 1024
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

# The Local Data Bank is called only when an organiser asks for figures from it.
BDL_API_URL = os.environ.get("BDL_API_URL", "https://bdl.stat.gov.pl/api/v1")
BDL_API_KEY = os.environ.get("BDL_API_KEY", "")

# Every mail waits in the queue; the worker hands it to the mail server through the second backend.
EMAIL_BACKEND = f"ratusz.apps.core.mail.{'MailboxBackend' if DEMO else 'QueueBackend'}"
# Nothing leaves the machine of a demo, not even a mail that somebody sends again.
SMTP_BACKEND = (
    "django.core.mail.backends.dummy.EmailBackend"
    if DEMO
    else os.environ.get("RATUSZ_SMTP_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
)
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = _flag("EMAIL_USE_TLS")
EMAIL_USE_SSL = _flag("EMAIL_USE_SSL")
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "Ratusz <ratusz@localhost>")

# What went wrong is for the operator's terminal or journal: by default Django would only mail it.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {
        "django": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "ratusz": {"handlers": ["console"], "level": "INFO"},
    },
}

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https://")
SECURE_HSTS_SECONDS = 31_536_000 if BASE_URL.startswith("https://") else 0
X_FRAME_OPTIONS = "SAMEORIGIN"

from ratusz.config.accounts import *  # noqa: E402, F403 - sign-in has enough settings for a file of its own
from ratusz.config.csp import *  # noqa: E402, F403
