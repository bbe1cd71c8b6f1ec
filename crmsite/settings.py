"""Every setting of the house, read top to bottom; all of it from the environment, with a safe default."""

import os
import secrets
import stat
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
VAR_DIR = Path(env.str("PLUMB_VAR", default="") or BASE_DIR / "var")


def secret_key() -> str:
    """The key from the environment, else one of our own, made once and kept where only we can read it."""
    if given := env.str("SECRET_KEY", default=""):
        return given
    kept = VAR_DIR / "secret.key"
    if not kept.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        made = VAR_DIR / f"secret.key.{os.getpid()}"
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(64))
        try:
            os.link(made, kept)  # Whole or not at all: two processes may be here at once.
        except FileExistsError:
            pass
        finally:
            made.unlink()
    if kept.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ImproperlyConfigured(f"{kept} can be read by others; run: chmod 600 '{kept}'")
    return kept.read_text().strip()


# --- The house and its name -------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = secret_key()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SITE_URL = env.str("PLUMB_SITE_URL", default="http://localhost:8000").rstrip("/")
COMPANY_NAME = env.str("PLUMB_COMPANY_NAME", default="Plumb")
DEMO = env.bool("PLUMB_DEMO", default=False)

# --- How the business counts ------------------------------------------------------------------------------------

USE_TZ = True
TIME_ZONE = env.str("PLUMB_TIME_ZONE", default="Europe/Berlin")  # days are days of this place
REPORTING_CURRENCY = env.str("PLUMB_REPORTING_CURRENCY", default="EUR")
PACK = env.str("PLUMB_PACK", default="general")  # the boards to start with, until somebody chooses on the page
CAC_LAG_DAYS = env.int("PLUMB_CAC_LAG_DAYS", default=30)  # how long before a first payment its cost was spent
DISCOUNT_RATE = Decimal(env.str("PLUMB_DISCOUNT_RATE", default="0.1"))  # a year, for what later money is worth today
FISCAL_YEAR_START = env.int("PLUMB_FISCAL_YEAR_START", default=1)  # month
WEEK_START = env.int("PLUMB_WEEK_START", default=1)  # ISO weekday, Monday is 1
FIRST_DAY_OF_WEEK = WEEK_START % 7  # Django's calendars count from Sunday as 0
if not 1 <= FISCAL_YEAR_START <= 12 or not 1 <= WEEK_START <= 7:
    raise ImproperlyConfigured("PLUMB_FISCAL_YEAR_START is a month (1-12), PLUMB_WEEK_START an ISO weekday (1-7).")

LANGUAGE_CODE = "en-gb"
FORMAT_MODULE_PATH = "crmsite.formats"
USE_I18N = True

# --- Who may knock ----------------------------------------------------------------------------------------------

SITE = urlsplit(SITE_URL)
HTTPS = SITE.scheme == "https"
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = [*dict.fromkeys([SITE.hostname or "localhost", *env.list("PLUMB_ALLOWED_HOSTS", default=[])])]
if ALLOWED_HOSTS[0] in LOOPBACK:
    ALLOWED_HOSTS = [*dict.fromkeys([*ALLOWED_HOSTS, *LOOPBACK])]
CSRF_TRUSTED_ORIGINS = [f"{SITE.scheme}://{SITE.netloc}", *env.list("PLUMB_CSRF_TRUSTED_ORIGINS", default=[])]
PROXIES = env.int("PLUMB_PROXIES", default=0)  # how many of our own proxies stand before the web process

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS and not DEBUG
SESSION_COOKIE_AGE = 60 * 60 * 24 * 7
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS and not DEBUG
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS and not DEBUG else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Staff pages need what Unfold's Alpine needs and nothing more; public pages replace this with PUBLIC_POLICY.
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, UNSAFE_EVAL],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# For django-csp's `csp_replace` decorator, on pages that a stranger may open.
PUBLIC_POLICY: dict[str, Any] = {
    "default-src": [NONE],
    "style-src": [SELF],
    "img-src": [SELF],
    "font-src": [SELF],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
}

# --- The rooms --------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "crmsite",
    "metrics",
    "surveys",
    "support",
    "sales",
    "customers",
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "crmsite.apps.StaffAdmin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "customers.edge.EdgeMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "customers.byline.BylineMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "crmsite.urls"
WSGI_APPLICATION = "crmsite.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Who is who -------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "customers.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "/"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # nobody can lock out a colleague from elsewhere
AXES_IPWARE_PROXY_COUNT = PROXIES or None
AXES_IPWARE_META_PRECEDENCE_ORDER = ["HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"] if PROXIES else ["REMOTE_ADDR"]
AXES_VERBOSE = False

# --- Where things are kept --------------------------------------------------------------------------------------

DATABASE = env.db_url_config(env.str("DATABASE_URL", default="") or "postgres:///plumb")
DATABASE_OPTIONS = DATABASE.setdefault("OPTIONS", {})
DATABASE["HOST"] = DATABASE_OPTIONS.pop("host", DATABASE["HOST"])  # a socket's folder comes as ?host=
if timeout := env.int("PLUMB_STATEMENT_TIMEOUT_MS", default=0):  # set for the web process only
    DATABASE_OPTIONS["options"] = f"-c statement_timeout={timeout}"
DATABASE |= {
    "ATOMIC_REQUESTS": True,
    "CONN_MAX_AGE": env.int("PLUMB_CONN_MAX_AGE", default=60),
    "CONN_HEALTH_CHECKS": True,
}
DATABASES = {"default": DATABASE}

REDIS_URL = env.str("REDIS_URL", default="") or "redis://localhost:6379"


def redis_address(number: int, *, for_celery: bool = False) -> str:
    """One numbered database of our Redis; Celery writes the address of a socket in its own way."""
    bare = REDIS_URL.split("?")[0]
    if not bare.startswith("unix://"):
        scheme, rest = bare.split("://", 1)
        return f"{scheme}://{rest.split('/')[0]}/{number}"
    if for_celery:
        return f"redis+socket://{bare.removeprefix('unix://')}?virtual_host={number}"
    return f"{bare}?db={number}"


CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": redis_address(1),
        "KEY_PREFIX": "plumb",
        "OPTIONS": {"socket_timeout": 5, "socket_connect_timeout": 5},
    }
}

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# A demo and a developer serve the files as they lie in the packages; production collects them once.
STATIC_FROM_SOURCE = env.bool("PLUMB_STATIC_FROM_SOURCE", default=DEBUG or DEMO)
WHITENOISE_USE_FINDERS = STATIC_FROM_SOURCE
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if STATIC_FROM_SOURCE
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = VAR_DIR / "media"

vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("PLUMB_FROM_EMAIL", default=f"plumb@{SITE.hostname}")
EMAIL_TIMEOUT = 10

# --- What happens by itself -------------------------------------------------------------------------------------

CELERY_BROKER_URL = redis_address(2, for_celery=True)
CELERY_RESULT_BACKEND = redis_address(3, for_celery=True)
CELERY_RESULT_EXPIRES = 3600
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A task must end before the broker believes it lost, or it runs twice.
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "unacked_mutex_expire": 60,
    "socket_timeout": 30,
    "socket_keepalive": True,
    "health_check_interval": 10,
    "global_keyprefix": "plumb:",
}
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_BEAT_SCHEDULE = {
    "tick": {
        "task": "metrics.tasks.tick",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 270},
    },
    "first-payments": {
        "task": "sales.tasks.notice_first_payments",
        "schedule": crontab(minute=2),
        "options": {"expires": 3500},
    },
    "sample-calendars": {
        "task": "support.tasks.sample_calendars",
        "schedule": crontab(minute=3),
        "options": {"expires": 3500},
    },
    "look-over-records": {
        "task": "metrics.tasks.look_over_records",
        "schedule": crontab(minute=4),
        "options": {"expires": 3500},
    },
    "learn-from-the-night": {
        "task": "metrics.tasks.learn_from_the_night",
        "schedule": crontab(minute="1-59/5"),
        "options": {"expires": 270},
    },
    "ask-after-solved-tickets": {
        "task": "surveys.tasks.invite_for_solved_tickets",
        "schedule": crontab(minute="7-59/10"),
        "options": {"expires": 500},
    },
}

# A night's work is cut into steps. Whoever hangs in one is cut off by the database; whoever fails is tried again.
NIGHT_STEP_SECONDS = env.float("PLUMB_NIGHT_STEP_SECONDS", default=1800)
NIGHT_ATTEMPTS = env.int("PLUMB_NIGHT_ATTEMPTS", default=3)
NIGHT_RUNNERS = env.int("PLUMB_NIGHT_RUNNERS", default=2)  # how many tasks share a night's work

# --- The API ----------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "customers.tokens.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated", "customers.tokens.InScope"],
    "DEFAULT_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        *(["rest_framework.renderers.BrowsableAPIRenderer"] if DEBUG else []),
    ],
    "DEFAULT_PARSER_CLASSES": ["customers.edge.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": None,
    "EXCEPTION_HANDLER": "customers.doors.problem",
    "NUM_PROXIES": PROXIES,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Plumb",
    "DESCRIPTION": "Customers, sales, support, surveys, and the numbers counted from them.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "ChannelEnum": "customers.choices.Channel",
        "EndReasonEnum": "customers.choices.EndReason",
        "LifecycleEnum": "customers.choices.Lifecycle",
        "GrainEnum": "metrics.periods.Grain",
        "ReasonEnum": "metrics.language.Reason",
        "UnitEnum": "metrics.language.Unit",
        "UnitByHandEnum": "metrics.models.ManualMeasure.Unit",
        "RunKindEnum": "metrics.models.Run.Kind",
        "RunStatusEnum": "metrics.models.Run.Status",
        "StandingOfValueEnum": "metrics.evaluate.Status",
    },
}

# --- How it looks -----------------------------------------------------------------------------------------------

UNFOLD = {
    "SITE_TITLE": "Plumb",
    "SITE_HEADER": "Plumb",
    "SITE_SUBHEADER": "Numbers that hang true",
    "SITE_SYMBOL": "line_end_diamond",
    "SITE_URL": "/",
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "BORDER_RADIUS": "6px",
    "STYLES": ["crmsite.staff.stylesheet"],
    "COLORS": {
        # Ink on paper, and verdigris: the green that copper takes when it is left alone.
        "base": {
            "50": "oklch(98.4% .004 95)",
            "100": "oklch(96.2% .005 95)",
            "200": "oklch(91.8% .007 95)",
            "300": "oklch(86% .009 100)",
            "400": "oklch(70% .012 160)",
            "500": "oklch(52% .016 200)",
            "600": "oklch(43.5% .02 215)",
            "700": "oklch(36% .024 220)",
            "800": "oklch(27% .024 222)",
            "900": "oklch(21% .022 224)",
            "950": "oklch(15% .018 226)",
        },
        "primary": {
            "50": "oklch(97.6% .014 185)",
            "100": "oklch(94.4% .03 186)",
            "200": "oklch(89% .052 187)",
            "300": "oklch(81.5% .077 188)",
            "400": "oklch(71.5% .094 189)",
            "500": "oklch(59% .094 191)",
            "600": "oklch(49.5% .083 193)",
            "700": "oklch(42.5% .071 195)",
            "800": "oklch(36.5% .059 197)",
            "900": "oklch(31.5% .048 199)",
            "950": "oklch(23% .037 202)",
        },
        "font": {
            "subtle-light": "var(--color-base-500)",
            "subtle-dark": "var(--color-base-300)",
            "default-light": "var(--color-base-700)",
            "default-dark": "var(--color-base-200)",
            "important-light": "var(--color-base-950)",
            "important-dark": "var(--color-base-50)",
        },
    },
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": "crmsite.staff.sidebar",
    },
}

# --- What is written down ---------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("PLUMB_LOG_LEVEL", default="WARNING")},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "plumb": {"level": "INFO"},
        "gunicorn.http.wsgi": {"level": "ERROR"},  # HEAD answers with a body to drop are no news
    },
}
