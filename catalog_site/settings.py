"""Catalog's settings; what a deployment may change is read in `env.py`, the rest is decided here."""

import logging
from datetime import timedelta
from urllib.parse import urlsplit

from corsheaders.defaults import default_headers
from kombu import Queue

from api import paths
from catalog_site import apps_and_middleware, logs, uploads
from catalog_site.env import (
    BASE_DIR,
    celery_broker,
    choice,
    count,
    database,
    flag,
    hosts,
    is_loopback,
    language_model,
    model_address,
    peppers,
    prefixed,
    price,
    proxies,
    refuse,
    secret_key,
    text,
    user_and_password,
    var_dir,
    web_address,
    words,
)

DEBUG = flag("DEBUG")
BASE_URL = web_address("BASE_URL", "http://localhost:8000")
PRODUCTION = not DEBUG and BASE_URL.startswith("https://")
if not (DEBUG or PRODUCTION or is_loopback(BASE_URL)):
    raise refuse("BASE_URL", "production needs https; plain http is for 127.0.0.1 and localhost only")
API_BASE_URL = web_address("API_BASE_URL", BASE_URL, https=PRODUCTION)

# --- Secrets -----------------------------------------------------------------------------------

SECRET_KEY = secret_key("SECRET_KEY", production=PRODUCTION)
SECRET_KEY_FALLBACKS = words("SECRET_KEY_FALLBACKS", [])
TOKEN_PEPPERS = peppers("TOKEN_PEPPERS", production=PRODUCTION)

# Seconds for which a process trusts what it verified; ending a token takes that much longer (decision 0008). 0: never.
TOKEN_LEASE = count("TOKEN_LEASE_MS", 250, low=0, high=10_000) / 1000

AUDIT_DAYS = count("AUDIT_DAYS", 400, low=1, high=100_000)  # after which entries of the audit log are forgotten

# --- Region ------------------------------------------------------------------------------------

REGION = choice("REGION", "eu", among=("eu", "us"))
REGION_API_BASE_URLS = {
    "eu": web_address("EU_API_BASE_URL", "https://api.castordoc.com", https=PRODUCTION),
    "us": web_address("US_API_BASE_URL", "https://api.us.castordoc.com", https=PRODUCTION),
} | {REGION: API_BASE_URL}

# --- The application ---------------------------------------------------------------------------

INSTALLED_APPS, MIDDLEWARE = apps_and_middleware.APPS, apps_and_middleware.MIDDLEWARE
ROOT_URLCONF = "catalog_site.urls"
WSGI_APPLICATION = "catalog_site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": apps_and_middleware.CONTEXT_PROCESSORS},
    }
]

LANGUAGE_CODE = "en"
USE_I18N = False
FORMAT_MODULE_PATH = "catalog_site.formats"
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Outside production the files are served from where they lie, without a collectstatic.
WHITENOISE_USE_FINDERS = not PRODUCTION

# --- Uploads -------------------------------------------------------------------------------------

INGESTION_ENABLED = flag("INGESTION_ENABLED")  # off: neither its addresses nor *Imports* are there
INGEST_BASE_URL, INGEST_HOST = uploads.addresses(BASE_URL, API_BASE_URL, on=INGESTION_ENABLED, production=PRODUCTION)
UPLOAD_DIR = uploads.folder(var_dir() / "uploads")
UPLOAD_MAX_BYTES = count("UPLOAD_MAX_MB", 2_048, low=1, high=1_000_000) * 2**20  # of one file
IMPORT_INTERVAL = 5.0  # seconds between two looks for what waits
IMPORT_QUIET_SECONDS = count("IMPORT_QUIET_SECONDS", 120, low=1, high=86_400)  # after the last file of a batch
IMPORT_MAX_DELETED_PERCENT = count("IMPORT_MAX_DELETED_PERCENT", 20, low=1, high=100)  # of a kind, without a yes
STORAGES = uploads.storages(UPLOAD_DIR, production=PRODUCTION)

# --- Database, cache, jobs ---------------------------------------------------------------------

DATABASES = {"default": database(default_file=var_dir() / "db.sqlite3")}
# Seconds; decision 0019. The last two are those of web processes alone (`database/web.py`), and 0 is none.
LOOKUP_TIMEOUT = count("LOOKUP_TIMEOUT", 2, low=1, high=30)
STATEMENT_TIMEOUT = count("STATEMENT_TIMEOUT", 25, low=0, high=3600)
LOCK_TIMEOUT = count("LOCK_TIMEOUT", 5, low=0, high=3600)
PREPARED_STATEMENTS = flag("PREPARED_STATEMENTS", default=True)  # of the look-up of a token; Django's own never are
REDIS_URL = text("REDIS_URL") or f"unix://{var_dir()}/valkey.sock?db=0"
# The limits on guessing are counted here. In the database, since sign-in must neither fail nor lose its limits
# when Valkey is away; the table is made by a migration of `accounts`.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# What must not wait for each other has a queue of its own, and a worker (decision 0023). Seconds that a job of it may
# take: then it is asked to end, then its process is killed. EMAIL_LEASE is longer, so that whoever held it is dead.
QUEUE_LIMITS = {"emails": (90, 120), "default": (90, 120), "imports": (7_080, 7_200), "assistant": (75, 90)}
QUEUE_OF_APP = {"notifications": "emails", "ingestion": "imports", "assistant": "assistant"}  # others: default
# Unserved, no reason for /readyz to be red: no page waits for an answer, and without the door nothing comes in.
OPTIONAL_QUEUES = {"assistant"} | (set() if INGESTION_ENABLED else {"imports"})
CELERY_BROKER_URL = celery_broker(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A frozen broker must not hold a process for longer than this; without it `.delay()` hangs over a minute.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "global_keyprefix": "jobs.",
    "socket_timeout": 5,
    "socket_connect_timeout": 5,
    # A job that nobody acknowledged by then is given to somebody else: not while it may still be at work.
    "visibility_timeout": max(hard for _, hard in QUEUE_LIMITS.values()) + 600,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True  # every job may run twice: what it does is decided from rows
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_QUEUES = [Queue(name) for name in QUEUE_LIMITS]  # a worker serves all, unless --queues says otherwise
CELERY_TASK_ROUTES = {f"{app}.tasks.*": {"queue": queue} for app, queue in QUEUE_OF_APP.items()}
CELERY_TASK_SOFT_TIME_LIMIT, CELERY_TASK_TIME_LIMIT = QUEUE_LIMITS["default"]  # `Job` has those of its queue
EMAIL_LEASE = 180.0  # seconds
OUTBOX_INTERVAL = 5.0  # seconds between two looks at events to plan and emails to send
SWEEP_INTERVAL = 60.0  # seconds between two looks at the accounts that are due
# Seconds; renewed every other second, where somebody can write beside a merge.
IMPORT_LEASE = 1_800.0 if "sqlite" in str(DATABASES["default"]["ENGINE"]) else 120.0
ASSISTANT_LEASE = 45.0  # seconds; renewed before every step of an answer, of which none takes 30
ASSISTANT_INTERVAL = 1.0  # seconds between two looks at questions that wait
HEARTBEAT_INTERVAL = 30.0  # seconds; beat and every worker show a sign of life more often than this
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_DB_REUSE_MAX = 100
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"  # in memory: a file would remember what a wrong clock said

# --- Email -------------------------------------------------------------------------------------

EMAIL_BACKEND = text("EMAIL_BACKEND", "notifications.inbox.InboxBackend")
EMAIL_HOST = text("EMAIL_HOST", "localhost")
EMAIL_PORT = count("EMAIL_PORT", 25, low=1, high=65535)
EMAIL_HOST_USER = text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = flag("EMAIL_USE_TLS")
EMAIL_USE_SSL = flag("EMAIL_USE_SSL")
EMAIL_TIMEOUT = count("EMAIL_TIMEOUT", 20, low=1, high=60)
# Any ESP of Anymail: EMAIL_BACKEND=anymail.backends.postmark.EmailBackend and EMAIL_ANYMAIL_POSTMARK_SERVER_TOKEN=…
# A provider without metadata gets none, rather than no mail; a webhook then finds the email by the provider's id.
ANYMAIL = {"REQUESTS_TIMEOUT": EMAIL_TIMEOUT, "IGNORE_UNSUPPORTED_FEATURES": True} | prefixed("EMAIL_ANYMAIL_")
DEFAULT_FROM_EMAIL = text("DEFAULT_FROM_EMAIL", f"Catalog <catalog@{urlsplit(BASE_URL).hostname}>")
EMAIL_REPLY_TO = words("EMAIL_REPLY_TO", [])
# The provider's webhooks sign in with it: user:password, as in https://user:password@catalog.example.com/mail/…
EMAIL_WEBHOOK_SECRET = user_and_password("EMAIL_WEBHOOK_SECRET")
ANYMAIL |= {"WEBHOOK_SECRET": EMAIL_WEBHOOK_SECRET} if EMAIL_WEBHOOK_SECRET else {}
# Who runs the jobs of notifications: workers told by beat, or `manage.py send_due_emails` told by cron.
EMAIL_JOBS = choice("EMAIL_JOBS", "beat", among=("beat", "cron"))
METRICS_TOKEN = text("METRICS_TOKEN")  # Prometheus sends it as a bearer token; without it there is no /metrics

# --- Sign-in -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = apps_and_middleware.PASSWORD_VALIDATORS
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.links.PasswordLinks"  # noqa: S105  # a class
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_FORMS = apps_and_middleware.ACCOUNT_FORMS
ACCOUNT_EMAIL_NOTIFICATIONS = False  # allauth's own, within the request; ours go through the outbox
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(BASE_URL).scheme
# Failed sign-ins are limited by accounts/guessing.py, which lets known devices pass; this would lock whole offices out.
ACCOUNT_RATE_LIMITS = {"login": None}
TRUSTED_PROXY_COUNT = ALLAUTH_TRUSTED_PROXY_COUNT = proxies("TRUSTED_PROXY_COUNT", production=PRODUCTION)
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]  # nobody is mailed a code
REAUTHENTICATION_MINUTES = count("REAUTHENTICATION_MINUTES", 15, low=1, high=20_160)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Catalog"
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_FORMS = apps_and_middleware.MFA_FORMS
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
OPERATORS_NEED_SECOND_FACTOR = flag("OPERATORS_NEED_SECOND_FACTOR", default=PRODUCTION)
MFA_ALLOW_UNVERIFIED_EMAIL = True  # people are entered by operators; there is no sign-up to verify

# --- Web security ------------------------------------------------------------------------------

ALLOWED_HOSTS = hosts(
    "ALLOWED_HOSTS", of=(BASE_URL, API_BASE_URL, INGEST_BASE_URL if INGEST_HOST else BASE_URL), production=PRODUCTION
)
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_NAME = "__Host-catalog-session" if PRODUCTION else "catalog-session"
CSRF_COOKIE_NAME = "__Host-catalog-csrf" if PRODUCTION else "catalog-csrf"
DEVICE_COOKIE_NAME = "__Host-catalog-device" if PRODUCTION else "catalog-device"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "accounts.unsaved.csrf_failure"
SESSION_ENGINE = "accounts.sessions"  # rows that know whose they are (decision 0029)
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SECURE_SSL_REDIRECT = PRODUCTION
# Probes speak plain http, and an API that redirects turns a POST into a GET that looks like a success: there
# `catalog_site.guard.HttpsOnly` refuses.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$", *paths.never_redirected()]
FILE_UPLOAD_HANDLERS = ["catalog_site.guard.RefuseFiles"]
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = apps_and_middleware.CONTENT_SECURITY_POLICY
CORS_ALLOWED_ORIGINS = words("CORS_ALLOWED_ORIGINS", [])
CORS_URLS_REGEX = paths.called_by_browsers()
CORS_ALLOW_HEADERS = [*default_headers, "x-catalog-client"]
CORS_EXPOSE_HEADERS = [
    *("X-Token-Expires-At", "WWW-Authenticate", "Retry-After"),
    *("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy"),
]

# --- The API -----------------------------------------------------------------------------------

# Bytes of a call's body: 500 rows with long descriptions. Pages take less (`accounts.bodies`).
DATA_UPLOAD_MAX_MEMORY_SIZE = 4_000_000
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["api.permissions.DeclaredScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "api.doors.problem_response",
    "DEFAULT_SCHEMA_CLASS": "api.schema.ScopedSchema",
    "UNAUTHENTICATED_USER": None,
}
# Per token and minute, and bad tokens per address and minute; 0 is no limit. Good tokens never count as bad ones.
CALLS_PER_MINUTE = count("CALLS_PER_MINUTE", 30_000, low=0, high=10_000_000)
VALKEY_TIMEOUT = 0.05  # seconds that a call waits for it; then it passes
BAD_TOKENS_PER_MINUTE = count("BAD_TOKENS_PER_MINUTE", 30, low=0, high=10_000_000)
# Seconds that one call of an MCP tool may take, for clients give up after five; and writes of a token a minute, 0: any.
MCP_SECONDS = count("MCP_SECONDS", 4, low=1, high=60)
MCP_WRITES_PER_MINUTE = count("MCP_WRITES_PER_MINUTE", 120, low=0, high=10_000_000)
WEB_THREADS = count("WEB_THREADS", 4, low=1, high=256)  # gunicorn's of a process; half of them may wait for answers
# Of an account: questions to the assistant that may wait at once, and that may be asked on a day of UTC; 0 is no limit.
ASSISTANT_OPEN_JOBS = count("ASSISTANT_OPEN_JOBS", 20, low=0, high=100_000)
ASSISTANT_JOBS_PER_DAY = count("ASSISTANT_JOBS_PER_DAY", 2_000, low=0, high=10_000_000)
ASSISTANT_RETENTION_DAYS = count("ASSISTANT_RETENTION_DAYS", 90, low=1, high=100_000)  # of questions and answers
# The libraries of a model are in requirements/assistant.txt, and only the assistant's workers load them. Its tokens: of
# one answer, and of all of an account on a day of UTC (0: any).
ASSISTANT_MODEL = language_model("ASSISTANT_MODEL")  # without one, answers are put together from what the catalog says
ASSISTANT_BASE_URL = model_address("ASSISTANT_BASE_URL", ASSISTANT_MODEL)
ASSISTANT_API_KEY = text("ASSISTANT_API_KEY")
ASSISTANT_TIMEOUT = count("ASSISTANT_TIMEOUT", 25, low=1, high=25)  # seconds, of one request; less than a lease
ASSISTANT_TOKENS_PER_JOB = count("ASSISTANT_TOKENS_PER_JOB", 24_000, low=1_000, high=1_000_000)
ASSISTANT_TOKENS_PER_DAY = count("ASSISTANT_TOKENS_PER_DAY", 2_000_000, low=0, high=999_999_999)
ASSISTANT_PRICE_IN, ASSISTANT_PRICE_OUT = price("ASSISTANT_PRICE_IN"), price("ASSISTANT_PRICE_OUT")  # of a million
ASSISTANT_TRACE_DAYS = count("ASSISTANT_TRACE_DAYS", 7, low=0, high=100_000)  # of what was sent; 0 keeps nothing
SPECTACULAR_SETTINGS = {
    "TITLE": "Catalog API",
    "VERSION": "1.0.0",
    "DESCRIPTION": f"Tokens, guides: [Settings > API]({BASE_URL}/settings/api/). **GraphQL**: `POST {API_BASE_URL}"
    f"/public/graphql`, [playground]({BASE_URL}/settings/api/playground/). [Errors]({API_BASE_URL}/api/problems/).",
    "SERVERS": [{"url": API_BASE_URL}],
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
}

# --- Logs and reports of errors ------------------------------------------------------------------

LOG_FORMAT = choice("LOG_FORMAT", "json" if PRODUCTION else "console", among=logs.FORMATS)
LOG_LEVEL = choice("LOG_LEVEL", "info", among=logs.LEVELS).upper()
LOGGING_CONFIG = None
LOGGING = logs.configuration(log_format=LOG_FORMAT, level=LOG_LEVEL)
logs.configure(LOGGING)
DEFAULT_EXCEPTION_REPORTER = "catalog_site.reports.CarefulReporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "catalog_site.reports.CarefulFilter"
DJANGO_STRUCTLOG_USER_ID_FIELD = None  # reading the user would cost pages two queries
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG  # one line a request, not two
DJANGO_STRUCTLOG_CELERY_ENABLED = True
