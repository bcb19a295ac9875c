"""Settings. The command line sets `ZHIAN_DATA`; everything else has a working default."""

import os
import secrets
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from config.rooms import ROOMS
from zhian.kernel import postgres

ROOT = Path(__file__).resolve().parents[1]
ZHIAN_DATA = Path(os.environ.get("ZHIAN_DATA") or ROOT / "data")
ZHIAN_BUILD = ROOT / "build"


def _secret(name: str) -> str:
    """A secret kept in the data folder (0600), made on first use; the environment wins."""
    given = os.environ.get(f"ZHIAN_{name.upper()}")
    if given:
        return given
    path = ZHIAN_DATA / "keys" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        try:
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
    return path.read_text()


SECRET_KEY = _secret("secret_key")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("ZHIAN_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("ZHIAN_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "zhian.kernel",
    *ROOMS,
    "config",
]

MIDDLEWARE = [
    "zhian.kernel.middleware.PolicyMiddleware",
    "zhian.chain.events.api.middleware.ProblemsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "zhian.kernel.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "zhian.kernel.middleware.ReadOnlyGetMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "zhian.foundation.offices.web.middleware.SignedInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "zhian.kernel.middleware.ErrorsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.contrib.messages.context_processors.messages",
                "config.frame.frame",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

_ADDRESS = os.environ.get("ZHIAN_DATABASE_URL") or os.environ.get("ZHIAN_DATABASE_ADDRESS")
DATABASES = {
    "default": postgres.django_settings(_ADDRESS or "postgresql://postgres@/zhian?host=/nowhere")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "offices.User"
AUTHENTICATION_BACKENDS = ["zhian.foundation.offices.web.sessions.AccountBackend"]
PASSWORD_HASHERS = ["zhian.kernel.passwords.Argon2id"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# hosts of the own network to which subscribers may be told of events (webhooks)
ZHIAN_WEBHOOK_HOSTS = [h for h in os.environ.get("ZHIAN_WEBHOOK_HOSTS", "").split(",") if h]
# where the process that holds websockets listens; the supervisor says it
ZHIAN_SOCKETS_PORT = int(os.environ.get("ZHIAN_SOCKETS_PORT") or 0)
LOGIN_URL = "/sign-in/"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_FAILURE_VIEW = "zhian.kernel.pages.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "zhian_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATICFILES_DIRS = [p for p in (ZHIAN_BUILD / "static",) if p.exists()]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("ZHIAN_LOG_LEVEL", "WARNING")},
}
